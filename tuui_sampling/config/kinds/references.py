"""Reads the settings that name something else: a folder, or a model of the same file."""

from pathlib import Path

from ..problems import printable
from ..reader import Section
from ..roots import read_roots
from .values import Text, Texts


class Folder(Text):
    """A folder, as a path that is relative to the folder of the file."""

    def read(self, section: Section, key: str) -> Path | None:  # type: ignore[override]
        """Return the absolute path, or None."""
        text = super().read(section, key)
        if text is None:
            return None
        try:
            return section.context.folder / Path(text).expanduser()
        except RuntimeError:
            section.problem(key, "there is no such user, so ~ can't be resolved")
            return None


class Program(Text):
    """A program: a name that is looked for on the PATH, or a path that may begin with the home folder."""

    def __init__(self) -> None:
        super().__init__(expand=True)

    def read(self, section: Section, key: str) -> str | None:
        """Return the program, or None."""
        text = super().read(section, key)
        if text is None or not text.startswith("~"):
            return text
        try:
            return str(Path(text).expanduser())
        except RuntimeError:
            section.problem(key, "there is no such user, so ~ can't be resolved")
            return None


class Roots(Texts):
    """Folders that a server may be told of (see `roots.py`)."""

    def read(self, section: Section, key: str) -> tuple[Path, ...] | None:  # type: ignore[override]
        """Return the absolute paths, or None where one of them is wrong."""
        try:
            return read_roots(super().read(section, key) or (), section.context.folder)
        except ValueError as error:
            section.problem(key, str(error))
            return None


class ModelName(Text):
    """The name of a model of the same file."""

    def read(self, section: Section, key: str) -> str | None:
        """Return the name, or None."""
        name = super().read(section, key)
        _check_model(section, key, name)
        return name


class ModelNames(Texts):
    """Names of models of the same file."""

    def read(self, section: Section, key: str) -> tuple[str, ...] | None:
        """Return the names, or None where it is not an array."""
        names = super().read(section, key)
        for name in names or ():
            _check_model(section, key, name)
        return names


def _check_model(section: Section, key: str, name: str | None) -> None:
    models = section.context.models
    if name is not None and name not in models:
        words = f'no model is called "{printable(name)}"'
        section.context.report.add((*section.key_path, key), words, meant=(name, models))
