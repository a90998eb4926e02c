"""
OpenAI-compatible servers that many people use: where they are called, and what they do otherwise than OpenAI.

`preset = "ollama"` in a model's table fills whatever of this the table does not set itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_COMPLETION_TOKENS = "max_completion_tokens"
"""What OpenAI's newer models call `max_tokens` (https://platform.openai.com/docs/api-reference/chat/create)."""

LISTS, JOINED = {"text_lists": True}, {"text_lists": False}
"""Whether several texts of one message may be a list. A server that is not known gets one text: all servers take it."""


@dataclass(frozen=True)
class Preset:
    """
    One known server.

    Attributes:
        base_url: Where it is called.
        api_key_env: The variable that its key is in by its own documentation; None where it needs no key.
        supports: Capabilities of all its models (see `settings.CAPABILITIES`); one that is not named is the model's.
        drop_params: Members of the request body that it refuses.
        max_tokens_param: The member of the request body that limits the answer.
        prices: The provider in genai-prices whose prices apply; None where that has none.
        on_own_hardware: It runs on hardware of the user's own, so that a call costs nothing.
    """

    base_url: str
    api_key_env: str | None = None
    supports: Mapping[str, bool] = field(default_factory=dict)
    drop_params: tuple[str, ...] = ()
    max_tokens_param: str = "max_tokens"
    prices: str | None = None
    on_own_hardware: bool = False


PRESETS: Mapping[str, Preset] = {
    # https://api-docs.deepseek.com
    # It refuses a message whose content is a list (https://github.com/deepseek-ai/DeepSeek-V3/issues/302).
    "deepseek": Preset("https://api.deepseek.com", "DEEPSEEK_API_KEY", supports=JOINED, prices="deepseek"),
    # https://openrouter.ai/docs/quickstart
    "openrouter": Preset("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", supports=LISTS, prices="openrouter"),
    # https://docs.ollama.com/api/openai-compatibility; it accepts tool_choice, and heeds it in no case
    # (https://github.com/ollama/ollama/issues/17921).
    "ollama": Preset(
        "http://127.0.0.1:11434/v1", supports=LISTS | {"tool_choice_required": False}, on_own_hardware=True
    ),
    # https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html; with a key only if it was started with one.
    "vllm": Preset("http://127.0.0.1:8000/v1", supports=LISTS, on_own_hardware=True),
    # https://github.com/ggml-org/llama.cpp/tree/master/tools/server
    "llama.cpp": Preset("http://127.0.0.1:8080/v1", supports=LISTS, on_own_hardware=True),
    # https://lmstudio.ai/docs/developer/openai-compat
    "lm-studio": Preset("http://127.0.0.1:1234/v1", supports=LISTS, on_own_hardware=True),
    # https://docs.mistral.ai/api; answers 422 to stream_options, and counts tokens without being asked
    # (https://github.com/openai/openai-agents-python/issues/442).
    "mistral": Preset(
        "https://api.mistral.ai/v1",
        "MISTRAL_API_KEY",
        supports=LISTS,
        drop_params=("stream_options",),
        prices="mistral",
    ),
    # https://ai.google.dev/gemini-api/docs/openai
    "gemini": Preset(
        "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", supports=LISTS, prices="google"
    ),
    # https://console.groq.com/docs/api-reference: `max_tokens` is deprecated in favour of `max_completion_tokens`.
    "groq": Preset(
        "https://api.groq.com/openai/v1",
        "GROQ_API_KEY",
        supports=LISTS,
        max_tokens_param=MAX_COMPLETION_TOKENS,
        prices="groq",
    ),
    # https://inference-docs.cerebras.ai/api-reference/chat-completions
    "cerebras": Preset(
        "https://api.cerebras.ai/v1",
        "CEREBRAS_API_KEY",
        supports=JOINED,
        max_tokens_param=MAX_COMPLETION_TOKENS,
        prices="cerebras",
    ),
    # https://docs.x.ai/docs/api-reference: its reasoning models heed `max_completion_tokens` only.
    "xai": Preset(
        "https://api.x.ai/v1", "XAI_API_KEY", supports=LISTS, max_tokens_param=MAX_COMPLETION_TOKENS, prices="x-ai"
    ),
    # OpenAI's own chat API, for models with sound (https://platform.openai.com/docs/api-reference/chat/create).
    "openai-chat": Preset(
        "https://api.openai.com/v1",
        "OPENAI_API_KEY",
        supports=LISTS,
        max_tokens_param=MAX_COMPLETION_TOKENS,
        prices="openai",
    ),
}
"""The names that `preset` may have."""

DEFAULT_KEY_VARIABLES: Mapping[str, str] = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
"""Where a provider's key is looked for when `api_key_env` is not set."""
