"""Computes the digests of a request: of what an approval covers, and of what a server has asked."""

import hashlib
import json
from collections.abc import Iterator, Mapping

from ..request import Json, SamplingRequest
from ..wire import request_params
from .json_pieces import json_pieces


def outbound_digest(request: SamplingRequest, *models: str) -> str:
    """
    Return the SHA-256 (hexadecimal) of exactly what an approval covers: the request, and of each chosen model how it is
    configured and the route to it (`Models.recipient`).

    Taken when the review is shown, carried by the approval, and compared again before anything is sent.
    """
    return request.once(("outbound digest", models), lambda: _outbound_digest(request_params(request), models))


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def _outbound_digest(params: Mapping[str, Json], models: tuple[str, ...] = ()) -> str:
    digest = hashlib.sha256()
    for piece in canonical_pieces(params, models):
        digest.update(piece.encode())
    return digest.hexdigest()


def canonical_pieces(params: Mapping[str, Json], models: tuple[str, ...]) -> Iterator[str]:
    """Yield the JSON of a list of models and parameters, sorted and without blanks."""
    yield f"[{''.join(f'{_CANONICAL.encode(model)},' for model in models)}"
    yield from json_pieces(params, _CANONICAL)
    yield "]"


def asked_digest(request: SamplingRequest) -> str:
    """
    Return the SHA-256 (hexadecimal) that two requests share when a server asks the same twice.

    `_meta` is left out: it is about the message (a progress token, a trace), and differs each time. What is nested too
    deeply to be written has no digest: an empty string.
    """
    try:
        if "_meta" not in request.extra:
            return outbound_digest(request)
        return _outbound_digest({key: value for key, value in request_params(request).items() if key != "_meta"})
    except RecursionError:
        return ""
