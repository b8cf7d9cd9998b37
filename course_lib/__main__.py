"""`python -m course_lib`: train, ask and measure the models of the course; see `cli`."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
