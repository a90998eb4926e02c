"""
Checks the structure of what a pattern has found: checksums, check digits, alphabets, headers that decode.

A pattern alone finds words about tokens, and numbers that are nothing; what these functions let through is very
probably the thing itself. Each is quick, and takes exactly what the pattern matched.
"""

import base64
import binascii
import ipaddress
import json
import math
import zlib
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import unquote

Check = Callable[[str], bool]
"""Whether what a pattern matched is the thing that it stands for."""

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

PLACEHOLDERS = (
    "example", "your", "xxx", "placeholder", "changeme", "change_me", "dummy", "redacted", "insert", "<", ">", "${", "{{",
    "%(", "...", "…", "***", "todo", "sample", "notareal", "not-a-real", "not_a_real", "fake", "secret_key", "some_", "my_", "mytoken",
)  # fmt: skip
"""What a value holds that only stands for one, in lower case."""

_STAND_INS = frozenset(
    {
        *(
            "password",
            "passwd",
            "pass",
            "pwd",
            "secret",
            "user",
            "username",
            "token",
            "key",
            "foo",
            "bar",
            "baz",
            "test",
        ),
        *(
            "none",
            "null",
            "true",
            "false",
            "hunter2",
            "hidden",
            "p",
            "pw",
            "guest",
            "admin",
            "root",
            "mysql",
            "default",
        ),
    }
)
"""Words that stand where a password would be."""


def entropy(text: str) -> float:
    """Return the Shannon entropy of a text in bits per character."""
    length = len(text)
    return -sum(count / length * math.log2(count / length) for count in Counter(text).values()) if text else 0.0


def is_random(text: str) -> bool:
    """Whether a token looks like one that a machine made: many different characters, and no stand-in."""
    return entropy(text) >= 2.8 and not stands_in(text)


def is_random_value(text: str) -> bool:
    """Whether the value of an assignment is a secret: long, mixed, and neither a word nor a stand-in."""
    value = text.strip("\"'`")
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return mixed and entropy(value) >= 3.4 and not stands_in(value)


def stands_in(text: str) -> bool:
    """Whether a value only shows where one belongs."""
    folded = text.casefold()
    return any(word in folded for word in PLACEHOLDERS) or _is_a_row(folded)


def _is_a_row(text: str) -> bool:
    """Whether a good part of it goes up one by one: 0123456789, abcdefghij."""
    run, many = 0, max(7, len(text) // 4)
    for one, other in pairwise(text):
        run = run + 1 if ord(other) - ord(one) == 1 else 0
        if run >= many:
            return True
    return False


def crc_in_base62(token: str) -> bool:
    """
    Whether the last six characters are the CRC-32 of those between the prefix and them, in base 62.

    https://github.blog/engineering/behind-githubs-new-authentication-token-formats/ ; npm does the same.
    """
    body, checksum = token.rpartition("_")[2][:-6], token[-6:]
    value, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        value, rest = divmod(value, 62)
        digits = _BASE62[rest] + digits
    return digits == checksum


def jwt_header(token: str) -> bool:
    """Whether the first part decodes to a JSON object that names an algorithm (RFC 7515, section 4)."""
    header = _json_of(token.split(".", 1)[0])
    return isinstance(header, dict) and isinstance(header.get("alg") or header.get("enc"), str)


def _json_of(text: str) -> object:
    try:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return None


def basic_credentials(header: str) -> bool:
    """Whether the end of a header decodes to `user:password` (RFC 7617)."""
    encoded = header.rsplit(maxsplit=1)[-1]
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    user, colon, password = decoded.partition(":")
    return bool(colon) and decoded.isprintable() and len(password) >= 3 and not _is_stand_in(user, password)


def url_password(url: str) -> bool:
    """Whether an address holds a password that is not a stand-in."""
    authority = url.split("://", 1)[1].rpartition("@")[0]
    user, _, password = authority.partition(":")
    password = unquote(password)
    return len(password) >= 4 and " " not in password and not _is_stand_in(unquote(user), password)


def _is_stand_in(user: str, password: str) -> bool:
    folded = password.casefold()
    return folded in _STAND_INS or folded == user.casefold() or stands_in(password) or folded[0] in "$%{["


def azure_key(text: str) -> bool:
    """Whether the value decodes to the 64 bytes of a storage account's key."""
    try:
        return len(base64.b64decode(text.split("=", 1)[1], validate=True)) == 64
    except (binascii.Error, ValueError):
        return False


def has_digit_and_letter(token: str) -> bool:
    """Whether the last part of a token mixes digits with letters, as random ones do, and is not a stand-in."""
    body = token.rstrip("=")[-20:]
    return any(c.isdigit() for c in body) and any(c.isalpha() for c in body) and is_random(token)


# --- personal data ---


def luhn(text: str) -> bool:
    """Whether the digits pass the check of ISO/IEC 7812-1, annex B."""
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


_CARD_LENGTHS = (
    (range(4, 5), 1, (16,)),
    (range(51, 56), 2, (16,)),
    (range(2221, 2721), 4, (16,)),
    ((34, 37), 2, (15,)),
    ((6011, *range(6440, 6600)), 4, (16,)),
    (range(3528, 3590), 4, (16,)),
    ((300, 301, 302, 303, 304, 305), 3, (14,)),
    ((36, 38, 39), 2, (14,)),
    ((62,), 2, (16, 17, 18, 19)),
)
"""First digits → how many of them are compared → the lengths (https://en.wikipedia.org/wiki/Payment_card_number)."""


def payment_card(text: str) -> bool:
    """Whether it is the number of a payment card: its issuer's first digits, their length, and Luhn's check digit."""
    digits = _digits(text)
    if not _grouped_as_a_card(text):
        return False
    fits = any(int(digits[:n]) in firsts and len(digits) in lengths for firsts, n, lengths in _CARD_LENGTHS)
    return fits and luhn(digits)


def _grouped_as_a_card(text: str) -> bool:
    groups = tuple(len(part) for part in text.replace("-", " ").split(" ") if part)
    return len(groups) == 1 or groups in {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3)}


_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
    "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
"""Country → characters (https://www.swift.com/standards/data-standards/iban-international-bank-account-number)."""


def iban(text: str) -> bool:
    """Whether it is an IBAN: the length of its country, and 97 (ISO 13616, ISO 7064)."""
    plain = text.replace(" ", "").upper()
    if _IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def public_ip(text: str) -> bool:
    """Whether it is an address that somebody's computer may have: neither private, reserved nor for documentation."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    parts = text.split(".")
    counting = len(parts) == 4 and (int(parts[0]) < 12 or int(parts[-1]) == 0)  # version numbers, networks
    return address.is_global and not address.is_multicast and text not in _RESOLVERS and not counting


_RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222"})
"""Name servers that everybody uses."""


def email(text: str) -> bool:
    """Whether it is the address of a person or an office: no example (RFC 2606), no file name, no automatic sender."""
    local, _, domain = text.rpartition("@")
    labels = domain.casefold().split(".")
    reserved = labels[-1] in {"example", "test", "invalid", "localhost", "local"} or labels[-2] == "example"
    is_file = labels[-1] in {"png", "jpg", "svg", "gif", "js", "css", "py", "md", "html", "json", "txt", "service"}
    automatic = local.casefold() in {"noreply", "no-reply", "git", "user", "example", "name", "you", "username", "foo"}
    automatic = automatic or domain in ("openssh.com", "libssh.org")  # names of algorithms
    bad = local[0] == "." or local[-1] == "." or ".." in local
    return not (reserved or is_file or automatic or bad) and labels[-1].isalpha()


def phone(text: str) -> bool:
    """Whether it is an international number (E.164), or one of North America as it is usually written."""
    digits = _digits(text)
    if text.startswith("+") and digits[0] != "1":
        return 9 <= len(digits) <= 15 and digits[0] != "0" and len(set(digits)) > 3 and text.count(".") != 1
    if text.startswith("+") and len(digits) != 11:
        return False
    area, exchange, line = digits[-10:-7], digits[-7:-4], digits[-4:]
    fictional = exchange == "555" and line.startswith("01")
    return area[0] in "23456789" and exchange[0] in "23456789" and area[1:] != "11" and not fictional


def _digits(text: str) -> str:
    return "".join(c for c in text if "0" <= c <= "9")
