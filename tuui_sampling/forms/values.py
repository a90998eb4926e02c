"""What is typed into the fields of a form → JSON values, or in words why not. Nothing here knows a widget."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from .json_input import NoJson, read_json
from .patterns import matches
from .schema_field import FORMATS, NOTHING, FieldKind, Json, SchemaField

_INTEGER = re.compile(r"[+-]?\d{1,300}(\.0{1,300})?", re.ASCII)  # 5.0 is a whole number
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "object": (dict,),
    "string": (str,),
    "null": (type(None),),
    "boolean": (bool,),
}


class InvalidValue(ValueError):
    """What was typed is not a value of the field; the text says why, in words for the person."""


def parse(field: SchemaField, text: str) -> Json:
    """
    Return the value that was typed, or NOTHING for an optional field that is empty.

    Raises:
        InvalidValue: It breaks what the schema says.
    """
    if not text or (field.kind not in (FieldKind.TEXT, FieldKind.LONG_TEXT) and not text.strip()):
        if field.required:
            raise InvalidValue("required")
        return NOTHING
    match field.kind:
        case FieldKind.INTEGER:
            if not _INTEGER.fullmatch(text.strip()):
                raise InvalidValue("a whole number, please")
            return _within(field, int(text.partition(".")[0]))
        case FieldKind.NUMBER:
            if not _NUMBER.fullmatch(text.strip()) or not math.isfinite(float(text)):
                raise InvalidValue("a number, please")
            is_whole = _INTEGER.fullmatch(text.strip())
            return _within(field, int(text.partition(".")[0]) if is_whole else float(text))
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            return _formed(field, _long_enough(field, text))
        case _:
            return _json(field, text)


def choose(field: SchemaField, chosen: Sequence[int]) -> Json:
    """
    Return the chosen members of a list, or NOTHING where none is and none is needed.

    Args:
        chosen: Their places among `field.choices`.

    Raises:
        InvalidValue: There are too few or too many of them.
    """
    if not chosen and (field.min_items or not field.required):
        if field.required:
            raise InvalidValue(f"choose {field.hint or 'one'}")
        return NOTHING
    if field.min_items is not None and len(chosen) < field.min_items:
        raise InvalidValue(f"choose at least {field.min_items:,}")
    if field.max_items is not None and len(chosen) > field.max_items:
        raise InvalidValue(f"choose at most {field.max_items:,}")
    return [field.choices[number].value for number in sorted(chosen)]


def listed(field: SchemaField, values: list[Json]) -> Json:
    """
    Return a list of objects, or NOTHING where there is none and none is needed.

    Raises:
        InvalidValue: There are too few or too many of them.
    """
    if not values and not field.required and field.default is NOTHING:
        return NOTHING
    if field.min_items is not None and len(values) < field.min_items:
        raise InvalidValue(f"add at least {field.min_items:,}")
    if field.max_items is not None and len(values) > field.max_items:
        raise InvalidValue(f"at most {field.max_items:,}")
    return values


def _within(field: SchemaField, number: float) -> float:
    """Return a number that is within the limits."""
    if field.minimum is not None and number < field.minimum:
        raise InvalidValue(f"at least {field.minimum}")
    if field.maximum is not None and number > field.maximum:
        raise InvalidValue(f"at most {field.maximum}")
    if field.exclusive_minimum is not None and number <= field.exclusive_minimum:
        raise InvalidValue(f"more than {field.exclusive_minimum}")
    if field.exclusive_maximum is not None and number >= field.exclusive_maximum:
        raise InvalidValue(f"less than {field.exclusive_maximum}")
    return number


def _long_enough(field: SchemaField, text: str) -> str:
    """Return a text whose length, in characters, is within the limits."""
    if field.min_length is not None and len(text) < field.min_length:
        raise InvalidValue(f"at least {field.min_length:,} character{'s'[: field.min_length != 1]}")
    if field.max_length is not None and len(text) > field.max_length:
        raise InvalidValue(f"at most {field.max_length:,} character{'s'[: field.max_length != 1]}")
    return text


def _formed(field: SchemaField, text: str) -> str:
    """Return a text that has the format, and matches the pattern, of its field."""
    if field.format and not has_format(field.format, text):
        raise InvalidValue(f"expected {FORMATS[field.format]}")
    if field.pattern and matches(field.pattern, text) is False:
        raise InvalidValue(f"expected something like {field.pattern}")
    return text


_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and _is_read_by(date.fromisoformat, text)


def _is_moment(text: str) -> bool:
    """Whether it is a date and time with its zone (RFC 3339)."""
    return _MOMENT.fullmatch(text) is not None and _is_read_by(datetime.fromisoformat, text.upper())


def _is_address(text: str) -> bool:
    """Whether it is a URI with a scheme and something after it."""
    if not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


def _is_read_by(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_HAS_FORMAT: dict[str, Callable[[str], bool]] = {
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
    "uri": _is_address,
    "date": _is_date,
    "date-time": _is_moment,
}


def has_format(name: str, text: str) -> bool:
    """Whether a text has a format of JSON Schema; every text has one that is not known here."""
    return name not in _HAS_FORMAT or _HAS_FORMAT[name](text)


def _json(field: SchemaField, text: str) -> Json:
    """Return a JSON value of a type that the field accepts."""
    try:
        value = read_json(text)
    except NoJson as problem:
        raise InvalidValue(str(problem)) from None
    if field.types and not any(_is_a(value, name) for name in field.types):
        raise InvalidValue(f"expected {' or '.join(field.types)}")
    return value


def _is_a(value: Json, name: str) -> bool:
    """Whether a value is of a JSON type; a type that we don't know accepts all."""
    if name in ("number", "integer"):
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return not isinstance(value, bool) and (whole if name == "integer" else isinstance(value, int | float))
    return name not in _TYPES or isinstance(value, _TYPES[name])
