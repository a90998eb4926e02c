"""What a model (or a human in its place) answered: blocks, stop reason, usage, and which model it was."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .request import Block, JsonObject, SamplingRequest, TextBlock, ToolUseBlock

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
        estimated: The provider had not counted them yet when the answer ended, so they are our estimate.
    """

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    estimated: bool = False


def total_usage(usages: Iterable[Usage | None]) -> Usage | None:
    """Return the tokens of several calls together; None when none of them were counted."""
    counted = [usage for usage in usages if usage is not None]
    if len(counted) < 2:
        return counted[0] if counted else None
    return Usage(
        sum(usage.input_tokens for usage in counted),
        sum(usage.output_tokens for usage in counted),
        sum(usage.cached_input_tokens for usage in counted),
        sum(usage.cache_write_tokens for usage in counted),
        estimated=any(usage.estimated for usage in counted),
    )


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
        is_partial: Something of the answer could not be understood, so that it may lack a part.
        unread: Those pieces of the provider's answer, as they came over the wire.
    """

    blocks: tuple[Block, ...]
    model: str
    stop_reason: str | None = None
    usage: Usage | None = None
    thinking: str = ""
    extra: JsonObject = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    is_partial: bool = False
    unread: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing: no tool use, no picture or sound, and no text but white space."""
        return all(isinstance(block, TextBlock) and not block.text.strip() for block in self.blocks)

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


def callable_tools(asked: SamplingRequest, sent: SamplingRequest) -> frozenset[str]:
    """Return the tools that may be called: those that the server named, and the person left in what was sent."""
    return asked.tool_names & sent.tool_names


def why_not_returnable(response: Response, tools: frozenset[str]) -> str:
    """
    Return why a server can't be given this response, in words; an empty string when it can.

    Arguments that break a tool's schema are not a reason: the tool's own server judges them, and the person was warned.

    Args:
        tools: The names of the tools that may be called.
    """
    for block in response.tool_uses:
        if block.broken_input is not None:
            return f'the arguments for the tool "{block.name}" are not a JSON object; correct them, or remove the call'
        if block.name not in tools:
            return f'the server offered no tool "{block.name}"; correct the name, or remove the call'
    return ""


@dataclass(frozen=True)
class Estimate:
    """
    What a request will use, before it is sent. Never exact: no provider's tokenizer is asked.

    Attributes:
        input_tokens: Of the whole request, approximately.
        likely: US dollars for these, and for an answer of usual length; None when the price is unknown.
        worst: US dollars for these, and for an answer of `maxTokens`; None when the price is unknown, or when it is an
            agent's, which has no limit of money.
        output_tokens: Of an answer of `maxTokens`, or of the longest that the model writes.
    """

    input_tokens: int
    likely: Decimal | None
    worst: Decimal | None
    output_tokens: int = 0


def cost_json(cost: Decimal | None) -> str | None:
    """Return US dollars as the record and `call --json` have them: a decimal number, exact, without an exponent."""
    return None if cost is None else f"{cost:f}"
