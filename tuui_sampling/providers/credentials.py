"""Where a model is called, and with which key; nothing here touches the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from ..config.network import Route, split_url
from ..sampling.errors import ModelError, ModelErrorKind

MIN_SECRET = 6
"""Characters of a configured value from which on it is kept out of messages."""

USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Credential:
    """
    A key that is read from the environment at each call, and kept nowhere.

    Attributes:
        variable: The environment variable's name; None when the model needs no key.
    """

    variable: str | None
    environ: Mapping[str, str] = field(repr=False)

    @property
    def status(self) -> str:
        """Whether the key is there: "set", "missing: NAME" or "not needed"."""
        if self.variable is None:
            return "not needed"
        return "set" if self.environ.get(self.variable, "").strip() else f"missing: {self.variable}"

    def read(self) -> str | None:
        """
        Return the key, or None when none is needed.

        Raises:
            ModelError: It is missing, or it can't be a key. The text names the variable, never the value.
        """
        if self.variable is None:
            return None
        key = self.environ.get(self.variable, "").strip()
        if not key:
            raise ModelError(
                ModelErrorKind.CONFIGURATION,
                f"The environment variable {self.variable} is not set, so there is no key for this model.",
                hint=f"Set {self.variable} and start the program again.",
            )
        if not (key.isascii() and key.isprintable()):
            raise ModelError(
                ModelErrorKind.CONFIGURATION,
                f"The value of {self.variable} has characters that no key has.",
                hint=f"Copy the key into {self.variable} again, without quotes or line breaks.",
            )
        return key


@dataclass(frozen=True)
class Callee:
    """
    Who is called: what an error message needs to know, and what it must not say.

    Attributes:
        host: As `host_of` gives it.
        model: The provider's id of the model.
        variable: The environment variable that the key came from.
        timeout: Seconds without a byte until the call fails.
        secrets: Texts that no message may hold.
        route: How the host is reached.
    """

    host: str
    model: str
    variable: str | None
    timeout: float
    secrets: tuple[str, ...] = field(default=(), repr=False)
    route: Route = field(default_factory=Route)


def host_of(base_url: str) -> str:
    """Return the host of a URL, with its port where it is not the usual one; never its user or password."""
    parts = split_url(base_url)
    if parts is None or not parts.hostname:
        return "an invalid address"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return host if parts.port in (None, USUAL_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def secrets_of(base_url: str) -> tuple[str, ...]:
    """Return what a URL holds that may be secret: its password, and the values of its query."""
    parts = split_url(base_url)
    if parts is None:
        return ()
    values = (value for _, value in parse_qsl(parts.query) if len(value) >= MIN_SECRET)
    return (*((parts.password,) if parts.password else ()), *values)


def split_query(base_url: str) -> tuple[str, dict[str, str]]:
    """Return a URL without its query, and the query, which belongs behind the path of each call."""
    parts = urlsplit(base_url)
    return urlunsplit(parts._replace(query="", fragment="")), dict(parse_qsl(parts.query, keep_blank_values=True))


def check_base_url(base_url: str | None, model_name: str) -> str:
    """
    Return the base URL when it can be called.

    Raises:
        ModelError: It is missing, or no http or https address.
    """
    parts = split_url(base_url or "")
    if base_url and parts is not None and parts.scheme in USUAL_PORTS and parts.hostname:
        return base_url
    problem = "is not an http or https address" if base_url else "is missing"
    raise ModelError(
        ModelErrorKind.CONFIGURATION,
        f"The base_url of the model {model_name} {problem}.",
        hint=f"Set base_url in [models.{model_name}], such as http://127.0.0.1:8080/v1.",
    )
