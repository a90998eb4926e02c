"""`tuui-sampling models`: what is configured, what it can do and costs; and whether one of them answers."""

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping, Sequence

from ...config.load import ConfigError
from ...config.problems import words_of
from ...config.settings import Settings
from ...frontend.presentation.format import dollars, estimate_words, usage_words
from ...providers.catalogue import Price
from ...providers.models import Models
from ...sampling.errors import ModelError
from ...sampling.request import Json
from ...sampling.response import cost_json
from ...sampling.visible import json_text
from ...sampling.wire import usage_json
from .. import exit_codes
from ..configuration import NO_MODEL_SENTENCE, read_settings
from ..output import columns, complain, complain_of_configuration, one_line, result, say
from .ping import LOOK, PING, Pong, has_seen, ping

SHOWN_CAPABILITIES = ("images", "audio", "tools")
"""The capabilities that a request can need; `--json` has all of them."""

HEADINGS = ("NAME", "PROVIDER", "MODEL", "HOST", "KEY", "CAN", "WINDOW", "PRICE PER MILLION TOKENS")


def run_models(
    config: str | None,
    environ: Mapping[str, str],
    *,
    as_json: bool,
    aliases: bool,
    pinged: str | None,
    image: bool = False,
) -> int:
    """Run the command and return its exit code; `image` sends a picture to the pinged model."""
    try:
        settings = read_settings(config, environ)
    except ConfigError as error:
        complain_of_configuration(error)
        return exit_codes.USAGE
    models = Models(settings, environ)
    if image and pinged is None:
        complain("--image belongs to --ping NAME: it is sent to one model")
        return exit_codes.USAGE
    if aliases:
        return _print_aliases(models, as_json=as_json)
    if pinged is not None:
        return asyncio.run(_ping(models, pinged, as_json=as_json, image=image))
    return _print_models(settings, models, as_json=as_json)


# --- what is configured ---


def _print_models(settings: Settings, models: Models, *, as_json: bool) -> int:
    if as_json:
        listed = [_model_json(models, name) for name in models.names]
        print(json_text({"default_model": settings.default_model, "models": listed}, indent=2))
    elif not models.names:
        say(NO_MODEL_SENTENCE)
    else:
        rows = [_row(models, name, is_default=name == settings.default_model) for name in models.names]
        _print_table([HEADINGS, *rows], columns(sys.stdout))
        print("* the default model")
        for name in models.names:
            if problems := models.settings(name).problems:
                result(one_line(f"{name} can't be used: {words_of(problems)}"), 2)
    return exit_codes.OK


def _row(models: Models, name: str, *, is_default: bool) -> tuple[str, ...]:
    configured, window = models.settings(name), models.context_window(name)
    if configured.problems:
        return (one_line(name), configured.preset or configured.provider, one_line(configured.model) or "–", *"–––––")
    able = models.capabilities(name)
    return (
        f"{one_line(name)}{' *' if is_default else ''}",
        configured.preset or configured.provider,
        one_line(configured.model) or "–",
        one_line(models.place(name)),
        models.key_status(name),
        ", ".join(f"{one}?" if able[one] is None else one for one in SHOWN_CAPABILITIES if able[one] is not False)
        or "text only",
        f"{window:,}" if window is not None else "unknown",
        price_words(models.price(name)),
    )


def price_words(price: Price | None) -> str:
    """Return a price such as `$2.00 in, $10.00 out, $0.10 cached, more when long`."""
    if price is None:
        return dollars(None)
    if not price.input and not price.output:
        return "free"
    parts = [f"{dollars(price.input)} in", f"{dollars(price.output)} out"]
    parts += [f"{dollars(price.cached_input)} cached"] if price.cached_input is not None else []
    return ", ".join([*parts, "more when long"] if price.tiered else parts)


def _model_json(models: Models, name: str) -> dict[str, Json]:
    configured, price = models.settings(name), models.price(name)
    return {
        "name": name,
        "provider": configured.provider,
        "preset": configured.preset,
        "model": configured.model,
        "aliases": list(configured.aliases),
        "host": models.host(name),
        "route": models.route(name).words or None,
        "key": models.key_status(name),
        "capabilities": models.capabilities(name),
        "context_window": models.context_window(name),
        "max_output_tokens": configured.max_output_tokens,
        "speed": configured.speed,
        "intelligence": configured.intelligence,
        "price": _price_json(price) if price is not None else None,
        "problems": [f"{one.key_path}: {one.message}" for one in configured.problems],
    }


def _price_json(price: Price) -> dict[str, Json]:
    return {
        "input": cost_json(price.input),
        "output": cost_json(price.output),
        "cached_input": cost_json(price.cached_input),
        "tiered": price.tiered,
    }


def _print_aliases(models: Models, *, as_json: bool) -> int:
    table = models.hint_aliases()
    if as_json:
        print(json_text({hint: list(others) for hint, others in table.items()}, indent=2))
        return exit_codes.OK
    print("# A hint that holds this = is answered by the first model whose name, id or alias holds one of these.")
    print("[hint_aliases]")
    for hint, others in table.items():
        print(one_line(f"{json.dumps(hint, ensure_ascii=False)} = {json.dumps(list(others), ensure_ascii=False)}"))
    return exit_codes.OK


def _print_table(rows: Sequence[tuple[str, ...]], room: int | None) -> None:
    """Print rows below their headings; where the terminal has no room for that, a paragraph for each row."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if room is None or max(map(len, lines)) <= room:
        print("\n".join(lines))
        return
    (_, *headings), *models = rows
    for name, *cells in models:
        said = (f"{heading.lower()} {cell}" for heading, cell in zip(headings, cells, strict=True))
        result(f"{name}: {' · '.join(said)}", 2)


# --- one real request ---


async def _ping(models: Models, name: str, *, as_json: bool, image: bool) -> int:
    try:
        configured = models.settings(name)
    except ModelError as error:
        complain(f"{error.message} {error.hint}")
        return exit_codes.USAGE
    if configured.problems:
        complain(one_line(f"{name} can't be used: {words_of(configured.problems)}"))
        return exit_codes.USAGE
    if configured.provider == "human":
        say(f"{one_line(name)} is a person: there is nothing to try")
        return exit_codes.OK
    request = LOOK if image else PING
    expected = estimate_words(models.estimate(name, request))
    what = "one short request with a picture" if image else "one short request"
    say(f"sending {what} to {one_line(name)} ({models.place(name)}): {expected}")
    pong, failure = None, None
    try:
        pong = await ping(models, name, request)
    except ModelError as error:
        failure = error
        complain(f"{one_line(error.message)} {one_line(error.hint)}".rstrip())
    finally:
        await models.aclose()
    if as_json:
        seen = {"sees_images": has_seen(pong.response) if pong is not None else None} if image else {}
        print(json_text(_ping_json(models, name, pong, failure) | seen, indent=2))
    elif pong is not None:
        print(", ".join(_pong_words(models, name, pong)))
        if image:
            print(_sight_words(pong))
    return exit_codes.OK if pong is not None else exit_codes.MODEL


def _pong_words(models: Models, name: str, pong: Pong) -> Iterable[str]:
    response, usage = pong.response, pong.response.usage
    yield f"{one_line(response.model, 100)} answered in {pong.seconds:.1f} s"
    if usage is None:
        yield "no tokens counted"
        return
    yield usage_words(usage)
    yield dollars(models.cost(name, usage, response.model))


def _sight_words(pong: Pong) -> str:
    said = one_line(pong.response.text, 60) or "nothing"
    if has_seen(pong.response):
        return f'it sees pictures: it said "{said}" of a red square. Settle it with supports = {{ images = true }}'
    return f'it does not see pictures: it said "{said}" of a red square. Settle it with supports = {{ images = false }}'


def _ping_json(models: Models, name: str, pong: Pong | None, error: ModelError | None) -> dict[str, Json]:
    response = pong.response if pong is not None else None
    usage = response.usage if response is not None else None
    cost = models.cost(name, usage, response.model) if usage is not None and response is not None else None
    return {
        "ok": pong is not None,
        "name": name,
        "host": models.host(name),
        "model_asked": models.settings(name).model,
        "model": response.model if response is not None else None,
        "seconds": round(pong.seconds, 3) if pong is not None else None,
        "usage": usage_json(usage),
        "cost": cost_json(cost),
        "text": response.text if response is not None else None,
        "stop_reason": response.stop_reason if response is not None else None,
        "error": {"kind": error.kind, "message": error.message, "hint": error.hint} if error is not None else None,
    }
