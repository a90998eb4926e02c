"""Reads the models of the configuration, and says which of their names collide."""

from collections.abc import Collection, Mapping

from .presets import PRESETS, Preset
from .problems import printable
from .reader import Section
from .setting import read_values
from .settings import ModelSettings


def read_model(name: str, section: Section) -> ModelSettings:
    """Read one `[models.NAME]`; what it does not set is filled from its preset."""
    section.refuse(
        _is_secret,
        "a key is never written here: put it into an environment variable, and name that variable in api_key_env",
    )
    values = read_values(ModelSettings, section)
    preset = PRESETS.get(values["preset"] or "", Preset(base_url=""))
    if values["preset"] is not None and values["provider"] != "openai-compatible":
        section.problem("preset", 'belongs to a model with provider = "openai-compatible"')
    values["base_url"] = values["base_url"] or preset.base_url or None
    values["api_key_env"] = values["api_key_env"] or preset.api_key_env
    values["supports"] = {**preset.supports, **values["supports"]}
    if values["preset"] is not None:
        values["max_tokens_param"] = values["max_tokens_param"] or preset.max_tokens_param
    values["drop_params"] = tuple(dict.fromkeys((*preset.drop_params, *values["drop_params"])))
    return ModelSettings(name, **values)


def _is_secret(key: str) -> bool:
    if key in ModelSettings.__dataclass_fields__:
        return False
    from ..sampling.checks.secret_names import names_secret  # nearly never needed

    return names_secret(key)


def refuse_unknown_agents(models: Mapping[str, tuple[ModelSettings, Section]], servers: Collection[str]) -> None:
    """An agent's model and servers are of the same file, and its model is not an agent itself."""
    for model, section in models.values():
        if not model.is_agent:
            for key in ("agent", "instructions", "servers", "tools", "max_steps", "max_cost"):
                if section.holds(key):
                    section.problem(key, 'belongs to a model with provider = "agent"')
            continue
        if model.model and model.model not in models:
            words = f"no model is called {_quoted(model.model)}"
            section.context.report.add((*section.key_path, "model"), words, meant=(model.model, models))
        elif model.model and models[model.model][0].provider in ("agent", "human"):
            section.problem("model", "is an agent itself, or you: an agent needs a model that can ask for tools")
        _refuse_unclear_code(model, section, servers)
        for position, server in enumerate(model.servers):
            if server not in servers:
                words = f"no server is called {_quoted(server)}"
                section.context.report.add((*section.key_path, "servers", position), words, meant=(server, servers))
        for position, tool in enumerate(model.tools):
            if tool.partition(".")[0] not in model.servers or not tool.partition(".")[2]:
                section.problem("tools", "expected a tool of one of its servers, as server.tool", position)


def _refuse_unclear_code(model: ModelSettings, section: Section, servers: Collection[str]) -> None:
    """Calls of its own functions are told apart from those of a server by its name."""
    if model.agent is not None and model.name in servers:
        section.problem_here("is called like a server: calls of its own functions could be taken for that server's")


def refuse_collisions(models: Mapping[str, tuple[ModelSettings, Section]]) -> None:
    """A hint is compared without case, so names and aliases of different models must differ by more than that."""
    owners: dict[str, str] = {}
    for name in models:
        owner = owners.setdefault(name.casefold(), name)
        if owner != name:
            section = models[name][1]
            section.problem_here(f"differs from the name of the model {_quoted(owner)} only in capitals")
    for name, (model, section) in models.items():
        for alias in model.aliases:
            owner = owners.setdefault(alias.casefold(), name)
            if owner != name:
                section.problem("aliases", f"{_quoted(alias)} is a name of the model {_quoted(owner)} already")


def _quoted(name: str) -> str:
    return f'"{printable(name)}"'
