"""Makes a client of OpenAI's that sends nothing: its chat completions are answered by an agent's model, at the desk."""

import json
from itertools import count

import httpx2
from openai import AsyncOpenAI

from ...sampling.errors import MalformedRequest, ModelError
from ...sampling.request import SamplingRequest
from ..openai_common import make_openai_client
from .chat_messages import chat_completion, chunks, sampling_request
from .port import Port

BASE_URL = "http://desk.invalid/v1"
"""A name that no network knows (https://www.rfc-editor.org/rfc/rfc6761#section-6.4); nobody looks it up."""

NO_TIMEOUT = 86_400.0
"""Seconds: how long a person may take is the review's business."""


def chat_client(asked: SamplingRequest, port: Port) -> AsyncOpenAI:
    """Return the client of one answer."""
    transport = DeskTransport(asked, port)
    return make_openai_client(BASE_URL, {}, NO_TIMEOUT, httpx2.AsyncClient(transport=transport, trust_env=False))


class DeskTransport(httpx2.AsyncBaseTransport):
    """Answers HTTP requests for chat completions without a network; every other request fails."""

    def __init__(self, asked: SamplingRequest, port: Port) -> None:
        self._asked = asked
        self._port = port
        self._ids = count(1)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Have the agent's model answer."""
        if request.url.path != "/v1/chat/completions":
            return _refusal(404, f"only chat completions go through the desk, not {request.url.path}")
        body = json.loads(await request.aread())
        try:
            response = await self._port.ask(sampling_request(body, self._asked))
        except MalformedRequest as error:
            return _refusal(400, str(error))
        except ModelError as error:  # a status that no client takes for a reason to send it again
            return _refusal(400, f"{error.message} {error.hint}".strip())
        identifier = f"chatcmpl-{next(self._ids)}"
        if not body.get("stream"):
            return httpx2.Response(200, json=chat_completion(response, identifier))
        lines = [json.dumps(chunk) for chunk in chunks(response, identifier)] + ["[DONE]"]
        stream = "".join(f"data: {line}\n\n" for line in lines)
        return httpx2.Response(200, headers={"Content-Type": "text/event-stream"}, content=stream.encode())


def _refusal(status: int, words: str) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"message": words, "type": "invalid_request_error"}})
