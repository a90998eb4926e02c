"""The models of the configuration: their tables, and what refers to them by name."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import get_args
from urllib.parse import urlsplit

from .headers import check_headers
from .presets import PRESETS, Preset
from .problems import printable, suggestion
from .reader import Required, Section
from .settings import CAPABILITIES, ModelSettings, ProviderName

MOST_TOKENS = 1_000_000_000
MOST_DOLLARS = 1_000_000
"""Limits of what is plausible: beyond them, a unit was mistaken."""

_SECRET_KEYS = ("api_key", "apikey", "api-key", "key", "token", "api_token", "secret", "password", "authorization")
_REMOTE: tuple[ProviderName, ...] = ("anthropic", "openai", "openai-compatible")
_OWN_PROVIDER = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*:[A-Za-z_]\w*", re.ASCII)
"""A class of the user's own: `package.module:Class`."""
_VARIABLE_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")


def read_model(name: str, section: Section) -> ModelSettings:
    """Read one `[models.NAME]`."""
    section.refuse(
        _SECRET_KEYS,
        "a key is never written here: put it into an environment variable, and name that variable in api_key_env",
    )
    provider = _provider(section)
    presets: tuple[str | None, ...] = tuple(PRESETS)
    preset_name = section.choice("preset", presets, None)
    preset = PRESETS[preset_name] if preset_name is not None else Preset(base_url="")
    if preset_name is not None and provider != "openai-compatible":
        section.problem("preset", 'belongs to a model with provider = "openai-compatible"')
    needs_url = provider == "openai-compatible" and not section.holds("preset")
    price = _price(section)
    model = ModelSettings(
        name=name,
        provider=provider,
        model=section.text("model", required=provider in _REMOTE) or "",
        base_url=section.text("base_url", required=needs_url, expand=True) or preset.base_url or None,
        api_key_env=section.text("api_key_env") or preset.api_key_env,
        aliases=section.texts("aliases"),
        timeout=section.seconds("timeout", ModelSettings.timeout),
        preset=preset_name,
        supports={**preset.supports, **section.flags("supports", CAPABILITIES)},
        drop_params=tuple(dict.fromkeys((*preset.drop_params, *section.texts("drop_params")))),
        extra_headers=section.text_table("extra_headers", expand=True),
        extra_body=section.json_table("extra_body"),
        context_window=section.whole("context_window", None, most=MOST_TOKENS),
        max_output_tokens=section.whole("max_output_tokens", None, most=MOST_TOKENS),
        speed=section.fraction("speed"),
        intelligence=section.fraction("intelligence"),
        input_price=price.get("input"),
        output_price=price.get("output"),
        cached_input_price=price.get("cached_input"),
    )
    _check(section, model)
    section.close()
    return model


def _provider(section: Section) -> str:
    if section.matches("provider", _OWN_PROVIDER):
        return section.text("provider") or ""
    providers: tuple[ProviderName, ...] = get_args(ProviderName)
    return section.choice("provider", providers, Required("human"))


def _check(section: Section, model: ModelSettings) -> None:
    section.check("base_url", model.base_url, url_problem)
    section.check("api_key_env", model.api_key_env, _variable_problem)
    check_headers(section, model.extra_headers, key="extra_headers")
    for key, texts in (("aliases", model.aliases), ("drop_params", model.drop_params)):
        if any(not text.strip() for text in texts):
            section.problem(key, f"{'an alias' if key == 'aliases' else 'a name'} is not empty")


def _price(section: Section) -> Mapping[str, Decimal | None]:
    """Read `price = {input = …, output = …, cached_input = …}`: US dollars for a million tokens."""
    if not section.holds("price"):
        return {}
    table = section.section("price")
    price = {
        "input": table.amount("input", required=True, most=MOST_DOLLARS),
        "output": table.amount("output", required=True, most=MOST_DOLLARS),
        "cached_input": table.amount("cached_input", most=MOST_DOLLARS),
    }
    table.close()
    return price


def default_model(top: Section, names: tuple[str, ...]) -> str | None:
    """Return the named model, else the first of the file, else None."""
    named = top.text("default_model")
    if named is not None and named not in names:
        top.problem("default_model", _unknown(named, names))
    return named or next(iter(names), None)


def model_names(section: Section, key: str, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return an array of names of models; None where the key is absent."""
    if not section.holds(key):
        section.texts(key)  # known, but not there
        return None
    named = section.texts(key)
    for name in named:
        if name not in names:
            section.problem(key, _unknown(name, names))
    return named


def hint_aliases(section: Section) -> dict[str, tuple[str, ...]]:
    """Read `[hint_aliases]`: what a hint holds → what may stand in for it, the best first."""
    aliases = {hint: section.texts(hint) for hint in section.keys}
    for hint, others in aliases.items():
        if not hint.strip() or any(not other.strip() for other in others):
            section.problem(hint, "a hint, and what stands in for it, is not empty")
    return aliases


def _unknown(name: str, names: tuple[str, ...]) -> str:
    return f"no model is called {_quoted(name)}{suggestion(name, names)}"


def url_problem(url: str, *, instead: str = "api_key_env") -> str:
    """Say what is wrong with a URL without quoting it: parts of it may come from the environment."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URL"
    if not url.isprintable() or " " in url:
        return "a URL has no blanks and no control characters"
    if parts.scheme not in ("http", "https") or not host:
        return "expected a URL such as http://127.0.0.1:8091/v1"
    if parts.username is not None or parts.password is not None:
        return f"a URL carries no user and password here: use {instead}"
    return ""


def _variable_problem(name: str) -> str:
    """Refuse what is no variable's name, without quoting it: it may be the key itself."""
    if _VARIABLE_NAME.fullmatch(name):
        return ""
    return "expected the name of an environment variable, in capitals, such as OPENAI_API_KEY; never the key itself"


def refuse_collisions(models: Mapping[str, tuple[ModelSettings, Section]]) -> None:
    """A hint is compared without case, so names and aliases of different models must differ by more than that."""
    owners: dict[str, str] = {}
    for name in models:
        owner = owners.setdefault(name.casefold(), name)
        if owner != name:
            section = models[name][1]
            section.problem_here(f"is called like the model {_quoted(owner)}, but for upper and lower case")
    for name, (model, section) in models.items():
        for alias in model.aliases:
            owner = owners.setdefault(alias.casefold(), name)
            if owner != name:
                section.problem("aliases", f"{_quoted(alias)} is a name of the model {_quoted(owner)} already")


def _quoted(name: str) -> str:
    return f'"{printable(name)}"'
