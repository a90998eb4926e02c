"""Everything that a front end works with, in one value. `cli/build.py` assembles it and takes it apart again."""

from dataclasses import dataclass

from ..config.settings import Settings
from ..history.ledger import Ledger
from ..providers.models import Models
from ..servers.supervisor import Supervisor
from .desk import Desk
from .invocations import Runs


@dataclass(frozen=True)
class House:
    """
    The assembled program, without a face.

    Attributes:
        trouble: What the person must be told from the start, such as a record that can't be written.
    """

    settings: Settings
    models: Models
    ledger: Ledger
    desk: Desk
    supervisor: Supervisor
    runs: Runs
    trouble: tuple[str, ...] = ()
