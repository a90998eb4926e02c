"""
Carries the texts of a host's file over: its variables become ours, and secrets that stand in it become variables.

A secret is never copied: its text is replaced by `${NAME}`, and the person is told to set that variable.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from ...sampling.checks.secret_names import SECRET_WORDS, names_secret

_VARIABLE = re.compile(
    r"""
    \$\{(?P<place>workspaceFolder|workspaceRoot|userHome|pathSeparator)\}
    | \$\{(?:env:)?(?P<dollar>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}   # ${NAME}, ${NAME:-x}, ${env:NAME}
    | \{env:(?P<brace>[A-Za-z_][A-Za-z0-9_]*)\}                                    # {env:NAME}
    | \$\{input:(?P<input>[^}]+)\}                                                 # ${input:key}
    """,
    re.VERBOSE,
)
_SECRET_VALUE = re.compile(
    r"^(?:Bearer |Basic |token )?"
    r"(?:sk-|pk-|rk_|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|AIza|ya29\.|AKIA|hf_|gsk_|npm_|pypi-|eyJ|sntrys_|lin_api_|ntn_)"
)
_SECRET_OPTION = re.compile(rf"(?i)^--?(?:[a-z0-9_-]*[-_])?(?:{SECRET_WORDS})(?:=(.+))?$")
_SECRET_IN_URL = re.compile(rf"(?i)(?<=[?&])([a-z0-9_.-]*(?:{SECRET_WORDS}))=([^&#]+)")
_PASSWORD_IN_URL = re.compile(r"^([a-z][a-z0-9+.-]*://[^/@:\s]*):([^/@\s]+)@", re.IGNORECASE)


class Texts:
    """
    Carries the texts of one server over.

    Attributes:
        notes: What the person must know of it.
        variables: The variables that must be set, and what each is for.
    """

    def __init__(self, server: str, inputs: Mapping[str, str], project: Path | None) -> None:
        """
        Begin.

        Args:
            inputs: What VS Code would ask for, by id, with its description.
            project: The folder of the project that the file belongs to; None for a file of the user's.
        """
        self.notes: list[str] = []
        self.variables: dict[str, str] = {}
        self._prefix = variable_name(server)
        self._inputs = inputs
        self._project = project

    def text(self, value: object) -> str:
        """Return a text with the host's variables as ours; what is `${` otherwise is escaped."""
        source = str(value)
        parts: list[str] = []
        end = 0
        for match in _VARIABLE.finditer(source):
            parts += (source[end : match.start()].replace("${", "$${"), self._variable(match))
            end = match.end()
        return "".join([*parts, source[end:].replace("${", "$${")])

    def named(self, name: str, value: object, what: str) -> str:
        """Return the value of a variable or a header; a secret becomes a variable."""
        text = self.text(value)
        scheme, _, rest = text.rpartition(" ")
        if "${" in text or not text:
            return text
        if names_secret(name) or _SECRET_VALUE.match(text):
            keeps = f"{scheme} " if scheme.casefold() in ("bearer", "basic", "token") else ""
            return keeps + self._secret(name if what == "variable" else f"{self._prefix}_{variable_name(name)}", what)
        return f"{scheme} {rest}".strip() if scheme else text

    def arguments(self, values: list[object]) -> list[str]:
        """Return the arguments of a command; the value of an option such as `--api-key` becomes a variable."""
        found: list[str] = []
        option = ""
        for value in values:
            text = self.text(value)
            match = _SECRET_OPTION.match(text)
            if option and "${" not in text and not text.startswith("-"):
                text = self._secret(f"{self._prefix}_{variable_name(option)}", "argument")
            elif match is not None and match.group(1) and "${" not in text:
                option = text.partition("=")[0]
                text = f"{option}={self._secret(f'{self._prefix}_{variable_name(option)}', 'argument')}"
            elif _SECRET_VALUE.match(text):
                text = self._secret(f"{self._prefix}_SECRET", "argument")
            found.append(text)
            option = text if match is not None and not match.group(1) else ""
        return found

    def url(self, value: object) -> str:
        """Return an address; a password or a key in it becomes a variable."""
        text = self.text(value)
        if "${" not in text:
            text = _PASSWORD_IN_URL.sub(
                lambda m: f"{m[1]}:{self._secret(f'{self._prefix}_PASSWORD', 'address')}@", text
            )
        return _SECRET_IN_URL.sub(self._query, text)

    def _query(self, match: re.Match[str]) -> str:
        if match[2].startswith("${"):
            return match[0]
        return f"{match[1]}={self._secret(f'{self._prefix}_{variable_name(match[1])}', 'address')}"

    def _secret(self, name: str, what: str) -> str:
        self.variables.setdefault(name, f"a secret that stands in that file as {_article(what)}; it was not copied")
        return f"${{{name}}}"

    def _variable(self, match: re.Match[str]) -> str:
        if name := match["dollar"] or match["brace"]:
            if match["default"] is not None:
                self.notes.append(f"${{{name}}} had a default there; here the variable must be set")
                self.variables.setdefault(name, f"there it was {match['default']} where it was not set")
            else:
                self.variables.setdefault(name, "it is taken from the environment there, too")
            return f"${{{name}}}"
        if key := match["input"]:
            name = variable_name(key)
            self.variables[name] = f"it was asked for there ({self._inputs.get(key) or key})"
            return f"${{{name}}}"
        return self._place(match["place"])

    def _place(self, place: str) -> str:
        if place == "userHome":
            return "${HOME}"
        if place == "pathSeparator":
            return "/"
        if self._project is not None:
            return str(self._project)
        self.notes.append("it names the folder of the open project: put the folder that you mean in place of PROJECT")
        return "PROJECT"


def variable_name(text: str) -> str:
    """Return a name for an environment variable: capitals, digits and underscores."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper() or "SERVER"
    return f"_{name}" if name[0].isdigit() else name


def _article(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
