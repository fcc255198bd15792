"""A child process: writes events for as long as it lives, and prints each number that is durable."""

from __future__ import annotations

import sys
from pathlib import Path

from event_maker import make_event

from cowrite.decisions.log import DecisionLog


def main() -> None:
    log = DecisionLog(Path(sys.argv[1]))
    log.start()
    number = int(sys.argv[2])
    while True:
        for _ in range(3):
            number += 1
            log.record(make_event(number))
        log.flush()
        print(number, flush=True)


if __name__ == "__main__":
    main()
