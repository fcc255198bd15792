"""Units for the system's own scheduler are what it can read, and run what they should."""

from __future__ import annotations

import configparser
import plistlib
import shlex
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from cowrite.personalize.schedule.system_schedule import SystemScheduler, how_to_install, units

COMMAND = ["/opt/Cowrite 1/cowrite", "--home", "/home/zoë/50% off", "personalize", "--when-idle"]
NAMESPACE = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


def read_ini(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment]
    parser.read_string(text)
    return parser


def test_systemd_runs_the_command_every_hour_without_network() -> None:
    files = units(SystemScheduler.SYSTEMD, COMMAND)
    service = read_ini(files["cowrite-personalize.service"])
    line = service["Service"]["ExecStart"]
    assert shlex.split(line.replace("%%", "%")) == COMMAND
    assert service["Service"]["PrivateNetwork"] == "true"
    timer = read_ini(files["cowrite-personalize.timer"])
    assert timer["Timer"]["OnCalendar"] == "hourly"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=1))
def test_launchd_gets_every_argument_whole(command: list[str]) -> None:
    (text,) = units(SystemScheduler.LAUNCHD, command).values()
    assert plistlib.loads(text.encode())["ProgramArguments"] == command


def test_the_task_scheduler_gets_a_task_on_mains_power() -> None:
    (text,) = units(SystemScheduler.TASK_SCHEDULER, COMMAND).values()
    task = ElementTree.fromstring(text)
    assert task.findtext("t:Actions/t:Exec/t:Command", namespaces=NAMESPACE) == COMMAND[0]
    arguments = task.findtext("t:Actions/t:Exec/t:Arguments", namespaces=NAMESPACE)
    assert arguments == '--home "/home/zoë/50% off" personalize --when-idle'
    assert task.findtext("t:Settings/t:DisallowStartIfOnBatteries", namespaces=NAMESPACE) == "true"


def test_each_scheduler_says_how_its_files_are_installed() -> None:
    for scheduler in SystemScheduler:
        names = list(units(scheduler, COMMAND))
        assert names[0].split(".")[0] in how_to_install(scheduler)
