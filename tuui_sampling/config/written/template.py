"""Writes a first configuration with comments, from three answers, or the first model of one that has none."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..presets import DEFAULT_KEY_VARIABLES, PRESETS
from ..toml.lines import BARE_KEY

MAX_SERVER_NAME = 64
"""Characters of the name that a server is given here."""

_LAUNCHER = re.compile(
    r"(npx|npm|exec|uvx|uv|run|tool|node|bunx?|deno|docker|podman|pipx|python[\d.]*|sh|bash|env)(\.exe|\.cmd)?"
)


@dataclass(frozen=True)
class ModelKind:
    """
    A kind of model that somebody may begin with.

    Attributes:
        name: Of its table, and what is typed to choose it.
        label: For the question.
        table: The keys of its table, beside `model`.
        needs_model: The provider's name of the model must be given.
        example: Such a name.
        variable: The variable of its key; None where it needs none.
    """

    name: str
    label: str
    table: Mapping[str, str]
    needs_model: bool = True
    example: str = ""
    variable: str | None = None


def model_kinds() -> tuple[ModelKind, ...]:
    """Return the kinds of models, in the order in which they are offered."""
    return (
        ModelKind("demo", "the offline demonstration model", {"provider": "demo"}, needs_model=False),
        _vendor("anthropic", "Anthropic", "claude-sonnet-5-5"),
        _vendor("openai", "OpenAI", "gpt-6-luna"),
        _preset("ollama", "Ollama on this computer", "qwen3"),
        _preset("llama.cpp", "llama.cpp on this computer", "default"),
        _preset("lm-studio", "LM Studio on this computer", "qwen3"),
        _preset("vllm", "vLLM on this computer", "Qwen/Qwen3-8B"),
        _preset("deepseek", "DeepSeek", "deepseek-chat"),
        _preset("openrouter", "OpenRouter", "anthropic/claude-sonnet-5.5"),
        _preset("mistral", "Mistral", "mistral-large-latest"),
        _preset("gemini", "Gemini", "gemini-3-flash"),
        ModelKind("me", "nobody: you write every answer by hand", {"provider": "human"}, needs_model=False),
    )


def configuration(kind: ModelKind, model: str, command: list[str]) -> str:
    """
    Return a configuration.

    Args:
        model: The provider's name of the model; not looked at where none is needed.
        command: Starts a server; empty for none.
    """
    lines = [
        "# The configuration of tuui-sampling. `tuui-sampling check` says whether all is well with it, and",
        "# `tuui-sampling edit` opens it. Every key there is, with what it means, stands in config.example.toml.",
        "",
        "# The model that is proposed when a server's hints fit none.",
        f"default_model = {json.dumps(kind.name)}",
        "",
        "# One table for each MCP server: a command that is started here, or the url of one that runs elsewhere.",
        "# `tuui-sampling import` takes over the servers of other hosts.",
    ]
    if command:
        lines += [
            f"[servers.{server_name(command)}]",
            f"command = {json.dumps(command[0])}",
            f"args = {json.dumps(command[1:])}",
        ]
    else:
        lines += ["# [servers.everything]", '# command = "npx"']
        lines += ['# args = ["-y", "@modelcontextprotocol/server-everything"]']
    return "\n".join(lines) + "\n" + first_model(kind, model)


def server_name(command: list[str]) -> str:
    """Return what a server may be called that a command starts: what it starts, without what all of them have."""
    words = (word for word in command if not word.startswith("-"))
    started = next((word for word in words if not _LAUNCHER.fullmatch(re.split(r"[/\\]", word)[-1])), "")
    last = re.split(r"[/\\]", started)[-1].partition("@")[0]
    name = last.rpartition(".")[2] if "-m" in command else re.sub(r"\.\w{1,3}$", "", last)
    is_plain = len(name) <= MAX_SERVER_NAME and BARE_KEY.fullmatch(name)
    return (re.sub(r"^(mcp[-_])?server[-_]|[-_](mcp|server)$", "", name) if is_plain else "") or "first"


def first_model(kind: ModelKind, model: str) -> str:
    """
    Return what stands at the end of a configuration whose first model it is.

    Args:
        model: The provider's name of the model; not looked at where none is needed.
    """
    lines = ["", "# One table for each model that may answer.", f"[models.{written_key(kind.name)}]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in kind.table.items()]
    if kind.needs_model:
        lines.append(f"model = {json.dumps(model)}")
    if kind.variable is not None:
        lines.append(f"api_key_env = {json.dumps(kind.variable)}  # the variable's name: the key never stands here")
    if kind.name != "me":
        lines += ["", "# You write the answers yourself.", "[models.me]", 'provider = "human"']
    return "\n".join(lines) + "\n"


def written_key(key: str) -> str:
    """Return a key, or a part of a table's name, in quotes where it needs them."""
    return key if BARE_KEY.fullmatch(key) else json.dumps(key)


def _vendor(provider: str, label: str, example: str) -> ModelKind:
    variable = DEFAULT_KEY_VARIABLES[provider]
    return ModelKind(provider, label, {"provider": provider}, example=example, variable=variable)


def _preset(name: str, label: str, example: str) -> ModelKind:
    table = {"provider": "openai-compatible", "preset": name}
    return ModelKind(name, label, table, example=example, variable=PRESETS[name].api_key_env)
