"""Returns a request's parameters for whoever writes them in pieces (`json_pieces.py`), or goes through them once."""

from ..request import MAX_USUAL, Json, Message, SamplingRequest
from ..wire import block_json, message_json, parameters, request_params
from .lazy_list import LazyList


def written_params(request: SamplingRequest) -> dict[str, Json]:
    """
    Return what `request_params` does; of very many messages or blocks each is made when it is reached.

    All of them together take several times the room of the request.
    """
    if request.block_count <= MAX_USUAL:
        return request_params(request)
    return {"messages": LazyList(request.messages, _message)} | parameters(request)


def _message(message: Message) -> dict[str, Json]:
    if len(message.blocks) <= MAX_USUAL:
        return message_json(message)
    return {"role": message.role, "content": LazyList(message.blocks, block_json)} | dict(message.extra)
