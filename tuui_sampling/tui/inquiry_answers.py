"""A form's values as the answer to an elicitation. Pure values: also the command line makes answers with this."""

from dataclasses import dataclass

from ..sampling.inquiry import Reply
from ..sampling.request import JsonObject


@dataclass(frozen=True)
class Unready:
    """There is no answer yet; `problem` says what is missing, in words that may be foreign."""

    problem: str


def checked_content(content: JsonObject) -> Reply | Unready:
    """
    Return the answer that carries a form's values, if they are what an elicitation may be answered with.

    https://modelcontextprotocol.io/specification/2025-11-25/schema#elicitresult: texts, numbers, yes or no, lists of
    texts; nothing nested.
    """
    for name, value in content.items():
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not (value is None or texts or isinstance(value, str | int | float | bool)):
            return Unready(f"{name}: a text, a number, yes or no, or a list of texts, please")
    return Reply("accept", content)
