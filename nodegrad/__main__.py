"""`python -m nodegrad`: the same as the command `nodegrad`."""

import sys

from nodegrad.cli import main

if __name__ == "__main__":
    sys.exit(main())
