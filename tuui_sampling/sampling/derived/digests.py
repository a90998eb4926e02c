"""Computes the digests of a request: of what an approval covers, and of what a server has asked."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping

from ..request import Json, SamplingRequest
from .beside import SHORT
from .json_pieces import json_pieces, short_json
from .written import written_params


def outbound_digest(request: SamplingRequest, *models: str) -> str:
    """
    Return the SHA-256 (hexadecimal) of exactly what an approval covers: the request, and of each chosen model how it is
    configured and the route to it (`Models.recipient`).

    Taken when the review is shown, carried by the approval, and compared again before anything is sent.
    """
    return request.once(("outbound digest", models), lambda: _outbound_digest(_written(request), models))


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def _outbound_digest(params: Iterable[str], models: tuple[str, ...] = ()) -> str:
    """Return the digest of a JSON list: the models, and the parameters, which are written already."""
    digest = hashlib.sha256(f"[{''.join([f'{_CANONICAL.encode(model)},' for model in models])}".encode())
    for piece in params:
        digest.update(piece.encode())
    digest.update(b"]")
    return digest.hexdigest()


def _written(request: SamplingRequest) -> Iterable[str]:
    """Return the canonical JSON of the parameters; of a short request it is kept, since it has several digests."""
    kept: str | None = request.once("canonical", lambda: _short(written_params(request)))
    return (kept,) if kept is not None else canonical_pieces(written_params(request))


def _short(params: Mapping[str, Json]) -> str | None:
    """Return the JSON of parameters; None where that is not short."""
    text = short_json(params, _CANONICAL)
    return text if text is not None and len(text) <= SHORT else None


def canonical_pieces(params: Mapping[str, Json]) -> Iterator[str]:
    """Yield the JSON of parameters, sorted and without blanks."""
    return json_pieces(params, _CANONICAL)


def asked_digest(request: SamplingRequest) -> str:
    """
    Return the SHA-256 (hexadecimal) that two requests share when a server asks the same twice.

    `_meta` is left out: it is about the message (a progress token, a trace), and differs each time. What is nested too
    deeply to be written has no digest: an empty string.
    """
    try:
        if "_meta" not in request.extra:
            return outbound_digest(request)
        params = {key: value for key, value in written_params(request).items() if key != "_meta"}
        return _outbound_digest(canonical_pieces(params))
    except RecursionError:
        return ""
