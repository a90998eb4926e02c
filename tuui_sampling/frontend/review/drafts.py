"""
Keeps what the person has done to a request and not decided yet, so that no end of the program loses it.

A draft is a file of the state folder that only its owner may read, named by the digest of what was asked: it is offered
again when the same server asks the same again, and deleted once that is decided. Nothing is restored unasked.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...config.files.regular import read_regular
from ...config.private_files import private_folder, write_private
from ...sampling.derived.digests import asked_digest
from ...sampling.errors import MalformedRequest
from ...sampling.inquiry import Inquiry, asked_json
from ...sampling.request import AudioBlock, ImageBlock, Json, JsonObject, TextBlock
from ...sampling.response import Response
from ...sampling.review import Review
from ...sampling.wire import block_json, parse_block, response_result
from ..context.attached import Attached
from .proposal import BY_HAND, Edits
from .redacting import attach, replaced_in

KEPT_DAYS = 30
"""Days after which a draft goes that nothing has asked for again."""

MAX_BYTES = 4_000_000
"""Of one draft; a larger one is not kept."""


@dataclass(frozen=True)
class Draft:
    """
    What was kept of a request.

    Attributes:
        saved: When, in seconds since 1970.
        content: What `kept_edits` or a form has returned.
    """

    saved: float
    content: JsonObject

    @property
    def words(self) -> str:
        """When it was kept, for a sentence."""
        day = "%H:%M" if time.time() - self.saved < 12 * 3600 else "%d %b, %H:%M"
        return time.strftime(day, time.localtime(self.saved))

    def holds(self, content: JsonObject | None) -> bool:
        """Whether it is exactly that, so that restoring it would do nothing."""
        return bool(json.loads(json.dumps(content)) == self.content)


class DraftFolder:
    """The drafts of a folder, by the digest of what was asked; of a form, by `form_digest`."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which need not exist."""
        self._folder = folder

    def _file(self, item: Review | Inquiry | str) -> Path:
        return self._folder / f"{item if isinstance(item, str) else digest_of(item)}.json"

    def load(self, item: Review | Inquiry | str) -> Draft | None:
        """Return what is kept of something; None where nothing is, or nothing that can be read."""
        file = self._file(item)
        try:
            written, status = read_regular(file, MAX_BYTES)
            content = json.loads(written)
            return Draft(status.st_mtime, content) if isinstance(content, dict) else None
        except (OSError, ValueError, RecursionError):
            return None

    def save(self, item: Review | Inquiry | str, content: Mapping[str, Json]) -> None:
        """Keep the state of something; it need not work: the edits are in the program, too."""
        written = json.dumps(content).encode("ascii")
        if len(written) <= MAX_BYTES:
            with suppress(OSError):
                private_folder(self._folder)
                write_private(self._file(item), written)

    def delete(self, item: Review | Inquiry | str) -> None:
        """Keep nothing of it any more."""
        with suppress(OSError):
            self._file(item).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Delete what is so old that nobody waits for it."""
        oldest = time.time() - KEPT_DAYS * 86_400
        with suppress(OSError):
            for file in self._folder.glob("*.json"):
                if file.stat().st_mtime < oldest:
                    file.unlink(missing_ok=True)


def digest_of(item: Review | Inquiry) -> str:
    """Return what two items share of which the same server asks the same."""
    if isinstance(item, Review):
        asked = item.digest or asked_digest(item.asked)
    else:
        asked = json.dumps(asked_json(item.asked), sort_keys=True)
    return hashlib.sha256(f"{item.origin.server}\n{asked}".encode("utf-8", "surrogatepass")).hexdigest()


def form_digest(server: str, kind: str, name: str, schema: Mapping[str, Json]) -> str:
    """Return what two forms share that were made for the same tool, prompt or template of a server, with its fields."""
    made_of = json.dumps(["form", server, kind, name, schema], sort_keys=True)
    return hashlib.sha256(made_of.encode("utf-8", "surrogatepass")).hexdigest()


# --- the edits of a review ---


def kept_edits(edits: Edits, review: Review) -> JsonObject:
    """Return edits as JSON, with what of a response they belong to."""
    answers: list[Json] = []
    for number, edited in edits.answers.items():
        shown = next((one for one in review.candidates if one.number == number), None)
        response = shown.response if shown is not None else None
        if edited.is_edited and (number == BY_HAND or response is not None):
            whole = edits.own_answer() if response is None else edited.apply(response)
            answers.append(
                {
                    "of": "" if response is None else _digest(response),
                    "text": whole.text,
                    "texts": {str(position): text for position, text in edited.texts.items()},
                    "names": {str(position): name for position, name in edited.names.items()},
                    "left_out": sorted(edited.left_out),
                }
            )
    draft = edits.draft
    return {
        "attached": [{"source": one.source, "block": block_json(one.block)} for one in draft.attached],
        "edits": dict(draft.edits),
        "left_out": sorted(draft.left_out),
        "by_hand": edits.by_hand,
        "answers": answers,
    }


def restore_edits(edits: Edits, review: Review, content: JsonObject) -> bool:
    """
    Do again what was kept; returns whether anything of it was.

    The edits of a response are done to the same response; where the model has answered otherwise since, what was
    returned becomes the person's own answer, unless they have begun one.
    """
    before = json.dumps(kept_edits(edits, review))
    draft = edits.draft
    if not draft.attached:
        attach(draft, _attached(content.get("attached")), review.redacted, review.redacts)
    for name, text in _texts(content.get("edits")).items():
        draft.set(name, text)
        draft.redacted |= replaced_in(text, review.asked, review.redacted)  # a file holds no value of theirs
    left_out = content.get("left_out")
    draft.left_out |= {one for one in left_out if isinstance(one, str)} if isinstance(left_out, list) else set()
    answers = content.get("answers")
    for answer in answers if isinstance(answers, list) else []:
        if isinstance(answer, dict):
            _restore_answer(edits, review, answer)
    if content.get("by_hand") is True and edits.of(BY_HAND).is_edited:
        edits.by_hand = True
    return json.dumps(kept_edits(edits, review)) != before


def _attached(value: Json) -> Iterator[Attached]:
    for one in value if isinstance(value, list) else []:
        with suppress(MalformedRequest):
            block = parse_block(one.get("block"), "") if isinstance(one, dict) else None
            if isinstance(block, TextBlock | ImageBlock | AudioBlock):
                yield Attached(str(one.get("source")), block)


def _restore_answer(edits: Edits, review: Review, answer: JsonObject) -> None:
    number = next(
        (
            one.number
            for one in review.candidates
            if one.response is not None and _digest(one.response) == answer.get("of")
        ),
        BY_HAND,
    )
    edited = edits.of(number)
    if edited.is_edited:
        return
    if number == BY_HAND:
        edited.texts[0] = str(answer.get("text", ""))
        return
    left_out = answer.get("left_out")
    edited.texts |= {int(position): text for position, text in _texts(answer.get("texts")).items()}
    edited.names |= {int(position): name for position, name in _texts(answer.get("names")).items()}
    edited.left_out |= {one for one in left_out if isinstance(one, int)} if isinstance(left_out, list) else set()


def _texts(value: Json) -> dict[str, str]:
    return {key: text for key, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}


def _digest(response: Response) -> str:
    return hashlib.sha256(json.dumps(response_result(response, with_tools=True), sort_keys=True).encode()).hexdigest()
