"""
Writes `config.example.toml`, the manual of the configuration, and `schema.json`, both from the declared settings.

`make example` runs it; a test holds both files equal to what it writes.
"""

import json
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..policy.limits import LimitSettings
from ..policy.rules import RuleSettings
from ..schema import SCHEMA_FILE, schema_text
from ..setting import Setting, default_of, settings_of
from ..settings import InterfaceSettings, ModelSettings, ServerSettings, Settings
from .template import written_key

EXAMPLE_FILE = Path(__file__).parents[3] / "config.example.toml"

WIDTH = 120


INTRODUCTION = """\
#:schema tuui_sampling/config/schema.json
# The configuration of tuui-sampling: every setting there is, with what it means. This file works as it stands.
# It is written from the settings' declarations by `make example`; change them there.
#
# It is looked for in this order, and never in the current folder:
#   1. the file after --config
#   2. the file that $TUUI_SAMPLING_CONFIG names
#   3. config.toml in your configuration folder (Linux: ~/.config/tuui-sampling/config.toml,
#      macOS: ~/Library/Application Support/tuui-sampling/config.toml)
#
# It names programs to run, so a file that others may change is refused (chmod go-w config.toml), and so is one in a
# folder that others may change. `tuui-sampling check` reads it, starts every server once, and says what is wrong, with
# the line. The first line lets an editor with Taplo or Even Better TOML complete and check what you write; in a copy,
# give the path of a file that `tuui-sampling check --schema > schema.json` has written.
"""

SERVERS = """\
One table per MCP server; its name is yours to choose (1 to 64 visible characters). None are needed to start."""

CALLED = """\
A server that runs elsewhere is called over Streamable HTTP: it has a url instead of a command. If it asks for a
sign-in, you are shown the page to open; the tokens are kept in your system's keyring, or in a file that only you can
read."""

MODELS = """\
One table per model that may answer. Its name, and its aliases, are what a server's hints are compared with.
Without any model you can still answer every request by hand."""

ALIASES = """\
There is a built-in table (`tuui-sampling models --aliases` shows it); these entries go before it, and replace its
entries of the same key ([] takes one away)."""

RULES = """\
Rules decide without asking. Each names its effect with its name: deny, ask or allow. Every key is one condition, and
all must hold. Whatever their order, deny goes before ask, and ask before allow. A key that is not known refuses the
file, and `tuui-sampling check` tells of rules that can match nothing. `tuui-sampling rules` lists them."""

LIMITS = """\
How much all servers together may ask for, and all models together may cost. What reaches a limit is refused with "rate
limit" or "budget" and when to try again, and you are told once. What was used is counted in the record, over restarts
and over all running programs. A server's and a model's table may hold the same, [servers.NAME.limits]."""

OWN_PROVIDER = """\
# A provider of your own, as package.module:Class; docs/MODELS.md shows one that is twenty lines long.
# [models.loud]
# provider = "shout:Shout"
# model = "shout-1"
"""


@dataclass(frozen=True)
class Example:
    """
    One table of the manual.

    Attributes:
        header: Its name in the file; empty for the top of the file.
        table: The dataclass that declares its settings.
        values: What it shows, by fields; None shows the declared example of each setting, with its help.
        about: What is said above it.
        omitted: Fields that are not shown.
        commented: Fields that are shown as comments.
        given: What is shown of some fields, which are explained elsewhere.
    """

    header: str
    table: type[Any]
    values: Mapping[str, Any] | None = None
    about: str = ""
    omitted: tuple[str, ...] = ()
    commented: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return it as TOML: what is a table inside comes after the rest."""
        tables: dict[str, list[str]] = {"": []}
        declared = settings_of(self.table)
        for name, one in declared.items():
            is_explained = self.values is None and name not in self.given
            value = one.example if is_explained else {**(self.values or {}), **self.given}.get(name)
            if value is None or (name in self.omitted and name not in self.given):
                continue
            about = manual(one, default_of(self.table, name)) if is_explained else ""
            outer, _, key = one.key.rpartition(".")
            prefix = "# " if name in self.commented else ""
            if isinstance(value, dict):
                lines = [f"{prefix}{written_key(inner)} = {_toml(item)}" for inner, item in value.items()]
                tables[key] = [f"{comment(about)}[{self.header}.{key}]", *lines]
            else:
                lines = tables.setdefault(outer, [f"[{self.header}.{outer}]"])
                # What is explained stands apart from what is explained before it.
                gap = "\n" if about and lines and not lines[-1].startswith("[") else ""
                lines.append(f"{gap}{comment(about)}{prefix}{written_key(key)} = {_toml(value)}")
        if self.header:
            tables[""][:0] = [f"[{self.header}]"]
        return comment(self.about) + "\n\n".join("\n".join(lines) for lines in tables.values()) + "\n"


def manual(declared: Setting, default: Any) -> str:
    """Return what the manual says of a setting: what it means, its limits and its default."""
    words = declared.default_words
    if not words and declared.required is None and isinstance(default, str | bool | int | float):
        words = _toml(default)
    return f"{declared.description} Default: {words}." if words else declared.description


def comment(text: str) -> str:
    """Return text as lines of comment, each with its line end."""
    return "".join(f"# {line}\n" for line in textwrap.wrap(text, WIDTH - 2, break_on_hyphens=False))


def _toml(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)  # JSON's strings, numbers and arrays are TOML's, too


def _rule(title: str) -> str:
    return f"# ── {title} ".ljust(WIDTH, "─") + "\n"


def example_text() -> str:
    """Return the manual: a configuration that is valid and works as it stands."""
    parts = [
        INTRODUCTION,
        Example("", Settings, omitted=("hint_aliases", "limits")).text(),
        "\n" + _rule("Servers") + comment(SERVERS),
        *_servers(),
        "\n" + _rule("Models") + comment(MODELS),
        *_models(),
        OWN_PROVIDER,
        _hint_aliases(),
        "\n" + _rule("Policy"),
        Example("limits", LimitSettings, about=LIMITS).text(),
        _rules(),
        "\n" + _rule("Interface"),
        Example("interface", InterfaceSettings, commented=("theme", "keys")).text(),
    ]
    return "\n".join(parts)


AGENT_ONLY = ("agent", "instructions", "servers", "tools", "max_steps", "max_cost")
AGENT = (
    "An agent: another model of this file, which may ask for tools of your servers before it answers. You decide about "
    "each of its calls."
)


def _servers() -> Iterable[str]:
    everything = {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-everything"]}
    yield Example("servers.everything", ServerSettings, everything, "As short as it can be.").text()
    called = ("url", "headers", "transport")
    yield Example("servers.notes", ServerSettings, about="With everything that can be set.", omitted=called).text()
    others = tuple(name for name in settings_of(ServerSettings) if name not in (*called, "enabled"))
    tracker = Example("servers.tracker", ServerSettings, about=CALLED, omitted=others).text()
    yield tracker + '# Authorization = "Bearer ${TRACKER_TOKEN}"\n'


def _models() -> Iterable[str]:
    yield Example("models.demo", ModelSettings, {"provider": "demo"}, "Offline, and always the same.").text()
    yield Example("models.me", ModelSettings, {"provider": "human"}, "You write the answers yourself.").text()
    yield Example(
        "models.local",
        ModelSettings,
        about="With everything that can be set: any server that speaks OpenAI's chat API.",
        omitted=("preset", *AGENT_ONLY),
        commented=("api_key_env", "cached_input_price", "max_tokens_param"),
    ).text()
    qwen = {"provider": "openai-compatible", "preset": "ollama", "model": "qwen3"}
    declared = settings_of(ModelSettings)["preset"]
    yield Example(
        "models.qwen", ModelSettings, qwen, f"Of a well-known server, the name is enough. {declared.description}"
    ).text()
    claude = {"provider": "anthropic", "model": "claude-sonnet-5-5", "api_key_env": "ANTHROPIC_API_KEY"}
    yield Example("models.claude", ModelSettings, claude | {"aliases": ["sonnet"]}).text()
    gpt = {"provider": "openai", "model": "gpt-6-luna", "api_key_env": "OPENAI_API_KEY"}
    yield Example("models.gpt", ModelSettings, gpt).text()
    others = tuple(name for name in settings_of(ModelSettings) if name not in AGENT_ONLY)
    agent = {"provider": "agent", "model": "claude"}
    yield Example("models.worker", ModelSettings, about=AGENT, omitted=others, given=agent, commented=("agent",)).text()


def _rules() -> str:
    """Return every key of a rule as a comment, since which rules are wanted is for the person to say."""
    lines = []
    for name, one in settings_of(RuleSettings).items():
        shown = "" if one.example is None else f"{one.key} = {_toml(one.example)}"
        lines.append(f"#   {shown or one.key}\n")
        lines += [f"#       {line}\n" for line in textwrap.wrap(manual(one, default_of(RuleSettings, name)), WIDTH - 8)]
    return comment(RULES) + "#\n# [[rules]]\n" + "".join(lines)


def _hint_aliases() -> str:
    declared = settings_of(Settings)["hint_aliases"]
    pairs = "".join(f"{written_key(hint)} = {_toml(others)}\n" for hint, others in declared.example.items())
    return f"{comment(f'{declared.description} {ALIASES}')}[hint_aliases]\n{pairs}"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(Settings), encoding="utf-8")
    EXAMPLE_FILE.write_text(example_text(), encoding="utf-8")
