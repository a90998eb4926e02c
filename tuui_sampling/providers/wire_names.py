"""
Names and ids that a provider would refuse, and what goes over the wire in their place.

Both vendors take letters, digits, `_` and `-`, and OpenAI at most 64 of them, for tools' names and tool uses' ids.
An alias depends on the name alone, so that one conversation looks the same in each of its turns.
"""

import re
from collections import Counter
from collections.abc import Iterable, Set
from hashlib import sha256

PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")
STEM = 40
"""Characters of the name that an alias begins with."""


class Names:
    """The tools of one request: each by a name that the wire takes, and back."""

    def __init__(self, names: Iterable[str] = (), *, plain: bool = True) -> None:
        """
        Give each name its alias.

        Args:
            plain: The wire takes plain names only; otherwise every name stays as it is.
        """
        known = list(dict.fromkeys(names))
        self._sent = {name: name for name in known if not plain or PLAIN.fullmatch(name)}
        taken = set(self._sent)
        for name in known:
            if name not in self._sent:
                self._sent[name] = _alias(name, taken)
                taken.add(self._sent[name])
        self._meant = {alias: name for name, alias in self._sent.items()}

    def sent(self, name: str) -> str:
        """Return what a tool is called on the wire."""
        return self._sent.get(name, name)

    def meant(self, alias: str) -> str:
        """Return the tool that is called so on the wire; a name that nobody gave stays as it is."""
        return self._meant.get(alias, alias)


class Ids:
    """
    The tool uses of a conversation, in its order.

    An id that comes again in a later turn gets an alias: some servers number the calls of each turn from one, and a
    provider wants ids that are unique.
    """

    def __init__(self, *, plain: bool = True) -> None:
        """Begin a conversation; `plain` as for `Names`."""
        self._plain = plain
        self._latest: dict[str, str] = {}
        self._seen: Counter[str] = Counter()
        self._taken: set[str] = set()

    def of_call(self, identifier: str) -> str:
        """Return the id that a tool use is sent with."""
        self._seen[identifier] += 1
        count = self._seen[identifier]
        fits = not self._plain or (PLAIN.fullmatch(identifier) and identifier not in self._taken)
        sent = identifier if fits else _alias(identifier, self._taken, salt=f"#{count}" if count > 1 else "")
        self._taken.add(sent)
        self._latest[identifier] = sent
        return sent

    def of_result(self, identifier: str) -> str:
        """Return the id that the result of the newest tool use with this id is sent with."""
        return self._latest.get(identifier) or self.of_call(identifier)


def _alias(text: str, taken: Set[str], *, salt: str = "") -> str:
    """Return a plain name that is not taken."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", text)[:STEM]
    salted = text + salt
    while True:
        alias = f"{stem}_{sha256(salted.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
        if alias not in taken:
            return alias
        salted += "+"
