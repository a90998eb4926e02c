"""
What is known of a model: its context window and its price, from genai-prices, and what the configuration says instead.

genai-prices is data in a package; it is imported at the first question, and nothing of it ever calls the network (its
updater is not started). Prices are US dollars.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..config.presets import PRESETS
from ..config.settings import ModelSettings
from ..sampling.request import SamplingRequest
from ..sampling.response import Estimate, Usage
from .token_estimate import estimated_tokens

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

USUAL_ANSWER = 400
"""Tokens of an answer of usual length, for what a request will likely cost."""

MILLION = 1_000_000

CACHE_WRITE = Decimal("1.25")
"""What Anthropic asks for input that it keeps in its cache, as a multiple of the price of input
(https://docs.claude.com/en/docs/build-with-claude/prompt-caching#pricing)."""

MAX_WIRE_TOKENS = 2**31 - 1
"""No model writes more."""

MAX_ID_LENGTH = 200
"""Characters of a model's id that is looked up: a response may name anything, and the look-up is a search."""

TEXT_ONLY = re.compile(
    r"gpt-3\.5|gpt-oss|o1-(mini|preview)|o3-mini|deepseek-(chat|reasoner|coder|r1|v3)|codestral|devstral|"
    r"mistral-(7b|nemo)|mixtral|llama-?3\.[13]|qwen3-coder",
    re.IGNORECASE,
)
"""Ids of models that are known to see no images, by their makers' model cards."""

SEEING = re.compile(
    r"gpt-(4o|4\.1|4-turbo|4\.5|[5-9])|chatgpt-4o|\bo[134](-pro|$)|o4-mini|claude|gemini|pixtral|llava|vision|qwen.*vl|"
    r"[-_.]vl\b|internvl|minicpm-v|moondream|gemma-?3|llama-?4|mistral-(small-3|medium-3|large-3)|grok-4|phi-4-multi",
    re.IGNORECASE,
)
"""Ids of models that are known to see images, likewise. Of any other it is not known."""

HEARING = re.compile(r"gpt-4o(-mini)?-audio|gpt-audio|gemini-|voxtral", re.IGNORECASE)
"""Ids of models that are known to take sound, by their makers' model cards."""


@dataclass(frozen=True)
class Price:
    """
    What a million tokens cost, in US dollars.

    Attributes:
        cached_input: Of input that the provider read from its cache; None where it is no cheaper.
        tiered: Long requests cost more than this.
    """

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    tiered: bool = False


FREE = Price(Decimal(), Decimal())


def known_support(model: ModelSettings) -> Mapping[str, bool]:
    """Return what is known of a model's capabilities by its id; what is configured goes before it."""
    known: dict[str, bool] = {}
    if TEXT_ONLY.search(model.model):
        known["images"] = False
    elif SEEING.search(model.model):
        known["images"] = True
    if HEARING.search(model.model):
        known["audio"] = True
    return known


def context_window(model: ModelSettings) -> int | None:
    """Return how many tokens the model can read; None when that is not known."""
    if model.context_window is not None:
        return model.context_window
    info = _info(model, model.model)
    return info.context_window if info is not None else None


def price(model: ModelSettings) -> Price | None:
    """Return what a million tokens cost, before any tier; None when that is not known."""
    if (configured := _configured_price(model)) is not None:
        return configured
    prices = _prices(model, None)
    if prices is None:
        return None
    input_price, output_price = prices.input_mtok, prices.output_mtok
    cached = prices.cache_read_mtok
    tiered = not all(isinstance(one, Decimal) for one in (input_price, output_price) if one is not None)
    return Price(_base(input_price), _base(output_price), None if cached is None else _base(cached), tiered)


def cost(model: ModelSettings, usage: Usage, answered_by: str | None = None) -> Decimal | None:
    """
    Return what a call cost, tiers and cached tokens included; None when the price is unknown.

    Args:
        answered_by: The model's id that the response names, which may be another than the one that was asked for.
    """
    cached = min(usage.cached_input_tokens, usage.input_tokens)
    configured = _configured_price(model)
    if configured is FREE:
        return Decimal()
    if configured is not None:
        rate = configured.input if configured.cached_input is None else configured.cached_input
        plain = (usage.input_tokens - cached) * configured.input
        if model.provider == "anthropic":
            plain += min(usage.cache_write_tokens, usage.input_tokens - cached) * configured.input * (CACHE_WRITE - 1)
        return (plain + cached * rate + usage.output_tokens * configured.output) / MILLION
    prices = _prices(model, answered_by)
    if prices is None:
        return None
    from genai_prices import Usage as PricedUsage

    written = min(usage.cache_write_tokens, usage.input_tokens - cached)
    counted = PricedUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=cached,
        cache_write_tokens=written,
    )
    return prices.calc_price(counted)["total_price"]


def estimate(model: ModelSettings, request: SamplingRequest) -> Estimate:
    """Return what a request will use and cost, about; the price is that of the model that is asked for."""
    tokens = estimated_tokens(request)
    # Nobody writes more than a whole context window, whatever the server asks for.
    limits = (request.max_tokens, model.max_output_tokens, model.context_window)
    most = min(limit for limit in limits if limit is not None)
    if most > MAX_WIRE_TOKENS:
        most = context_window(model) or MAX_WIRE_TOKENS
    likely = cost(model, Usage(tokens, min(USUAL_ANSWER, most)))
    # Of a conversation, all may be written to the cache.
    is_kept = model.provider == "anthropic" and model.prompt_cache and len(request.messages) > 1
    worst = cost(model, Usage(tokens, most, cache_write_tokens=tokens if is_kept else 0))
    return Estimate(tokens, likely, worst, most)


def load_prices(models: Iterable[ModelSettings]) -> None:
    """
    Import the prices where one of these models is looked up there: they take 5 MB, and half a second once.

    To be called in a thread, before anybody waits for them.
    """
    if any(any(_price_provider(model)) for model in models):
        from genai_prices import data_snapshot

        data_snapshot.get_snapshot()


# --- where a price comes from ---


def _configured_price(model: ModelSettings) -> Price | None:
    if model.input_price is not None and model.output_price is not None:
        return Price(model.input_price, model.output_price, model.cached_input_price)
    return FREE if model.provider in ("human", "demo") or _on_own_hardware(model) else None


def _on_own_hardware(model: ModelSettings) -> bool:
    """Whether a model runs near by, so that nobody bills it; Ollama hands on the models whose names end in "cloud"."""
    preset = PRESETS.get(model.preset or "")
    if preset is None or not preset.on_own_hardware or model.model.endswith("cloud"):
        return False
    try:
        host = urlsplit(model.base_url or preset.base_url).hostname or ""
        return host == "localhost" or ip_address(host).is_private
    except ValueError:
        return False


def _prices(model: ModelSettings, answered_by: str | None) -> "ModelPrice | None":
    for model_id in dict.fromkeys((answered_by, model.model)):
        info = _info(model, model_id) if model_id else None
        if info is not None:
            prices = info.get_prices(datetime.now(UTC))
            # An entry without a price means that there is none only where the name says so, as OpenRouter's do.
            has_price = prices.input_mtok is not None or prices.output_mtok is not None
            return prices if has_price or info.id.endswith(":free") else None
    return None


def _info(model: ModelSettings, model_id: str) -> "ModelInfo | None":
    provider_id, url = _price_provider(model)
    if not 0 < len(model_id) <= MAX_ID_LENGTH or not (provider_id or url):
        return None
    from genai_prices import data_snapshot

    try:
        _, info = data_snapshot.get_snapshot().find_provider_model(model_id, None, provider_id, url)
    except LookupError:
        return None
    return info


def _price_provider(model: ModelSettings) -> tuple[str | None, str | None]:
    """Return the id of the provider in genai-prices, or the address to find it by."""
    preset = PRESETS.get(model.preset or "")
    if preset is not None:
        return preset.prices, None
    if model.base_url is None and model.provider in ("anthropic", "openai"):
        return model.provider, None
    return None, model.base_url


def _base(value: "Decimal | TieredPrices | None") -> Decimal:
    if value is None:
        return Decimal()
    return value if isinstance(value, Decimal) else value.base
