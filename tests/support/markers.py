"""
Marks each test by what its code uses and by what it defends against, and holds those marked `unit` to it.

A unit starts no process.
What a test uses is read from its code: the functions, classes and fixtures that it names, those that these name, and so
on through `tests/`. So nobody has to remember a mark; where this does not find one, it is set by hand.
"""

import inspect
import itertools
import pty
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from textual.app import App

from .installations import installed_by_npm
from .models.engine import Engine
from .paths import ServerCommand

MARKS: dict[int, str] = {
    id(subprocess): "process",
    id(ServerCommand): "process",
    id(pty): "pty",
    id(installed_by_npm): "node",
    id(Engine): "engine",
    id(inspect.unwrap(App.run_test)): "screen",
}
"""What gives a test which mark; without any it is a `unit`."""

STARTS = {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"}
"""Audit events of starting a process."""

_unit: list[list[str]] = []
"""What the unit test that is running has started, while one is; or what the collecting has."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test."""
    functions = [item for item in items if isinstance(item, pytest.Function)]
    named = {item.nodeid: named_by_test(item) for item in functions}
    marks = marks_of(list(itertools.chain.from_iterable(named.values())))
    for item in functions:
        reached = set[str]().union(*(marks[id(thing)] for thing in named[item.nodeid]))
        by_hand = {mark.name for mark in item.iter_markers()} & set(MARKS.values())
        for name in by_hand | reached or {"unit"}:
            item.add_marker(name)
        mark_what_it_holds(item)


def mark_what_it_holds(item: pytest.Function) -> None:
    """Note which rows of `tests/scenes/hostile/rows.py` a test holds: by its marks, and by its name."""
    if named := re.match(r"test_(\d\d)_", item.name):
        item.add_marker(pytest.mark.hostile(int(named[1])))
    numbers = {number for mark in item.iter_markers("hostile") for number in mark.args}
    item.user_properties += [("hostile", number) for number in sorted(numbers)]


def named_by_test(item: pytest.Function) -> list[Any]:
    """Return what a test names: its function, its fixtures and its parameters."""
    fixtures = [one.func for several in item._fixtureinfo.name2fixturedefs.values() for one in several]
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return [_unwrapped(thing) for thing in (item.obj, *fixtures, *parameters)]


def marks_of(things: list[Any]) -> Mapping[int, set[str]]:
    """Return the marks of everything that these things reach, by `id`; each is looked at once, whoever names it."""
    seen: dict[int, Any] = {}
    named_in: dict[int, list[int]] = defaultdict(list)
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        if id(thing) not in seen:
            seen[id(thing)] = thing
            for named in map(_unwrapped, named_by(thing)):
                named_in[id(named)].append(id(thing))
                waiting.append(named)
    marks: dict[int, set[str]] = defaultdict(set)
    for number, name in MARKS.items():
        reaching = [number]
        while reaching:
            reached = reaching.pop()
            if name not in marks[reached]:
                marks[reached].add(name)
                reaching += named_in[reached]
    return marks


def _unwrapped(thing: Any) -> Any:
    return inspect.unwrap(thing) if callable(thing) else thing


def named_by(thing: Any) -> list[Any]:
    """Return what the code of a function, method or class of `tests/` names; the class of a command."""
    if isinstance(thing, ServerCommand):
        return [ServerCommand]
    if isinstance(thing, list | tuple):
        return list(thing)
    if type(thing).__module__.startswith("tests."):
        return list(vars(thing).values())
    function = getattr(thing, "__func__", thing)
    if not str(getattr(function, "__module__", "")).startswith("tests."):
        return []
    if isinstance(function, FunctionType):
        return _named_by_function(function)
    return [*vars(function).values(), *function.__bases__] if isinstance(function, type) else []


def _named_by_function(function: FunctionType) -> list[Any]:
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    named: list[Any] = [App.run_test] if App.run_test.__name__ in function.__code__.co_names else []
    for name in _names(function.__code__):
        thing = function.__globals__.get(name, sys.modules.get(name))
        if isinstance(thing, ModuleType) and thing.__name__.startswith("tests."):
            named += [vars(thing)[inner] for inner in function.__code__.co_names if inner in vars(thing)]
        else:
            named.append(thing)
    return cells + named


def _names(code: CodeType) -> Iterator[str]:
    """Yield what code names, also within its inner functions."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if _unit and event in STARTS:
        _unit[-1].append(f"{event} {arguments[:2]}")


sys.addaudithook(_heard)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Refuse modules of tests that start a process while they are imported: each worker would, whatever it runs."""
    _unit.append([])
    try:
        yield
    finally:
        started = _unit.pop()
    if started:
        raise pytest.UsageError(f"a process is started before any test runs: {started[0]}")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note what a test that is marked as `unit` starts."""
    if item.get_closest_marker("unit") is not None:
        _unit.append([])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail a test that is marked as `unit` and starts a process: `make unit` runs where nothing else is installed."""
    try:
        yield
    finally:
        started = _unit.pop() if _unit else []
    if started:
        pytest.fail(f"starts a process, so it wants `@pytest.mark.process`: {started[0]}", pytrace=False)
