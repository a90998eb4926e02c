"""A conversation as it goes to a model: what all three wires write down, each in its own form."""

from dataclasses import dataclass

from ...sampling.request import AudioBlock, ImageBlock, JsonObject, Role, TextBlock
from ..streaming.reasoning import Piece

Part = TextBlock | ImageBlock | AudioBlock


@dataclass(frozen=True)
class Call:
    """
    A tool use.

    Attributes:
        id: As the wire takes it.
        name: As the wire takes it.
        reasoning: The model's own, which its provider wants back before the call.
    """

    id: str
    name: str
    input: JsonObject
    reasoning: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Thought:
    """A piece of the model's own reasoning, at its place in the message."""

    piece: Piece


@dataclass(frozen=True)
class Result:
    """What a tool returned to the call with this id."""

    call_id: str
    parts: tuple[Part, ...]
    is_error: bool = False

    @property
    def text(self) -> str:
        """The texts, each on a line of its own."""
        return "\n".join(part.text for part in self.parts if isinstance(part, TextBlock))

    @property
    def media(self) -> tuple[ImageBlock | AudioBlock, ...]:
        """Whatever is not text."""
        return tuple(part for part in self.parts if not isinstance(part, TextBlock))


@dataclass(frozen=True)
class Turn:
    """One message."""

    role: Role
    items: tuple[Part | Call | Result, ...]

    @property
    def with_thoughts(self) -> tuple[Part | Call | Result | Thought, ...]:
        """Its items, with each call's reasoning before the words that led to the call."""
        placed: list[Part | Call | Result | Thought] = []
        begin = 0
        for item in self.items:
            if isinstance(item, Call):
                placed[begin:begin] = [Thought(piece) for piece in item.reasoning]
            placed.append(item)
            if isinstance(item, Call):
                begin = len(placed)
        return tuple(placed)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its text, images and sound."""
        return tuple(item for item in self.items if isinstance(item, TextBlock | ImageBlock | AudioBlock))

    @property
    def calls(self) -> tuple[Call, ...]:
        """Its tool uses."""
        return tuple(item for item in self.items if isinstance(item, Call))

    @property
    def results(self) -> tuple[Result, ...]:
        """Its tools' results."""
        return tuple(item for item in self.items if isinstance(item, Result))


@dataclass(frozen=True)
class OfferedTool:
    """
    A tool that the model may call.

    Attributes:
        name: As the wire takes it.
        description: Empty where there is none.
        schema: JSON Schema of its arguments, always of an object.
    """

    name: str
    description: str
    schema: JsonObject

    @property
    def described(self) -> dict[str, str]:
        """Its description as all three wires have it: not at all rather than empty."""
        return {"description": self.description} if self.description else {}
