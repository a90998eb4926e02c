"""What a server says matters to it (cost, speed, intelligence), applied to models: scores, and words for them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...config.settings import ModelSettings
from ...sampling.request import ModelPreferences
from ..catalogue import Price

UNKNOWN = 0.5
"""What is not known of a model counts as middling."""

WORDS = {
    "cost": ("cheapest", "cheaper", "costlier"),
    "speed": ("fastest", "faster", "slower"),
    "intelligence": ("most intelligent", "more intelligent", "less intelligent"),
}
"""For the best of all, for the better half, and for the others."""

NEARLY_NOTHING = 0.01
"""US dollars for a million tokens: prices are compared by their ratio, which needs something above zero."""


@dataclass(frozen=True)
class PriorityScore:
    """
    What the priorities make of one model.

    Attributes:
        score: From 0 to 1; below 0 for the person, who is not a model that a priority could mean.
        words: Why, what matters most first.
    """

    score: float = 0.0
    words: tuple[str, ...] = ()


def priority_scores(
    models: Sequence[ModelSettings], preferences: ModelPreferences | None, price: Callable[[str], Price | None]
) -> dict[str, PriorityScore]:
    """Return what a request's priorities make of the models; the same for each when it has none."""
    weights = _weights(preferences)
    if not weights:
        return {}
    scored = [model for model in models if model.provider != "human"]
    values = {factor: _values(factor, scored, price) for factor in weights}
    found = {model.name: PriorityScore(-1.0) for model in models}
    for model in scored:
        total = sum(weight * values[factor].get(model.name, UNKNOWN) for factor, weight in weights.items())
        words = (_word(factor, model.name, values[factor]) for factor in weights)
        found[model.name] = PriorityScore(total / sum(weights.values()), tuple(word for word in words if word))
    return found


def _weights(preferences: ModelPreferences | None) -> dict[str, float]:
    """Return the factors that matter, the weightiest first."""
    if preferences is None:
        return {}
    said = {
        "cost": preferences.cost_priority,
        "speed": preferences.speed_priority,
        "intelligence": preferences.intelligence_priority,
    }
    return dict(sorted(((factor, weight) for factor, weight in said.items() if weight), key=lambda item: -item[1]))


def _values(factor: str, models: Sequence[ModelSettings], price: Callable[[str], Price | None]) -> Mapping[str, float]:
    """Return how good the models are at something, from 0 to 1; without those of which it is not known."""
    if factor == "cost":
        return _cheapness({model.name: found for model in models if (found := price(model.name)) is not None})
    judged = {model.name: model.speed if factor == "speed" else model.intelligence for model in models}
    return {name: value for name, value in judged.items() if value is not None}


def _cheapness(prices: Mapping[str, Price]) -> Mapping[str, float]:
    """Return 1 for the cheapest and 0 for the dearest; three tokens in are counted for one out."""
    blends = {name: (3 * float(one.input) + float(one.output)) / 4 for name, one in prices.items()}
    logs = {name: math.log(blend + NEARLY_NOTHING) for name, blend in blends.items()}
    low, high = min(logs.values(), default=0.0), max(logs.values(), default=0.0)
    if low == high:
        return dict.fromkeys(logs, UNKNOWN)
    return {name: (high - value) / (high - low) for name, value in logs.items()}


def _word(factor: str, name: str, values: Mapping[str, float]) -> str:
    if name not in values:
        return "price unknown" if factor == "cost" else ""
    best, worst = max(values.values()), min(values.values())
    if best == worst:
        return ""
    superlative, comparative, opposite = WORDS[factor]
    if values[name] == best:
        return superlative if len(values) > 2 else comparative
    return comparative if values[name] > (best + worst) / 2 else opposite
