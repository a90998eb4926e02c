"""What several tests of the Inbox have in common."""

import pytest
from textual.drivers import headless_driver

from tests.support.terminal.late_driver import LateDriver


@pytest.fixture
def late_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the program paint to a terminal that takes what it is let."""
    monkeypatch.setattr(headless_driver, "HeadlessDriver", LateDriver)
