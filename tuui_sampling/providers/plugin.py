"""A provider that the user wrote: `provider = "package.module:Class"` in a model's table."""

import importlib
from collections.abc import AsyncGenerator

from ..config.settings import ModelSettings
from ..sampling.errors import ModelError, ModelErrorKind
from ..sampling.note import Note, Severity
from ..sampling.request import SamplingRequest
from .credentials import Credential
from .provider import Event, Provider

BROKEN = (
    ImportError,
    SyntaxError,
    NameError,
    AttributeError,
    TypeError,
    ValueError,
    LookupError,
    OSError,
    RuntimeError,
)
"""What importing a module and making an instance may raise."""


def load_custom(settings: ModelSettings, credential: Credential) -> Provider:
    """Return an instance of the class that is named; where that fails, one that says so and sends nothing."""
    module, _, name = settings.provider.partition(":")
    try:
        made = getattr(importlib.import_module(module), name)(settings, credential)
    except BROKEN as error:
        return BrokenProvider(f"The provider {settings.provider} can't be loaded ({type(error).__name__}: {error}).")
    if not isinstance(made, Provider):
        return BrokenProvider(f"{settings.provider} is not a provider: it lacks host, notes, stream or aclose.")
    return made


class BrokenProvider:
    """Stands in for a provider that can't be loaded, or a model whose table is wrong, so that all else goes on."""

    host = "nowhere"

    def __init__(self, problem: str, hint: str = "Check `provider` in the configuration.") -> None:
        self._problem = problem
        self._hint = hint

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Say why nothing can be sent."""
        return (Note("model", self._problem, Severity.BLOCK),)

    async def stream(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """
        Send nothing.

        Raises:
            ModelError: Always.
        """
        raise ModelError(ModelErrorKind.CONFIGURATION, self._problem, hint=self._hint)
        yield  # makes this a generator, as the protocol wants it

    async def aclose(self) -> None:
        """Do nothing."""
