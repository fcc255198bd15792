"""Ready units for the scheduler of the system, so that learning happens although the window is closed.

systemd and launchd run a program every hour; ``cowrite personalize --when-idle`` then decides by itself whether this is
a good hour (:mod:`cowrite.personalize.schedule.rules`). Texts are made here; nothing is installed.
"""

from __future__ import annotations

import plistlib
import shlex
import subprocess
from collections.abc import Sequence
from enum import StrEnum
from xml.etree import ElementTree

NAME = "cowrite-personalize"
LABEL = "org.cowrite.personalize"
EVERY_MINUTES = 60
_TASK_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


class SystemScheduler(StrEnum):
    """Who runs programs at set times."""

    SYSTEMD = "systemd"
    LAUNCHD = "launchd"
    TASK_SCHEDULER = "task-scheduler"


def units(scheduler: SystemScheduler, command: Sequence[str]) -> dict[str, str]:
    """Each file's name and content; ``command`` is the whole command line to be run."""
    match scheduler:
        case SystemScheduler.SYSTEMD:
            return {f"{NAME}.service": _service(command), f"{NAME}.timer": _timer()}
        case SystemScheduler.LAUNCHD:
            return {f"{LABEL}.plist": _property_list(command)}
        case SystemScheduler.TASK_SCHEDULER:
            return {f"{NAME}.xml": _task(command)}


def how_to_install(scheduler: SystemScheduler) -> str:
    """What the person types, once the files of :func:`units` lie in the folder they are in."""
    match scheduler:
        case SystemScheduler.SYSTEMD:
            return (
                f"mkdir -p ~/.config/systemd/user && cp {NAME}.* ~/.config/systemd/user/ && "
                f"systemctl --user daemon-reload && systemctl --user enable --now {NAME}.timer"
            )
        case SystemScheduler.LAUNCHD:
            return (
                f"cp {LABEL}.plist ~/Library/LaunchAgents/ && "
                f"launchctl load ~/Library/LaunchAgents/{LABEL}.plist"
            )
        case SystemScheduler.TASK_SCHEDULER:
            return f"schtasks /Create /TN {NAME} /XML {NAME}.xml"


def _service(command: Sequence[str]) -> str:
    # A per cent sign begins a specifier, a dollar sign a variable.
    line = shlex.join(command).replace("%", "%%").replace("$", "$$")
    return (
        "[Unit]\n"
        "Description=Cowrite learns from your writing while you are away\n"
        "ConditionACPower=true\n\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"ExecStart={line}\n"
        "Nice=10\n"
        "IOSchedulingClass=idle\n"
        "PrivateNetwork=true\n"
    )


def _timer() -> str:
    return (
        "[Unit]\n"
        "Description=Every hour: is this a good time to learn?\n\n"
        "[Timer]\n"
        "OnCalendar=hourly\n"
        "RandomizedDelaySec=10min\n\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def _property_list(command: Sequence[str]) -> str:
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "StartInterval": EVERY_MINUTES * 60,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": 10,
        }
    ).decode()


def _task(command: Sequence[str]) -> str:
    """A task of the Task Scheduler, version 1.2: hourly, on mains power, at low priority, in the person's name."""
    task = ElementTree.Element("Task", version="1.2", xmlns=_TASK_NAMESPACE)
    trigger = _below(task, "Triggers", "CalendarTrigger")
    repetition = _below(trigger, "Repetition")
    _add(repetition, "Interval", f"PT{EVERY_MINUTES}M")
    _add(trigger, "StartBoundary", "2026-01-01T00:30:00")
    _add(_below(trigger, "ScheduleByDay"), "DaysInterval", "1")
    settings = _below(task, "Settings")
    for name, value in (
        ("DisallowStartIfOnBatteries", "true"),
        ("StopIfGoingOnBatteries", "true"),
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("ExecutionTimeLimit", "PT8H"),
        ("Priority", "8"),
    ):
        _add(settings, name, value)
    execute = _below(task, "Actions", "Exec")
    _add(execute, "Command", command[0])
    _add(execute, "Arguments", subprocess.list2cmdline(command[1:]))
    ElementTree.indent(task)
    return '<?xml version="1.0"?>\n' + ElementTree.tostring(task, encoding="unicode") + "\n"


def _below(parent: ElementTree.Element, *names: str) -> ElementTree.Element:
    for name in names:
        parent = ElementTree.SubElement(parent, name)
    return parent


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text
