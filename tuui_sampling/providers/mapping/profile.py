"""What one model's wire can carry: the wire's own limits, and what is configured for the model."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...config.settings import ModelSettings

IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What all three wires take (https://docs.claude.com/en/docs/build-with-claude/vision,
https://platform.openai.com/docs/guides/images-vision)."""


@dataclass(frozen=True)
class Profile:
    """
    What one wire, or one model behind it, carries.

    Attributes:
        temperature: It has such a parameter.
        parameters: Sampling parameters beyond the specification's own that it has.
        stop_sequences: How many it takes; None means any number.
        blank_stop_sequences: It takes stop sequences that are nothing but white space.
        text_lists: Several texts of one message may be a list; else they are joined to one.
        system_prompt: It takes one; else it is put before the first message of the user.
        images: It sees; None when that is not known.
        image_types: The MIME types of images that it takes; None means any.
        audio: It hears.
        audio_types: The MIME types of sound that it takes; none means that the wire has no sound at all.
        tools: It can call tools.
        tool_choice_required: It can be made to call one.
        max_output_tokens: The most that it writes.
        max_tokens_required: The wire must be told a limit.
        plain_names: Names and ids are letters, digits, `_` and `-`, 64 at most; others go by an alias.
        merges_roles: Messages of one role in a row are sent as one.
        error_prefix: It has no mark for the error of a tool, so the text says so.
        media_after_results: What a tool returned but text is sent after its result, as the user's.
        calls_last: A message's calls of tools come after all of its words.
        assistant_last: What becomes of a conversation that the assistant has the last word in; empty if it is fine.
        own_members: Members of the body that the configuration can neither leave out nor set.
        members: The request's field → the member of the wire's body that carries it.
        dropped: Members of the body that the configuration leaves out.
        replaced: Members of the body that the configuration sets.
    """

    temperature: bool = True
    parameters: frozenset[str] = frozenset()
    stop_sequences: int | None = None
    blank_stop_sequences: bool = True
    system_prompt: bool = True
    text_lists: bool = True
    images: bool | None = True
    image_types: frozenset[str] | None = IMAGE_TYPES
    audio: bool = False
    audio_types: frozenset[str] = frozenset()
    tools: bool = True
    tool_choice_required: bool = True
    max_output_tokens: int | None = None
    max_tokens_required: bool = False
    plain_names: bool = True
    merges_roles: bool = False
    error_prefix: bool = False
    media_after_results: bool = False
    calls_last: bool = False
    assistant_last: str = ""
    own_members: frozenset[str] = frozenset({"model", "messages", "input", "stream"})
    members: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()

    def fitted(self, settings: ModelSettings) -> "Profile":
        """
        Return what a model of this wire carries.

        `supports` can give what the wire has a place for, and takes away anything; a parameter that `drop_params`
        leaves out counts as one that the model does not have.
        """
        dropped = frozenset(settings.drop_params) - self.own_members
        supports = settings.supports
        renamed = {"maxTokens": settings.max_tokens_param} if settings.max_tokens_param else {}
        members = {**self.members, **renamed}

        def keeps(field_name: str) -> bool:
            return members.get(field_name) not in dropped

        has_temperature = supports.get("temperature", self.temperature) and keeps("temperature")
        no_stop = not supports.get("stop_sequences", True) or not keeps("stopSequences")
        return replace(
            self,
            temperature=has_temperature,
            # A model that refuses the one refuses the others.
            parameters=self.parameters if has_temperature else self.parameters & {"seed"},
            stop_sequences=0 if no_stop else self.stop_sequences,
            system_prompt=supports.get("system_prompt", self.system_prompt) and keeps("systemPrompt"),
            text_lists=supports.get("text_lists", self.text_lists),
            images=supports.get("images", self.images),
            audio=supports.get("audio", self.audio) and bool(self.audio_types),
            tools=supports.get("tools", self.tools) and keeps("tools"),
            tool_choice_required=supports.get("tool_choice_required", self.tool_choice_required),
            max_output_tokens=settings.max_output_tokens or self.max_output_tokens,
            members=members,
            dropped=dropped,
            replaced=frozenset(settings.extra_body) - self.own_members,
        )
