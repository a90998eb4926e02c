"""`python -m tuui_sampling` is the command `tuui-sampling`."""

import sys

from .cli.main import main

sys.exit(main())
