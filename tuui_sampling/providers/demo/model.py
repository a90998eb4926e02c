"""
A model that needs no network and no key: it makes an answer from the words of the request, the same each time.

It is there to try the program with, so its answer shows what reached it: the system prompt, the last message, the
temperature, the images. Words stand for tokens. As `demo-terse` it answers with the first line alone, so that several
models can be asked.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from hashlib import sha256

from ...config.settings import ModelSettings
from ...sampling.note import Note
from ...sampling.request import AudioBlock, ImageBlock, SamplingRequest, TextBlock
from ...sampling.response import Usage
from ..mapping.prepare import notes, refuse_blocked
from ..mapping.profile import Profile
from ..provider import Event, Finished
from ..streaming.response_builder import Answer
from .tool_calls import DemoCall, results, wanted_call

TERSE = "demo-terse"

PIECE = re.compile(r"\s*\S+|\s+")
"""A word with the space before it: what one token is here."""


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS = _word_set(
    "about above after again also and any are because been before being between both but can could did does down "
    "each few for from had has have here how into its just like make more most not now off once one only other our "
    "out over own please poem same short should some such than that the their them then there these they this those "
    "through too under until very was were what when where which while who why will with would write you your"
)
GLAD = _word_set(
    "amazing beautiful best brilliant delight delighted enjoy enjoyed excellent fantastic glad good great happy love "
    "loved lovely nice perfect pleased superb thank thanks wonderful"
)
SAD = _word_set(
    "angry annoyed awful bad broke broken crash disappointed disappointing dreadful fail failed hate hated horrible "
    "never poor sad slow terrible ugly unhappy useless worst wrong"
)

VERSES = (
    "Of {0} I would sing tonight,\nof {1} in a softer light;\n"
    "where {2} goes, the words will go,\nand what they mean, {3} may know.",
    "There once was a {0} so fair\nthat {1} came out for the air;\n"
    "it asked for the {2},\nit got the {3},\nand both of them danced on the stair.",
    "{0}, {1}, rain on stone,\n{2} walking home alone.\nAsk it softly what it knew:\n{3}, it whispers, was it you?",
)
SPARE_WORDS = ("morning", "river", "lantern", "silence")


class DemoProvider:
    """
    The offline model.

    Attributes:
        host: No request leaves this computer.
    """

    host = "this computer"
    profile = Profile(image_types=None, plain_names=False)

    def __init__(self, settings: ModelSettings, *, delay: float = 0.03) -> None:
        """
        Set up the model.

        Args:
            delay: Seconds before each word; at 0 the whole answer comes at once.
        """
        self._model = settings.model or "demo"
        self._profile = self.profile.fitted(settings)
        self._delay = delay

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Say what even this model can't carry; found out once."""
        return request.once((self, "carried"), lambda: notes(request, self._profile))

    async def stream(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """
        Yield the answer word by word.

        Raises:
            ModelError: The request holds what can't be sent.
        """
        refuse_blocked(self.notes(request))
        answer = Answer(self._model, request.max_tokens, request.stop_sequences)
        call = wanted_call(request, _subject_word)
        text = f"I call the tool {call.name} first." if call else self._composed(request)
        pieces = [(False, piece) for piece in PIECE.findall(text)]
        pieces += [(True, piece) for piece in PIECE.findall(call.arguments if call else "")]
        prompt_tokens = _prompt_tokens(request)
        usage = Usage(prompt_tokens, 0)
        for count, (of_call, piece) in enumerate(pieces[: request.max_tokens], start=1):
            if self._delay:
                await asyncio.sleep(self._delay)
            for event in _add_to_call(answer, call, piece) if call and of_call else answer.add_text(piece):
                yield event
            usage = Usage(prompt_tokens, count)
            if self._delay:  # else nobody sees it grow
                for event in answer.count(usage):
                    yield event
            if answer.is_cut:
                break
        for event in (*answer.flush(), *answer.count(usage)):
            yield event
        if not answer.is_cut:
            ended = "toolUse" if call else "endTurn"
            answer.stop_reason = "maxTokens" if len(pieces) > request.max_tokens else ended
        yield Finished(answer.response())

    def _composed(self, request: SamplingRequest) -> str:
        whole = compose(request)
        return whole.partition("\n")[0] if self._model == TERSE else whole

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""


def _add_to_call(answer: Answer, call: DemoCall, piece: str) -> list[Event]:
    begun = [] if answer.tool(call.id) else answer.begin_tool(call.id, identifier=call.id, name=call.name)
    return [*begun, *answer.add_arguments(call.id, piece)]


def compose(request: SamplingRequest) -> str:
    """Return the whole answer to a request."""
    if said := results(request):
        return f"{_about_results(request, said)}\n\n{_signature(request)}"
    text = _last_user_text(request)
    asked = f"{text}\n{request.system_prompt or ''}".lower()
    if "sentiment" in asked:
        return _sentiment(_subject(text))
    if any(isinstance(block, ImageBlock) for block in _last_blocks(request)):
        return _about_images(request, text)
    if "poem" in asked:
        body = _poem(text)
    elif "summar" in asked:
        body = _summary(_subject(text))
    else:
        body = _reply(request, text)
    return f"{body}\n\n{_signature(request)}"


def _poem(text: str) -> str:
    words = list(dict.fromkeys(word for word in _words(text) if len(word) > 2 and word not in STOP_WORDS))
    chosen = [*words, *SPARE_WORDS][:4]
    verse = VERSES[sha256(text.encode("utf-8", "replace")).digest()[0] % len(VERSES)]
    lines = verse.format(*chosen).split("\n")
    return "\n".join(line[0].upper() + line[1:] for line in lines)


def _sentiment(text: str) -> str:
    words = _words(text)
    balance = sum(word in GLAD for word in words) - sum(word in SAD for word in words)
    return "positive" if balance > 0 else "negative" if balance < 0 else "neutral"


def _summary(text: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(text.split()))
    rest = len(sentences) - 2
    more = f" ({rest} more {'sentence' if rest == 1 else 'sentences'} left out.)" if rest > 0 else ""
    return f"In short: {_clip(' '.join(sentences[:2]), 400)}{more}"


def _about_images(request: SamplingRequest, text: str) -> str:
    images = [block for block in _last_blocks(request) if isinstance(block, ImageBlock)]
    lines = [f"- {image.mime_type}, {len(image.content)} bytes, SHA-256 {image.sha256[:16]}…" for image in images]
    count = "one image" if len(images) == 1 else f"{len(images)} images"
    question = f"You ask {_quoted(text, 120)} " if text.strip() else ""
    return f"{question}I was shown {count}:\n" + "\n".join(lines) + f"\n\n{_signature(request)}"


def _about_results(request: SamplingRequest, said: list[str]) -> str:
    first = next((block.text for block in request.blocks if isinstance(block, TextBlock)), "")
    tools = "The tool" if len(said) == 1 else "The tools"
    return f"{tools} said {_quoted(' '.join(said), 200)} That is for {_quoted(first, 80)}"


def _subject_word(request: SamplingRequest) -> str:
    """Return a word of what the user first wrote, to call a tool with: a name in it, or its longest word."""
    words = re.findall(r"[^\W\d_]+", next((block.text for block in request.blocks if isinstance(block, TextBlock)), ""))
    names = [word for word in words[1:] if word[0].isupper() and word.lower() not in STOP_WORDS]
    return names[0] if names else max(words, key=len, default="demo")


def _reply(request: SamplingRequest, text: str) -> str:
    turns = len(request.messages)
    start = f"You wrote {_quoted(text, 200)}" if text.strip() else "You wrote nothing that I can read."
    if turns == 1:
        return f"{start} I am not a real model: I quote what I was sent, so that you can see what your edits change."
    first = next((block.text for block in request.blocks if isinstance(block, TextBlock)), "")
    return f"{start} That is turn {turns} of a conversation that began with {_quoted(first, 80)}"


def _signature(request: SamplingRequest) -> str:
    parts = ["the demonstration model"]
    if request.temperature is not None:
        parts.append(f"at temperature {request.temperature:g}")
    if request.system_prompt and request.system_prompt.strip():
        parts.append(f"told “{_clip(request.system_prompt, 80)}”")
    return f"— {', '.join(parts)}"


def _last_blocks(request: SamplingRequest) -> tuple[TextBlock | ImageBlock | AudioBlock, ...]:
    """Return the content of the last message of the user's."""
    last = next((message for message in reversed(request.messages) if message.role == "user"), None)
    blocks = last.blocks if last else ()
    return tuple(block for block in blocks if isinstance(block, TextBlock | ImageBlock | AudioBlock))


def _last_user_text(request: SamplingRequest) -> str:
    return "\n".join(block.text for block in _last_blocks(request) if isinstance(block, TextBlock))


def _subject(text: str) -> str:
    """Return what an instruction is about: what follows its first line break or colon, or else the whole text."""
    for separator in ("\n", ":"):
        before, _, after = text.strip().partition(separator)
        if after.strip() and len(before) < 200:
            return after.strip()
    return text


def _prompt_tokens(request: SamplingRequest) -> int:
    texts = [block.text for block in request.blocks if isinstance(block, TextBlock)]
    return sum(len(PIECE.findall(text)) for text in (request.system_prompt or "", *texts))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def _quoted(text: str, length: int) -> str:
    """Return a text in quotation marks as the end of a sentence: one full stop ends both."""
    clipped = _clip(text, length)
    return f"“{clipped}”" if clipped.endswith(".") else f"“{clipped}”."


def _clip(text: str, length: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"
