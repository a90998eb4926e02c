"""Lets go of widgets that are gone: ends what they began, and has Textual forget them and the lines they painted."""

import functools
from contextlib import suppress
from inspect import getattr_static

from textual._styles_cache import StylesCache
from textual.app import App
from textual.dom import DOMNode, NoScreen
from textual.widgets._toast import Toast, ToastHolder, ToastRack


def keep_no_lines() -> None:
    """
    Let Textual's cache of background colours be one for all widgets, as its signature says it is meant to be.

    It is a cache of a method of each widget's painted lines, and so keeps those of the last 1,024 widgets.
    """
    if isinstance(cached := getattr_static(StylesCache, "get_inner_outer"), functools._lru_cache_wrapper):
        StylesCache.get_inner_outer = classmethod(cached)  # type: ignore[method-assign, assignment, arg-type]


async def _take_away(holder: ToastHolder, rack: ToastRack) -> None:
    """Take away the row of a message, which stays as an empty one else, and with the last one the room for all."""
    await holder.remove()
    if not rack.children:
        rack.display = False


def let_go(app: App[None], node: DOMNode) -> None:
    """Take a widget that is about to be removed, and all in it, from what tells it of changes while it lives."""
    holder = node.parent if isinstance(node, Toast) else node
    if isinstance(holder, ToastHolder) and isinstance(rack := holder.parent, ToastRack):
        app.call_later(_take_away, holder, rack)
    gone = set(node.walk_children(with_self=True))
    for worker in app.workers:
        if worker.node in gone:
            worker.cancel()  # Textual does so once its children are gone, which it may be about to show something in
    with suppress(NoScreen):
        told_of_selections = node.screen.text_selection_started_signal
        for one in gone:
            told_of_selections.unsubscribe(one)
    for told in getattr(app, "__watchers", {}).values():
        told[:] = [(one, callback) for one, callback in told if one not in gone]
