"""
Declares everything that can be configured, once: type, default, help, unit, limits and an example of each setting.

`load.py` makes these frozen values from TOML. `config.example.toml` and `schema.json` are written from them by
`make example`.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from . import checks
from .kinds.references import ModelName, ModelNames
from .kinds.rules import Choices
from .kinds.tables import Tables, TextsTable, TextTable
from .kinds.values import Choice, Flag, Text
from .model_settings import CAPABILITIES, ModelSettings, ProviderName, key_variables
from .policy.limits import LimitSettings, LimitTable
from .policy.rules import REDACTED, RuleSettings, RuleTables
from .server_settings import HttpTransportName, Protocol, ServerSettings
from .setting import setting

__all__ = [
    "CAPABILITIES",
    "Drawing",
    "HttpTransportName",
    "InterfaceSettings",
    "ModelSettings",
    "Protocol",
    "ProviderName",
    "ServerSettings",
    "Settings",
    "demo_settings",
    "key_variables",
]

PolicyName = Literal["ask", "tiered", "locked"]
Drawing = Literal["auto", "kitty", "sixel", "blocks", "off"]


@dataclass(frozen=True)
class InterfaceSettings:
    """`[interface]`: how the program behaves on the screen."""

    bell: bool = setting(
        Flag(), "ring when a request arrives while the terminal is not focused", default=True, example=True
    )
    title: bool = setting(Flag(), 'say "3 pending" in the terminal\'s title', default=True, example=True)
    theme: str | None = setting(
        Text(), "colours: the name of a theme of Textual", default_words="Textual's own", example="textual-dark"
    )
    advance: bool = setting(Flag(), "after a decision, show the next request that waits", default=True, example=True)
    images: Drawing = setting(
        Choice(
            {
                "auto": "by which terminal it is",
                "kitty": "",
                "sixel": "",
                "blocks": "half blocks of colour, everywhere",
                "off": "",
            }
        ),
        "how pictures are drawn",
        default="auto",
        example="auto",
    )
    keys: Mapping[str, str] = setting(
        TextTable(),
        "commands, each with the key that replaces its own; the help screen (?) names them",
        factory=dict,
        check=checks.key_map_problems,
        example={"approve": "ctrl+g"},
    )


@dataclass(frozen=True)
class Settings:
    """
    The whole configuration.

    Attributes:
        path: The file it came from; None for the built-in demonstration.
        machine_limits: Those of this machine's policy, which hold besides.
        machine_policy: The file of that; None where there is none.
        policy_source: Whose `policy` holds, as a rule's `source`.
    """

    servers: Mapping[str, ServerSettings] = setting(
        Tables(ServerSettings, named=True), "MCP servers, by names of your choice", factory=dict
    )
    models: Mapping[str, ModelSettings] = setting(
        Tables(ModelSettings, named=True), "models that may answer, by names of your choice", factory=dict
    )
    default_model: str | None = setting(
        ModelName(),
        "the model that is proposed when a server's hints fit none",
        default_words="the first one in this file",
        example="demo",
    )
    hint_aliases: Mapping[str, tuple[str, ...]] = setting(
        TextsTable("a hint, and what stands in for it, must not be empty"),
        "what may stand in for a model that a server's hint names and you have not got: a part of the hint = parts of "
        "the names, ids or aliases of your models, the best first",
        factory=dict,
        example={"claude-3-haiku": ["qwen", "-luna"], "gpt-4": ["sonnet", "-terra"]},
    )
    ask_several: tuple[str, ...] = setting(
        ModelNames(),
        'the models that "ask several" sends a request to, unless you pick others then',
        default=(),
        example=["demo", "claude"],
    )
    policy: PolicyName = setting(
        Choice(
            {
                "ask": "you are asked about whatever no rule allows",
                "tiered": "low risk passes, medium passes and you are told, high is asked",
                "locked": "whatever no rule allows is rejected",
            }
        ),
        "what happens to a request that no rule is about",
        default="ask",
        example="ask",
    )
    mask: tuple[str, ...] = setting(
        Choices(REDACTED),
        "what is masked wherever texts are kept or printed: in the record, in saved traces, and "
        "with --json; [] masks nothing",
        default=("secret",),
        example=["secret", "personal"],
    )
    limits: LimitSettings = setting(
        LimitTable(),
        "how much all servers together may ask for, and all models together may cost",
        factory=LimitSettings,
        example={"usd_per_day": 5},
    )
    rules: tuple[RuleSettings, ...] = setting(
        RuleTables(), "what is denied, asked and allowed without asking, in this order", default=()
    )
    interface: InterfaceSettings = setting(
        Tables(InterfaceSettings, named=False), "how the program behaves on the screen", factory=InterfaceSettings
    )
    path: Path | None = None
    machine_limits: LimitSettings = field(default_factory=LimitSettings)
    machine_policy: Path | None = None
    policy_source: str = "yours"


def demo_settings() -> Settings:
    """Return what `tuui-sampling demo` runs on: the bundled server, two offline models, and the person as a model."""
    server = ServerSettings(
        name="demo",
        command=sys.executable,
        args=("-P", "-m", "tuui_sampling.demo"),  # -P: no module that happens to lie in the current folder
        inherit_env=("PYTHONPATH",),
    )
    return Settings(
        servers={server.name: server},
        models={
            "demo": ModelSettings(name="demo", provider="demo"),
            "terse": ModelSettings(name="terse", provider="demo", model="demo-terse"),
            "human": ModelSettings(name="human", provider="human"),
        },
        default_model="demo",
        ask_several=("demo", "terse"),
    )
