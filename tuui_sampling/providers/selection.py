"""Which of the configured models is proposed for a request; the person may pick another."""

from ..config.settings import ModelSettings, Settings
from ..sampling.request import SamplingRequest
from ..sampling.review import Selection

SHOWN_HINT = 60
"""Characters of a hint that are shown in the reason."""


def select(request: SamplingRequest, settings: Settings) -> Selection | None:
    """
    Propose a model, or None when none is configured.

    The server's hints are tried in order, each as a substring (case does not matter) of the configured names, the
    model ids and the aliases, as the specification describes them
    (https://modelcontextprotocol.io/specification/2025-11-25/client/sampling#model-preferences). Where several
    models match, the default model wins, else the one that is configured first.
    """
    models = _default_first(settings)
    if not models:
        return None
    for hint in request.preferences.hint_names if request.preferences else ():
        wanted = hint.strip().casefold()
        for model in models if wanted else ():
            if any(wanted in name.casefold() for name in (model.name, model.model, *model.aliases)):
                shown = hint if len(hint) <= SHOWN_HINT else hint[:SHOWN_HINT] + "…"
                return Selection(model.name, f'hint "{shown}"')
    if models[0].name == settings.default_model:
        return Selection(models[0].name, "the default model")
    return Selection(models[0].name, "the only model" if len(models) == 1 else "the first model configured")


def _default_first(settings: Settings) -> tuple[ModelSettings, ...]:
    return tuple(sorted(settings.models.values(), key=lambda model: model.name != settings.default_model))
