"""JSON that somebody types, read strictly: what is wrong with it is said in words."""

import json

from ..sampling.request import Json


class NoJson(ValueError):
    """A text is not JSON; it says why, in words for the person."""


def read_json(text: str) -> Json:
    """
    Return the value that a text says.

    Raises:
        NoJson: It says none: NaN and the infinities are not JSON either, whatever Python reads.
    """
    try:
        return json.loads(text, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise NoJson(f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise NoJson("nested too deeply") from None
    except ValueError:
        raise NoJson("not JSON: a number that JSON does not have") from None


def _refused(constant: str) -> Json:
    raise ValueError(constant)
