"""Makes facts of what the record keeps of a judgement, so that rules can be tried on what has happened."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ..sampling.origin import Origin
from ..sampling.response import Estimate
from .facts import Facts
from .finding import Severity
from .risk import Risk
from .survey import Destination

Json = Any


def recorded_facts(server: str, at: datetime, kept: Mapping[str, Json]) -> Facts:
    """
    Return facts with everything that was computed then; a text is not kept, so no rule about one can be tried.

    Args:
        kept: As `facts_json` of the desk wrote it.
    """
    origin = Origin(server, "", tool=kept.get("tool"))
    facts = Facts(str(kept.get("kind")), str(kept.get("stage")), origin, kept.get("model"), at)
    worst = _amount(kept.get("worst"))
    found = frozenset(kept.get("findings") or {})
    facts.__dict__.update(
        where=Destination(str(kept.get("host") or ""), "unencrypted" not in found, Estimate(0, worst, worst)),
        findings=(),
        kinds=found,
        size=kept.get("size") or 0,
        text="",
        max_tokens=kept.get("max_tokens") or 0,
        worst=worst,
        guards=tuple(kept.get("guards") or ()),
        risk=Risk(Severity(kept.get("risk") or "low"), tuple(kept.get("risk_reasons") or ())),
    )
    return facts


def _amount(written: Json) -> Decimal | None:
    try:
        return None if written is None else Decimal(str(written))
    except InvalidOperation:
        return None
