"""
Judges values against a JSON Schema: a tool's arguments, the values of a form, a tool's structured result. No widget.

Both come from strangers: the schema from a server, the values perhaps from a model. So nothing that a schema refers to
is ever fetched, no pattern is tried that could take long, the work is bounded, and what is not a schema checks nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from ..sampling.request import JsonObject
from .fields import fields_of
from .patterns import matches
from .schema_field import FORMATS
from .values import has_format

if TYPE_CHECKING:  # a moment to import, which only whoever has something to check waits for
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

MAX_SCHEMA = 100_000
"""Characters of a schema, as JSON, that is still checked against."""

MAX_VALUES = 100_000
"""Characters of values, as JSON, that are still checked at each key."""

MAX_STEPS = 20_000
"""Keywords that one check may look at: a few hundred milliseconds at the very most."""

MAX_DEPTH = 64
"""
Keywords within each other. A reference that leads to itself ends here: deeper in, the library that resolves references
ends in a way that is no `Exception`.
"""

MAX_PROBLEMS = 5
"""Problems that are named; there may be more."""

MAX_WORDS = 160
"""Characters of one problem, which may quote what the model wrote."""

UNCHECKED = "the schema is too large or too odd to be checked against here"
NOT_FETCHED = "the schema refers to what is not in it, which is not fetched: not all was checked"
TOO_LONG = "too long to be checked against the schema here"

Keyword = Callable[[Any, Any, Any, Any], "Iterator[ValidationError] | None"]


class _TooMuch(Exception):
    """A check took more steps than it may."""


class SchemaCheck:
    """
    Holds values against one schema.

    Args:
        schema: As a server wrote it, so that it may be anything.
    """

    def __init__(self, schema: object) -> None:
        self._schema = schema
        self._found: dict[str, tuple[str, ...]] = {}
        self._validator: Validator | None = None
        self._steps = self._depth = 0
        self._is_made = False

    def problems(self, values: JsonObject) -> tuple[str, ...]:
        """Return what is wrong, in words that may hold foreign text; empty when nothing is."""
        if not isinstance(self._schema, Mapping):
            return ()
        written = json.dumps(values, default=dict)
        if len(written) > MAX_VALUES:
            return (TOO_LONG,)
        if written not in self._found:
            if len(self._found) > MAX_PROBLEMS:
                self._found.clear()
            self._found[written] = self._check(values)
        return self._found[written]

    def _check(self, values: JsonObject) -> tuple[str, ...]:
        from referencing.exceptions import Unresolvable

        if not self._is_made:
            self._validator, self._is_made = self._made(), True
        if self._validator is None:
            return (UNCHECKED,)
        self._steps = self._depth = 0
        found: list[str] = []
        try:
            for error in self._validator.iter_errors(values):
                found.append(_words(error))
                if len(found) == MAX_PROBLEMS:
                    break
        except Unresolvable:
            found.append(NOT_FETCHED)
        except (_TooMuch, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            found.append(UNCHECKED)
        return tuple(found)

    def _made(self) -> "Validator | None":
        """Return what validates, or None where the schema is none."""
        from jsonschema import Draft202012Validator, SchemaError, validators
        from referencing import Registry

        schema = cast(dict[str, Any], self._schema)
        try:
            written = json.dumps(schema)
            if len(written) > MAX_SCHEMA:
                return None
            dialect = validators.validator_for(schema, default=Draft202012Validator)
            dialect.check_schema(schema)
        except (SchemaError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            return None
        keywords = dict(dialect.VALIDATORS) | {
            "pattern": _pattern,
            "format": _format,
            "patternProperties": _skip,
            "uniqueItems": _unique,
        }
        keywords["additionalProperties"] = _additional
        if "patternProperties" in written:  # it would try their patterns by itself
            keywords["unevaluatedProperties"] = _skip
        extend: Callable[..., Callable[..., Validator]] = validators.extend
        counted = extend(dialect, {name: self._counted(keyword) for name, keyword in keywords.items()})
        return counted(schema, registry=Registry())  # an empty registry fetches nothing

    def _counted(self, keyword: Keyword) -> Keyword:
        """Return a keyword that counts how often it is used: references can multiply the work without end."""

        def count(validator: Any, value: Any, instance: Any, schema: Any) -> "Iterator[ValidationError]":
            self._steps += 1
            self._depth += 1
            if self._steps > MAX_STEPS or self._depth > MAX_DEPTH:
                raise _TooMuch
            yield from keyword(validator, value, instance, schema) or ()
            self._depth -= 1

        return count


def problems_of(schema: JsonObject, values: JsonObject) -> list[str]:
    """
    Return what is wrong with the values of a form, in words that may hold foreign names.

    What can't be checked here is not a problem: the server checks all of it anyway. What the form does not ask for is.
    """
    fields = fields_of(schema)
    named = {field.name for field in fields} if fields is not None else set(values)
    found = SchemaCheck(schema).problems(values)
    unasked = [f"{name}: not asked for" for name in values if name not in named]
    return unasked + [problem for problem in found if problem not in (UNCHECKED, NOT_FETCHED, TOO_LONG)]


def fits(schema: JsonObject, values: JsonObject) -> bool:
    """Whether values are what a form asks for, all of it checked: what can't be checked here is for a person."""
    fields = fields_of(schema)
    named = {field.name for field in fields} if fields is not None else set()
    return fields is not None and named.issuperset(values) and not SchemaCheck(schema).problems(values)


_COUNTS = frozenset({"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"})


def _words(error: "ValidationError") -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    words = f"{path.lstrip('.')}: {error.message}" if path else error.message
    if error.validator in _COUNTS:  # the library does not say how many
        words = f"{words} ({error.validator} {error.validator_value})"
    return words if len(words) <= MAX_WORDS else words[:MAX_WORDS] + "…"


# --- keywords whose usual form can be made to take for ever ---


def _pattern(_validator: Any, pattern: Any, instance: Any, _schema: Any) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError

    if isinstance(instance, str) and isinstance(pattern, str) and matches(pattern, instance) is False:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _format(_validator: Any, name: Any, instance: Any, _schema: Any) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError

    if isinstance(instance, str) and isinstance(name, str) and not has_format(name, instance):
        yield ValidationError(f"{instance!r} is not {FORMATS[name]}")


def _skip(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> None:
    """Leave it to the server, which checks all arguments anyway."""


def _additional(validator: Any, wanted: Any, instance: Any, schema: Any) -> "Iterator[ValidationError]":
    """Look at the members that no property names; one that a pattern may name is left to the server."""
    from jsonschema import ValidationError

    if not isinstance(instance, Mapping):
        return
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    others = [
        name for name in instance if name not in named and all(matches(pattern, name) is False for pattern in patterns)
    ]
    if isinstance(wanted, Mapping):
        for name in others:
            yield from validator.descend(instance[name], wanted, path=name)
    elif wanted is False and others:
        listed = ", ".join(map(repr, others))
        yield ValidationError(
            f"Additional properties are not allowed ({listed} {'was' if len(others) == 1 else 'were'} unexpected)"
        )


def _unique(_validator: Any, wanted: Any, instance: Any, _schema: Any) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError

    if wanted and isinstance(instance, list):
        different = {json.dumps(item, sort_keys=True) for item in instance}
        if len(different) < len(instance):
            yield ValidationError("two of its items are the same")
