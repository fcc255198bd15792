"""How much of a core does the program use while a suggestion stands on the screen and nobody does anything?"""

from __future__ import annotations

import time

import psutil
from _common import Report, home_with_model, make_parser
from _program import running, write_story

# A pause of two seconds has the engine learn the text; after that what is likely next is worked out once more.
LEAST_REST_S, MOST_REST_S, LOOK_S, QUIET = 4.0, 30.0, 2.0, 0.02


def seconds_until_rest(process: psutil.Process) -> float:
    """Wait until the program hardly computes, MOST_REST_S at most: one that never rests is measured at work."""
    began = time.monotonic()
    time.sleep(LEAST_REST_S)
    while time.monotonic() - began < MOST_REST_S:
        before = process.cpu_times()
        time.sleep(LOOK_S)
        after = process.cpu_times()
        if after.user + after.system - before.user - before.system < QUIET * LOOK_S:
            break
    return time.monotonic() - began


def main() -> None:
    """Measure and print."""
    parser = make_parser("Processor time of an idle minute with a suggestion on screen.")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--platform", default="offscreen", help="of Qt: offscreen or xcb")
    arguments = parser.parse_args()
    with home_with_model(arguments.models_dir) as home:
        story = write_story(home)
        with running(home, story, platform=arguments.platform) as program:
            program.wait_for("painted")
            program.wait_until_ready()
            program.send("press", "Ctrl+End")
            program.show_ghost()
            process = psutil.Process(program.pid)
            rested_s = seconds_until_rest(process)
            ghost = program.state()["ghost"]
            before, began = process.cpu_times(), time.monotonic()
            time.sleep(arguments.seconds)
            after, lasted = process.cpu_times(), time.monotonic() - began
            still_there = bool(ghost) and program.state()["ghost"] == ghost
            program.end()
    used = after.user + after.system - before.user - before.system
    rows = [
        ("processor time, % of one core", used / lasted * 100, "goal < 1"),
        ("seconds from the suggestion until nothing was left to do", rested_s, ""),
        ("suggestion on screen all the time", "yes" if still_there else "no", "goal yes"),
    ]
    Report(title=f"Idle for {arguments.seconds} s", rows=rows, samples={"cpu_s": [used]}).show(
        arguments.json
    )


if __name__ == "__main__":
    main()
