"""What a model (or a human in its place) answered: blocks, stop reason, usage, and which model it was."""

from dataclasses import dataclass, field, replace

from .request import Block, JsonObject, TextBlock, ToolUseBlock

HUMAN_MODEL = "human"
"""The `model` of a response that a person wrote."""


@dataclass(frozen=True)
class Usage:
    """
    Tokens that a provider counted.

    Attributes:
        input_tokens: All tokens of the prompt, cached ones included.
        output_tokens: All generated tokens, thinking included.
        cached_input_tokens: The part of `input_tokens` that was read from the provider's cache.
        cache_write_tokens: The part of `input_tokens` that was written to it, at a higher price.
    """

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True)
class Response:
    """
    One answer to a sampling request, ready to be reviewed or returned.

    Attributes:
        model: The id that the provider named in its response, or "human".
        stop_reason: `endTurn`, `stopSequence`, `maxTokens`, `toolUse`, or the provider's own word.
        thinking: Reasoning that the model showed. For the user's eyes only: never returned to the server.
        remarks: What the person must know of the answer, such as a tool call that was cut off and left out. For their
            eyes only, too.
    """

    blocks: tuple[Block, ...]
    model: str
    stop_reason: str | None = None
    usage: Usage | None = None
    thinking: str = ""
    extra: JsonObject = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text of all text blocks, joined without a separator."""
        return "".join(block.text for block in self.blocks if isinstance(block, TextBlock))

    @property
    def tool_uses(self) -> tuple[ToolUseBlock, ...]:
        """The tools that the model wants called, in order."""
        return tuple(block for block in self.blocks if isinstance(block, ToolUseBlock))

    def with_text(self, text: str) -> "Response":
        """Return this response with `text` in place of all its text blocks; other blocks stay, in order."""
        others = tuple(block for block in self.blocks if not isinstance(block, TextBlock))
        return replace(self, blocks=(TextBlock(text), *others))
