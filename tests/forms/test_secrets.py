"""A field is a secret where its schema or its name says so; a field of JSON also where something in it is one."""

from typing import Any

import pytest

from tuui_sampling.forms.fields import fields_of, whole_value

TEXT = {"type": "string"}
PASSWORD = {"type": "string", "format": "password"}
DEEP: dict[str, Any] = {"type": "string"}
for _ in range(30):
    DEEP = {"type": "array", "items": DEEP}


@pytest.mark.parametrize(
    ("name", "schema", "is_secret"),
    [
        ("pin", PASSWORD, True),
        ("pin", {**TEXT, "writeOnly": True}, True),
        ("pin", {**TEXT, "x-secret": True}, True),
        ("pin", {**TEXT, "x-secret": "no"}, False),
        ("pin", {**TEXT, "format": "email"}, False),
        ("api_key", TEXT, True),
        ("api_key", {"type": ["string", "null"]}, True),
        ("api_key", {}, True),
        ("api_key", True, True),
        ("token", {"enum": ["a", "b"]}, True),
        ("tokens", {"type": "integer"}, False),
        ("topic", TEXT, False),
        ("topic", {"anyOf": [TEXT, PASSWORD]}, True),
        ("login", {"type": "object", "additionalProperties": PASSWORD}, True),
        ("login", {"oneOf": [TEXT, {"type": "object", "properties": {"accessToken": TEXT}}]}, True),
        ("login", {"oneOf": [TEXT, {"type": "object", "properties": {"city": TEXT}}]}, False),
        ("deep", {"anyOf": [DEEP, TEXT]}, True),  # nobody looks that far
    ],
)
def test_what_a_field_is_asked_for_says_whether_it_is_a_secret(name: str, schema: Any, is_secret: bool) -> None:
    (field,) = fields_of({"type": "object", "properties": {name: schema}}) or ()
    assert field.secret is is_secret


def test_what_has_no_description_goes_by_its_name_and_a_whole_schema_by_all_that_is_in_it() -> None:
    fields = fields_of({"type": "object", "required": ["password", "city"]}) or ()
    assert {field.name: field.secret for field in fields} == {"password": True, "city": False}
    assert whole_value({"anyOf": [{"properties": {"user": TEXT, "password": TEXT}}]}).secret
    assert not whole_value({"anyOf": [{"properties": {"user": TEXT}}]}).secret
