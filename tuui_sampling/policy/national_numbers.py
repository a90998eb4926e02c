"""
Checks the numbers that states give to persons, where they have check digits that are well defined.

https://en.wikipedia.org/wiki/National_identification_number lists them; each function names what is particular.
"""

from datetime import date
from itertools import cycle

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_FISCALE_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
), strict=True))  # fmt: skip
_VERHOEFF = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6), (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1), (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4), (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_VERHOEFF_STEPS = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), (5, 8, 0, 3, 7, 9, 6, 1, 4, 2), (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0), (4, 2, 8, 6, 5, 7, 3, 9, 0, 1), (2, 7, 9, 3, 8, 0, 6, 4, 1, 5), (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)  # fmt: skip


def us_ssn(text: str) -> bool:
    """Whether it may have been issued: it has no check digit, but parts that are never used."""
    area, group, serial = text.split("-")
    never = area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000"
    plain = len(set(area)) == len(set(serial)) == 1
    return not (never or plain) and text not in ("123-45-6789", "078-05-1120", "219-09-9999")


def german_tax_id(text: str) -> bool:
    """Eleven digits: one of the first ten occurs two or three times; ISO 7064 mod 11,10."""
    digits = _digits(text)
    counts = sorted(digits[:10].count(c) for c in set(digits[:10]))
    if digits[0] == 0 or counts[-1] not in (2, 3) or sum(count > 1 for count in counts) != 1:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == digits[10]


def spanish_dni(text: str) -> bool:
    """A DNI or NIE: its letter is the number modulo 23."""
    plain = text.replace("-", "").upper()
    number = int(plain[:-1].translate(str.maketrans("XYZ", "012")))
    return _DNI_LETTERS[number % 23] == plain[-1]


def italian_fiscal_code(text: str) -> bool:
    """Its last letter is the sum of the others, weighted by odd and even places, modulo 26."""
    odd = sum(_FISCALE_ODD[c] for c in text[:15:2])
    even = sum(int(c) if c.isdigit() else ord(c) - ord("A") for c in text[1:15:2])
    return chr((odd + even) % 26 + ord("A")) == text[15]


def french_nir(text: str) -> bool:
    """Thirteen digits, Corsica's 2A and 2B among them, and 97 minus their remainder."""
    plain = text.replace(" ", "").upper()
    number = int(plain[:13].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(plain[13:])


def brazilian_cpf(text: str) -> bool:
    """Eleven digits, the last two are weighted sums modulo 11."""
    digits = _digits(text)
    return len(set(digits)) > 1 and all(
        sum(digit * weight for digit, weight in zip(digits, range(n + 1, 1, -1), strict=False)) * 10 % 11 % 10
        == digits[n]
        for n in (9, 10)
    )


def polish_pesel(text: str) -> bool:
    """Eleven digits that begin with a date, whose month tells the century."""
    digits = _digits(text)
    century = {0: 1900, 1: 2000, 2: 2100, 3: 2200, 4: 1800}[digits[2] // 2]
    month = digits[2] % 2 * 10 + digits[3]
    born = _is_date(century + digits[0] * 10 + digits[1], month, digits[4] * 10 + digits[5])
    weights = cycle((1, 3, 7, 9))
    return born and -sum(digit * weight for digit, weight in zip(digits[:10], weights, strict=False)) % 10 == digits[10]


def swedish_personal_number(text: str) -> bool:
    """A date of birth, and Luhn's check digit over its last ten digits."""
    digits = _digits(text)[-10:]
    day = digits[4] * 10 + digits[5]
    born = _is_date(2000 + digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], day - 60 if day > 60 else day)
    doubled = (digit * (2 - n % 2) for n, digit in enumerate(digits))
    return born and sum(sum(divmod(one, 10)) for one in doubled) % 10 == 0


def finnish_hetu(text: str) -> bool:
    """A date of birth, a sign for the century, a number, and their remainder modulo 31."""
    born = _is_date(2000 + int(text[4:6]), int(text[2:4]), int(text[:2]))
    return born and _HETU_LETTERS[int(text[:6] + text[7:10]) % 31] == text[10]


def dutch_bsn(text: str) -> bool:
    """Nine digits of which the weighted sum is divisible by 11; named as such, since every eleventh number passes."""
    digits = _digits(text)[-9:]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0


def british_nhs_number(text: str) -> bool:
    """Ten digits, the last is a weighted sum modulo 11; named as such, since every eleventh number passes."""
    digits = _digits(text)[-10:]
    check = -sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check == digits[9]


def aadhaar(text: str) -> bool:
    """Twelve digits with a check digit after Verhoeff."""
    check = 0
    for n, digit in enumerate(reversed(_digits(text))):
        check = _VERHOEFF[check][_VERHOEFF_STEPS[n % 8][digit]]
    return check == 0


def chinese_resident_id(text: str) -> bool:
    """Eighteen characters with a date of birth; ISO 7064 mod 11-2 (GB 11643-1999)."""
    born = _is_date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    total = sum(int(digit) * pow(2, 17 - n, 11) for n, digit in enumerate(text[:17]))
    return born and "10X98765432"[total % 11] == text[17].upper()


def korean_registration_number(text: str) -> bool:
    """A date of birth, and a weighted sum modulo 11."""
    digits = _digits(text)
    born = _is_date(2000 + digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4] * 10 + digits[5])
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    return born and (11 - sum(d * w for d, w in zip(digits, weights, strict=False)) % 11) % 10 == digits[12]


def chilean_rut(text: str) -> bool:
    """Its last character is a weighted sum modulo 11, where 10 is K."""
    plain = text.replace(".", "").replace("-", "").upper()
    weights = cycle((2, 3, 4, 5, 6, 7))
    total = sum(int(c) * weight for c, weight in zip(reversed(plain[:-1]), weights, strict=False))
    return "0123456789K0"[11 - total % 11] == plain[-1]


def _digits(text: str) -> list[int]:
    return [int(c) for c in text if "0" <= c <= "9"]


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
