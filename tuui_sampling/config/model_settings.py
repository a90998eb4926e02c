"""Declares what can be configured of a model; `settings.py` has the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from . import checks
from .kinds.tables import Flags, JsonTable, TextTable
from .kinds.values import Choice, Flag, Text, Texts, Whole, dollars, fraction, seconds, url_text
from .policy.limits import LimitSettings, LimitTable
from .presets import DEFAULT_KEY_VARIABLES, PRESETS
from .problems import Problem
from .setting import Required, setting

RemoteName = Literal["anthropic", "openai", "openai-compatible"]
"""Providers that are called over HTTP; a model of theirs needs the provider's name for it."""

ProviderName = Literal[RemoteName, "human", "demo", "agent"]

CAPABILITIES = (
    *("images", "audio", "tools", "tool_choice_required", "temperature", "stop_sequences", "system_prompt"),
    "text_lists",
)
"""What `supports` may name. `system_prompt = false` puts the system prompt before the first user message instead;
`text_lists = false` joins the texts of one message with line breaks into one."""

MAX_TOKENS = 1_000_000_000
MAX_DOLLARS = 1_000_000
"""Limits of what is plausible: beyond them, a unit was mistaken."""

MAX_STEPS = 100
"""More is a loop that nobody watches."""


@dataclass(frozen=True)
class ModelSettings:
    """
    One `[models.NAME]`: a model that may answer.

    Attributes:
        name: Its name in the file.
        problems: What is wrong with its table; it can't be asked then, and everything else goes on.
    """

    name: str
    provider: ProviderName | str = setting(
        Choice(
            {
                "anthropic": "",
                "openai": "",
                "openai-compatible": "any server that speaks OpenAI's chat API",
                "human": "you write the answers",
                "demo": "offline, always the same",
                "agent": "another model of this file, with tools of your servers",
            },
            other=(checks.REFERENCE, "or a class of your own as package.module:Class"),
        ),
        "who is called",
        default="human",
        required=Required(),
        example="openai-compatible",
    )
    model: str = setting(
        Text(),
        'the provider\'s name of the model; of an "agent" the name of its model here; "human" and "demo" need none',
        default="",
        required=Required(when=("provider", (*get_args(RemoteName), "agent"))),
        example="tiny-random",
    )
    base_url: str | None = setting(
        url_text(),
        'where it is called; ${NAME} works. "openai-compatible" needs it, or a preset',
        default_words="the provider's own address",
        required=Required(when=("provider", ("openai-compatible",)), unless="preset"),
        check=checks.url_problems("api_key_env"),
        example="http://127.0.0.1:8091/v1",
        secret=True,
    )
    api_key_env: str | None = setting(
        Text(pattern="^[A-Z_][A-Z0-9_]{0,99}$"),
        "the NAME of the variable that holds the key. Keys never stand in this file",
        default_words="that of the preset; ANTHROPIC_API_KEY, OPENAI_API_KEY",
        check=checks.key_variable_problems,
        example="LOCAL_API_KEY",
    )
    aliases: tuple[str, ...] = setting(
        Texts(),
        "more names that a server's hint may match; no two models may share one",
        default=(),
        check=checks.empty_problems("an alias"),
        example=["llama", "small"],
    )
    timeout: float = setting(seconds(), "time without a byte until the call fails", default=120.0, example=300)
    preset: str | None = setting(
        Choice(dict.fromkeys(PRESETS, "")),
        "whose server it is, which fills what is not set: its address, the variable of its key, what it does not take",
        example="ollama",
    )
    supports: Mapping[str, bool] = setting(
        Flags(CAPABILITIES),
        "what it can do, where that is known better than by its name. system_prompt = false puts the system prompt "
        "before the first user message; text_lists = false joins the texts of one message, as for unknown servers",
        factory=dict,
        example={"images": False, "tools": False},
    )
    drop_params: tuple[str, ...] = setting(
        Texts(),
        "members of the request body that it does not take: never sent",
        default=(),
        check=checks.empty_problems("a name"),
        example=["stream_options"],
    )
    max_tokens_param: str | None = setting(
        Text(),
        "what its request body calls maxTokens",
        default_words="that of the preset, or as its API has it",
        example="max_completion_tokens",
    )
    extra_headers: Mapping[str, str] = setting(
        TextTable(expand=True),
        "sent with every call; ${NAME} works, and the values are never shown",
        factory=dict,
        check=checks.header_problems,
        example={"X-Team": "docs"},
        secret=True,
    )
    extra_body: Mapping[str, Any] = setting(
        JsonTable(), "members that are added to the request body", factory=dict, example={"seed": 7}
    )
    context_window: int | None = setting(
        Whole(MAX_TOKENS, "tokens"),
        "what it can read and write in one call",
        default_words="what genai-prices says, if anything",
        example=4096,
    )
    max_output_tokens: int | None = setting(
        Whole(MAX_TOKENS, "tokens"), "the most it can write; a larger maxTokens is lowered to it", example=1024
    )
    speed: float | None = setting(
        fraction(), "your own judgement, from slow to fast: for servers that ask for speed", example=0.9
    )
    intelligence: float | None = setting(
        fraction(),
        "your own judgement, for servers that ask for it; `tuui-sampling models` shows what all this comes to",
        example=0.1,
    )
    input_price: Decimal | None = setting(
        dollars(MAX_DOLLARS),
        "US dollars for a million input tokens",
        key="price.input",
        default_words='that of genai-prices; what it does not know is "price unknown"',
        required=Required(),
        example=0,
    )
    output_price: Decimal | None = setting(
        dollars(MAX_DOLLARS),
        "US dollars for a million output tokens",
        key="price.output",
        required=Required(),
        example=0,
    )
    cached_input_price: Decimal | None = setting(
        dollars(MAX_DOLLARS),
        "US dollars for a million input tokens that were read from the provider's cache",
        key="price.cached_input",
        example=0,
    )
    prompt_cache: bool = setting(
        Flag(),
        "whether Anthropic may keep a conversation in its cache: what a later request repeats of it costs a tenth "
        "then, and what is kept a quarter more. Other providers decide by themselves",
        default=True,
        example=True,
    )
    limits: LimitSettings = setting(
        LimitTable(),
        "limits of this model, as [limits] has them in all",
        factory=LimitSettings,
        example={"generating": 1, "tokens_per_day": 200_000},
    )

    agent: str | None = setting(
        Text(pattern=f"^{checks.REFERENCE.pattern}$"),
        'of an "agent": Python code of your own that does the work, as package.module:object; an Agent of the OpenAI '
        "Agents SDK, or an async function of the request. It runs on this computer, with all that you may do",
        default_words="the program's own loop of model and tools",
        check=checks.reference_problems,
        example="errands:task_executor",
    )
    instructions: str = setting(
        Text(),
        'of an "agent": what it is told before what the server asks',
        default="",
        example="You answer in one paragraph.",
    )
    servers: tuple[str, ...] = setting(
        Texts(),
        'of an "agent": the servers whose tools it may want to call; you decide about each call',
        default=(),
        example=["everything", "notes"],
    )
    tools: tuple[str, ...] = setting(
        Texts(),
        'of an "agent": only these tools, as server.tool; * is any text',
        default=(),
        default_words="all tools of its servers",
        example=["everything.get-sum", "notes.*"],
    )
    max_steps: int = setting(
        Whole(MAX_STEPS, "steps"), 'of an "agent": how often its model is asked for one answer', default=8, example=12
    )
    max_cost: Decimal | None = setting(
        dollars(MAX_DOLLARS), 'of an "agent": US dollars that one answer may cost', example=0.25
    )

    problems: tuple[Problem, ...] = ()

    @property
    def is_agent(self) -> bool:
        """Whether another model of the file answers in its name, with tools."""
        return self.provider == "agent"

    @property
    def key_variable(self) -> str | None:
        """The environment variable that its key is read from; None where it needs none."""
        if self.provider in ("human", "demo", "agent"):
            return None
        return self.api_key_env or DEFAULT_KEY_VARIABLES.get(self.provider)


def key_variables(models: Iterable[ModelSettings]) -> frozenset[str]:
    """Return the variables of the environment that hold the keys of these models."""
    return frozenset(variable for model in models if (variable := model.key_variable))
