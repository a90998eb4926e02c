"""Lists the commands of the Policy screen."""

from typing import Protocol

from ..commands import Command
from ..widgets.panes import SizedPane


class PolicyView(Protocol):
    """
    What the commands do with the Policy screen.

    Attributes:
        pane: Its list.
    """

    pane: SizedPane

    def why_not_edit(self) -> str:
        """Return why the rule under the cursor can't be edited."""

    def edit(self) -> None:
        """Open the rule under the cursor in `$EDITOR`."""

    def why_not_revoke(self) -> str:
        """Return why the rule under the cursor can't be revoked."""

    def revoke(self) -> None:
        """Revoke the rule under the cursor, which is held for this session."""

    def refresh_all(self) -> None:
        """Count anew."""


_Command = Command[PolicyView]

COMMANDS: tuple[Command[PolicyView], ...] = (
    _Command("edit-rule", "e", "edit", "Open the rule under the cursor in $VISUAL or $EDITOR, at its line; on return it is taken over.", "policy", lambda its: its.edit(), lambda its: its.why_not_edit()),
    _Command("revoke-rule", "x,delete", "revoke", "Revoke the rule under the cursor, which is held until the program ends.", "policy", lambda its: its.revoke(), lambda its: its.why_not_revoke()),
    _Command("count-anew", "f5", "refresh", "Count anew what matched and what is used.", "policy", lambda its: its.refresh_all(), shown=False),
    _Command("narrow-policy", "less_than_sign", "narrower list", "Make the list narrower; that is remembered.", "policy", lambda its: its.pane.widen(-4), lambda its: its.pane.why_no_width(), shown=False),
    _Command("widen-policy", "greater_than_sign", "wider list", "Make the list wider; that is remembered.", "policy", lambda its: its.pane.widen(4), lambda its: its.pane.why_no_width(), shown=False),
)  # fmt: skip
