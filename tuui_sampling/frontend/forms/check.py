"""Values that are there already (typed as JSON, say) against the fields of a schema. No widget."""

from collections.abc import Mapping

from .fields import NOTHING, FieldKind, Json, SchemaField, fields_of
from .values import InvalidValue, choose, parse


def defaults_of(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values that a form for a schema begins with."""
    return {field.name: field.default for field in fields_of(schema) or () if field.default is not NOTHING}


def problems_of(schema: Mapping[str, Json], values: Mapping[str, Json]) -> list[str]:
    """Return what is wrong with values, in words that may hold foreign names; a schema beyond forms accepts all."""
    fields = fields_of(schema)
    if fields is None:
        return []
    problems = [f"{name}: not asked for" for name in values if name not in {field.name for field in fields}]
    for field in fields:
        try:
            if field.name in values:
                _check(field, values[field.name])
            elif field.required:
                raise InvalidValue("required")
        except InvalidValue as problem:
            problems.append(f"{field.name}: {problem}")
    return problems


def _check(field: SchemaField, value: Json) -> None:
    """
    Hold a value against its field.

    Raises:
        InvalidValue: It breaks what the schema says.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match field.kind:
        case FieldKind.TEXT | FieldKind.LONG_TEXT if isinstance(value, str):
            if value:
                parse(field, value)
            elif field.min_length or field.format:
                raise InvalidValue(f"expected {field.hint or 'something'}")
        case FieldKind.INTEGER | FieldKind.NUMBER if number:
            parse(field, repr(value))
        case FieldKind.BOOLEAN if isinstance(value, bool):
            pass
        case FieldKind.CHOICE if any(choice.is_value(value) for choice in field.choices):
            pass
        case FieldKind.CHOICES if isinstance(value, list):
            places = [[choice.is_value(one) for choice in field.choices] for one in value]
            if not all(any(place) for place in places):
                raise InvalidValue("not one of the choices")
            choose(field, [place.index(True) for place in places])
        case FieldKind.JSON:
            pass
        case _:
            raise InvalidValue(f"expected {field.kind}")
