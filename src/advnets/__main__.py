"""`python -m advnets` is the command `advnets`."""

import sys

from advnets.cli import main

sys.exit(main())
