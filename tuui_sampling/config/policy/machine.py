"""
Reads this machine's policy: rules that an administrator sets for everybody, and that nobody can loosen.

Its denies and asks go before every `allow`, since effects do and files do not; the stricter of both presets holds, and
its limits hold besides those of the user's file.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..files.source import read_source, unreadable
from ..kinds.values import Choice
from ..problems import ConfigError, Problem, Report
from ..reader import Context, Section
from ..setting import read_values, setting
from ..settings import PolicyName, Settings
from ..toml.limits import limit_problem
from .limits import LimitSettings, LimitTable
from .rules import RuleSettings, RuleTables

MACHINE_POLICY = Path("/etc/tuui-sampling/policy.toml")

STRICT: tuple[PolicyName, ...] = ("tiered", "ask", "locked")
"""The presets, the strictest last."""

SOURCE = "this machine's"


@dataclass(frozen=True)
class MachinePolicy:
    """What such a file may hold."""

    policy: PolicyName = setting(
        Choice(dict.fromkeys(STRICT, "")), "what happens to a request that no rule is about", default="tiered"
    )
    limits: LimitSettings = setting(LimitTable(), "limits for everybody", factory=LimitSettings)
    rules: tuple[RuleSettings, ...] = setting(RuleTables(), "rules for everybody", default=())


def with_machine_policy(settings: Settings, environ: Mapping[str, str], path: Path, owner: int = 0) -> Settings:
    """
    Return settings under this machine's policy; as they are where there is none.

    Args:
        owner: The only user who may own the file.

    Raises:
        ConfigError: There is one, and it can't be used: then nothing may pass by it.
    """
    if not _is_there(path):
        return settings
    policy = _read(path, environ, owner)
    preset = max(settings.policy, policy.policy, key=STRICT.index)
    yours = {rule.name for rule in settings.rules}
    theirs = (replace(rule, name=_told_apart(rule.name, yours), source=SOURCE) for rule in policy.rules)
    return replace(
        settings,
        rules=(*theirs, *settings.rules),
        policy=preset,
        machine_limits=policy.limits,
        machine_policy=path,
        policy_source=settings.policy_source if preset == settings.policy else SOURCE,
    )


def _told_apart(name: str, yours: Collection[str]) -> str:
    """Return a rule's name as the record has it: one that a rule of the user has, too, says whose it is."""
    return name if name not in yours else _told_apart(f"{name} ({SOURCE})", yours)


def _is_there(path: Path) -> bool:
    """Whether there is one, or may be: a folder that can't be looked into is no proof that there is none."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise unreadable(path, error) from None
    return True


def _read(path: Path, environ: Mapping[str, str], owner: int) -> MachinePolicy:
    text = read_source(path, owner)
    if (problem := limit_problem(text)) is not None:
        raise ConfigError(path, [Problem("", *problem)])
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [Problem("", None, f"is not TOML: {error}")]) from None
    report = Report(text)
    section = Section(table, (), Context(report, environ, path.parent))
    values = read_values(MachinePolicy, section)
    policy = MachinePolicy(**values)
    if problems := report.problems():
        raise ConfigError(path, problems)
    return policy
