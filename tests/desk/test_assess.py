"""One assessment for every room: what blocks a request is the same for whoever asks, and is computed once."""

import pytest

from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.desk import assess as assessing
from tuui_sampling.desk.assess import assess
from tuui_sampling.providers import catalogue
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.request import ImageBlock, Message, SamplingRequest, TextBlock

PNG = "iVBORw0KGgo="


def models(environ: dict[str, str] | None = None) -> Models:
    """Return models of which each has a flaw of its own."""
    return Models(
        Settings(
            servers={"notes": ServerSettings("notes", "cat", allowed_models=("blind", "keyless"))},
            models={
                "blind": ModelSettings("blind", "demo", supports={"images": False}),
                "keyless": ModelSettings("keyless", "anthropic", model="claude-sonnet-5-5", api_key_env="SOME_KEY"),
                "other": ModelSettings("other", "demo"),
            },
        ),
        environ or {},
    )


def request(*blocks: TextBlock | ImageBlock) -> SamplingRequest:
    """Return a request of one message."""
    return SamplingRequest((Message("user", blocks or (TextBlock("hello"),)),), 100)


@pytest.mark.parametrize(
    ("model", "asked", "obstacle"),
    [
        ("blind", request(), ""),
        ("blind", request(ImageBlock(PNG, "image/png")), "messages[0].content: this model can't see images"),
        ("keyless", request(), "model: no key: the variable SOME_KEY is not set"),
        ("other", request(), 'model: the configuration does not allow "other" for this server (allowed_models)'),
        ("gone", request(), "model: No model is configured under the name"),
    ],
)
def test_whatever_keeps_a_request_from_a_model_is_an_obstacle(
    model: str, asked: SamplingRequest, obstacle: str
) -> None:
    found = assess(models(), asked, model, "notes").obstacle
    assert found.startswith(obstacle) and bool(found) is bool(obstacle)
    assert assessing.obstacle(models(), asked, model, "notes") == found, "the check before the call says the same"


def test_a_key_that_is_there_is_no_obstacle() -> None:
    assert assess(models({"SOME_KEY": "sk-1"}), request(), "keyless", "notes").obstacle == ""


def test_it_is_computed_once_for_each_request_and_model(monkeypatch: pytest.MonkeyPatch) -> None:
    estimates: list[str] = []
    real = catalogue.estimate

    def counted(settings: ModelSettings, asked: SamplingRequest) -> object:
        estimates.append(settings.name)
        return real(settings, asked)

    monkeypatch.setattr(catalogue, "estimate", counted)
    registry, asked = models(), request()
    for _ in range(3):
        for model in ("blind", "other"):
            assess(registry, asked, model, "notes")
            registry.estimate(model, asked)
    assert estimates == ["blind", "other"]
