"""Tells whether the name of a field, a header, a variable or a setting says that its value is a secret."""

import re

SECRET_WORDS = (
    "key|token|secret|password|passwd|pwd|passphrase|credentials?|auth|authorization|bearer|session|pat|api-?key"
)
"""What such a name ends with, as a pattern that takes no account of case."""

_NAME = re.compile(
    rf"(?i)(?:^|[-_. ])(?:{SECRET_WORDS})s?(?:[-_. ](?:value|text))?$"
    r"|(?-i:[a-z](?:Key|Token|Secret|Password|Passphrase))$"
)
_PART = re.compile(r"(?i)key|token|secret|passw|passphrase|credential|auth|[a-z][-_](?:pwd|pat|bearer)$")


def names_secret(name: str) -> bool:
    """Whether a name says that its value is a secret, such as `api_key`, `accessToken` or `DB_PASSWORD`."""
    return _NAME.search(name) is not None


def may_name_secret(name: str) -> bool:
    """
    Whether such a word is anywhere in a name; for the variables of an environment, rather masked once too often.

    Not those that every environment has, such as `PWD` and `DESKTOP_SESSION`.
    """
    return _PART.search(name) is not None
