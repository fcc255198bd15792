"""``python -m cowrite.personalize JOB``: the training process."""

from __future__ import annotations

import sys

from cowrite.personalize.training.process import main

if __name__ == "__main__":
    sys.exit(main())
