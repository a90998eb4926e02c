"""
Which of the configured models is proposed for a request, and how the others rank; the person may pick another.

First what can answer: a model that the server's allow-list leaves out, or that can't carry the request, comes last.
Then the server's hints, in order: a model that is called just so, then those that the hint is a part of; then what the
person lets stand in for it, the nearest of its own family (`families.py`), and at last models of other vendors
(`hint_aliases.py`). Within that, what the server says matters to it: cost, speed, intelligence. At last the default
model, and the order of the configuration.
(https://modelcontextprotocol.io/specification/2025-11-25/client/sampling#model-preferences)
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from ...config.settings import ModelSettings, Settings
from ...sampling.derived.beside import paced
from ...sampling.note import Note, Severity
from ...sampling.request import ModelPreferences, SamplingRequest, names_of
from ...sampling.review import Ranked, Selection
from ..catalogue import Price
from ..token_estimate import estimated_tokens
from .families import family_distance
from .hint_aliases import HINT_ALIASES, own_stand_ins, stand_ins
from .priorities import PriorityScore, priority_scores

SHOWN_HINT = 60
"""Characters of a hint that are shown in the reason."""

MAX_HINTS = 100
"""Different hints that are looked at, the most wanted ones; each is held against every model in several ways."""

ALWAYS_FITS = 4_000
"""Tokens that every known model can read, so that nothing needs to be looked up for a short request."""

NAMED, CHOSEN, SAME_FAMILY, OTHER_VENDOR, WITHOUT_HINT = range(5)
HINT_WORDS = (
    'hint "{hint}"',
    'stands in for hint "{hint}", by your hint_aliases',
    'stands in for hint "{hint}": the same family',
    'stands in for hint "{hint}": another vendor',
)
"""The ways in which a hint speaks for a model, the strongest first, and the words for them."""

NOT_ALLOWED = "not allowed for this server"


class Known(Protocol):
    """What is asked of the registry."""

    def notes(self, name: str, request: SamplingRequest) -> tuple[Note, ...]:
        """Return what the model can't carry."""
        ...

    def context_window(self, name: str) -> int | None:
        """Return how many tokens it reads, if that is known."""
        ...

    def price(self, name: str) -> Price | None:
        """Return what a million tokens cost, if that is known."""
        ...


@dataclass(frozen=True)
class _Standing:
    """
    How one model stands for one request.

    Attributes:
        order: Its place without any preference: the default model, then the order of the configuration.
        obstacles: Why it can't answer, in words.
        hint: The hint that speaks for it, shortened; empty without one.
        hint_place: In which way that hint speaks for it (`NAMED` and so on), how early the hint comes, and how near
            the model is to it.
    """

    model: ModelSettings
    order: int
    forbidden: bool
    obstacles: tuple[str, ...]
    hint: str
    hint_place: tuple[int, int, int]
    by_priority: PriorityScore

    @property
    def excluded(self) -> bool:
        return self.forbidden or bool(self.obstacles)

    @property
    def hint_words(self) -> str:
        """How the hint speaks for the model; empty without one."""
        return HINT_WORDS[self.hint_place[0]].format(hint=self.hint) if self.hint else ""

    @property
    def place(self) -> tuple[bool, bool, tuple[int, int, int], float, int]:
        """What the models are sorted by."""
        return (self.forbidden, self.excluded, self.hint_place, -self.by_priority.score, self.order)


Obstacles = Mapping[str, tuple[str, ...]]
"""Why each of the models can't answer a request, in words; nothing where it can."""

SelectionKey = tuple[Hashable, ...]
"""All that a proposal depends on besides the configuration."""

MAX_KEY = 4_000
"""Characters of hints and obstacles; more are not kept."""


def obstacles(request: SamplingRequest, settings: Settings, known: Known) -> Obstacles:
    """Return why each of the configured models can't answer: all that a proposal takes from a request's content."""
    tokens = estimated_tokens(request)
    return {name: _obstacles(model, request, tokens, known) for name, model in settings.models.items()}


def selection_key(preferences: ModelPreferences | None, server: str, found: Obstacles) -> SelectionKey | None:
    """Return what a proposal depends on, which is much the same in each request; None where that is too long."""
    hints: tuple[str, ...] = ()
    said: tuple[float | None, ...] = ()
    if preferences is not None:
        hints = preferences.hint_names
        said = (preferences.cost_priority, preferences.speed_priority, preferences.intelligence_priority)
    if sum(map(len, hints)) + sum(len(text) for texts in found.values() for text in texts) > MAX_KEY:
        return None
    return server, hints, said, *found.values()


def select(
    request: SamplingRequest, found: Obstacles, settings: Settings, server: str, known: Known
) -> Selection | None:
    """
    Propose a model for a server's request, or None when none is configured.

    Args:
        found: Why models can't answer it.
        server: Its configured name; one that is not configured may use every model.
    """
    standings = sorted(_standings(request, found, settings, server, known), key=lambda one: one.place)
    if not standings:
        return None
    ranking = tuple(_ranked(one, settings) for one in standings)
    return Selection(standings[0].model.name, _reason(standings, ranking, settings) + _of_hints(request), ranking)


def allowed_models(settings: Settings, server: str) -> tuple[str, ...] | None:
    """Return the only models that may answer a server; None when all may."""
    configured = settings.servers.get(server)
    return configured.allowed_models if configured is not None else None


def _of_hints(request: SamplingRequest) -> str:
    """Say that not all hints were looked at, where that is so."""
    count = len(dict.fromkeys(_hints(request)))
    return f" (of {count:,} hints the first {MAX_HINTS} were looked at)" if count > MAX_HINTS else ""


def _hints(request: SamplingRequest) -> Iterator[str]:
    hints = request.preferences.hints if request.preferences is not None else ()
    return (name.strip() for name in names_of(paced(hints)))


def _standings(
    request: SamplingRequest, obstacles: Obstacles, settings: Settings, server: str, known: Known
) -> list[_Standing]:
    models = sorted(settings.models.values(), key=lambda model: model.name != settings.default_model)
    allowed = allowed_models(settings, server)
    usable = [model for model in models if not obstacles[model.name] and (allowed is None or model.name in allowed)]
    found = priority_scores(usable, request.preferences, known.price)
    hints = tuple(islice(dict.fromkeys(_hints(request)), MAX_HINTS))
    standings = []
    for order, model in enumerate(models):
        hint, place = _hint(model, hints, settings.hint_aliases)
        forbidden = allowed is not None and model.name not in allowed
        by_priority = found.get(model.name, PriorityScore())
        standings.append(_Standing(model, order, forbidden, obstacles[model.name], hint, place, by_priority))
    return standings


def _obstacles(model: ModelSettings, request: SamplingRequest, tokens: int, known: Known) -> tuple[str, ...]:
    """Return why the model can't answer: what its provider would refuse, and too long a request."""
    blocking = [note.text for note in known.notes(model.name, request) if note.severity is Severity.BLOCK]
    found = list(dict.fromkeys(text.removeprefix("this model ") for text in blocking))
    if tokens > ALWAYS_FITS or model.context_window is not None:
        window = known.context_window(model.name)
        if window is not None and tokens > window:
            found.append(f"too long for it (about {tokens:,} tokens, it reads {window:,})")
    return tuple(found)


def _hint(
    model: ModelSettings, hints: tuple[str, ...], own: Mapping[str, tuple[str, ...]]
) -> tuple[str, tuple[int, int, int]]:
    """Return the hint that speaks for the model, and in which way and how early it does."""
    names = tuple(name.casefold() for name in (model.name, model.model, *model.aliases))
    for index, hint in enumerate(paced(hints)):
        if hint and any(hint.casefold() in name for name in names):
            return _shortened(hint), (NAMED, index, int(hint.casefold() not in names))
    places = [
        place for index, hint in enumerate(paced(hints)) if (place := _stands_in(index, hint, names, own)) is not None
    ]
    if not places:
        return "", (WITHOUT_HINT, 0, 0)
    best = min(places)
    return _shortened(hints[best[1]]), best


def _stands_in(
    index: int, hint: str, names: tuple[str, ...], own: Mapping[str, tuple[str, ...]]
) -> tuple[int, int, int] | None:
    """Return in which way a model that the hint does not name stands in for it; None when it does not."""

    def first(others: Iterable[str]) -> int | None:
        found = (place for place, other in enumerate(others) if any(other.casefold() in name for name in names))
        return next(found, None)

    if (chosen := own_stand_ins(hint, own)) is not None:
        place = first(chosen)
        return (CHOSEN, index, place) if place is not None else None
    if (distance := family_distance(hint, names)) is not None:
        return (SAME_FAMILY, index, distance)
    place = first(stand_ins(hint, HINT_ALIASES))
    return (OTHER_VENDOR, index, place) if place is not None else None


def _shortened(hint: str) -> str:
    return hint if len(hint) <= SHOWN_HINT else hint[:SHOWN_HINT] + "…"


# --- the reasons in words ---


def _ranked(standing: _Standing, settings: Settings) -> Ranked:
    reasons = [NOT_ALLOWED] if standing.forbidden else []
    reasons += standing.obstacles
    if standing.hint:
        reasons.append(standing.hint_words)
    reasons += standing.by_priority.words
    if standing.model.name == settings.default_model:
        reasons.append("the default model")
    return Ranked(standing.model.name, tuple(reasons), excluded=standing.excluded, forbidden=standing.forbidden)


def _reason(standings: list[_Standing], ranking: tuple[Ranked, ...], settings: Settings) -> str:
    """Say why the first one is proposed, and what became of a model that would have gone before it."""
    first = standings[0]
    if first.hint:
        words = ranking[0].reasons[len(first.obstacles) + first.forbidden]
    else:
        words = _reason_without_hint(first, standings, settings)
    if first.excluded:
        return f"{words}, but {ranking[0].reasons[0]}"
    for other, ranked in zip(standings[1:], ranking[1:], strict=True):
        if other.excluded and other.hint and other.hint_place < first.hint_place:
            return f"{words}; {other.model.name}: {ranked.reasons[0]}"
    return words


def _reason_without_hint(first: _Standing, standings: list[_Standing], settings: Settings) -> str:
    usable = [one for one in standings if not one.excluded]
    before = min((one for one in usable), key=lambda one: one.order, default=first)
    if first.by_priority.score > before.by_priority.score:
        return f"best for the server's priorities: {', '.join(first.by_priority.words)}"
    if first.model.name == settings.default_model:
        return "the default model"
    if len(standings) == 1:
        return "the only model"
    return "the first model that can answer" if first.order > 0 else "the first model configured"
