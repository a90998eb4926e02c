"""Says what a finding is: something in a request or a response that a person should know of before it goes on."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What sort of thing was found; rules name these."""

    SECRET = "secret"
    PERSONAL = "personal"
    HIDDEN = "hidden"
    INJECTION = "injection"
    URL = "url"
    CODE = "code"
    SIZE = "size"
    COST = "cost"
    MEDIA = "media"
    TOOLS = "tools"
    UNSOLICITED = "unsolicited"
    UNENCRYPTED = "unencrypted"
    LOOKALIKE = "lookalike"


class Severity(StrEnum):
    """How much a finding weighs; the order of the members is that of their weight."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for the lightest."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Place:
    """
    Where something was found.

    Attributes:
        field: The path of the field in the parameters or the result, such as ``systemPrompt`` or
            ``messages[0].content[1]``; empty when it concerns the whole.
        block: The position of the content block in its message; None for what is not in a block.
        start: Where it begins in the text; with `end` equal, it concerns the whole field.
        inner: The way to the text inside the field's JSON value, such as ``.input.query``; empty for a plain text.
    """

    field: str = ""
    block: int | None = None
    start: int = 0
    end: int = 0
    inner: str = ""


@dataclass(frozen=True)
class Finding:
    """
    One thing that was found.

    Attributes:
        rule: The name of the rule, such as "GitHub token".
        reason: Why it matters, in one plain sentence. Never holds what was found.
        source: Where the rule comes from, usually an address.
        count: How often it is in this text, where only the first one has a place.
    """

    kind: FindingKind
    rule: str
    severity: Severity
    reason: str
    source: str
    place: Place = Place()
    count: int = 1


@dataclass(frozen=True)
class Hit:
    """A stretch of one text that a rule has found; a finding but for its field."""

    kind: FindingKind
    rule: str
    severity: Severity
    reason: str
    source: str
    start: int
    end: int

    def at(self, field: str, block: int | None, inner: str) -> Finding:
        """Return the finding in a field."""
        place = Place(field, block, self.start, self.end, inner)
        return Finding(self.kind, self.rule, self.severity, self.reason, self.source, place)
