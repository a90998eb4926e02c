"""What both OpenAI wires write alike: data URLs, arguments, and the results of tools."""

import json

from ..sampling.request import ImageBlock
from .mapping.content import mime_type
from .mapping.conversation import Call, Result


def data_url(image: ImageBlock) -> str:
    """Return the image as a data URL."""
    return f"data:{mime_type(image)};base64,{image.data}"


def arguments(call: Call) -> str:
    """Return a tool use's arguments as JSON text."""
    return json.dumps(dict(call.input), ensure_ascii=False)


def result_text(result: Result) -> str:
    """Return the text of a tool's result; these wires have no mark for an error."""
    return f"ERROR: {result.text}".rstrip() if result.is_error else result.text
