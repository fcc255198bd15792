"""Dates as each language writes them.

Numbers are grouped by commas in both (``{count:,}``), sizes are “12 MB” in both, and a date of a table or a log is
2026-11-28 in both. The names of months and days are kept here: those of strftime follow the locale of the process,
which Qt sets to the system's.
"""

from __future__ import annotations

from datetime import date, datetime

from cowrite.localization.catalogue import current
from cowrite.localization.languages import CHINESE

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CHINESE_WEEKDAYS = "一二三四五六日"
_LETTERS_OF_SHORT_NAMES = 3


def day_text(day: date, *, year: bool = True, short: bool = False) -> str:
    """“28 November 2026”, without ``year`` “28 November”, ``short`` “28 Nov 2026”; 2026年11月28日."""
    if current() == CHINESE:
        return f"{f'{day.year}年' if year else ''}{day.month}月{day.day}日"
    month = _MONTHS[day.month - 1]
    shown = month[:_LETTERS_OF_SHORT_NAMES] if short else month
    return f"{day.day} {shown} {day.year}" if year else f"{day.day} {shown}"


def moment_text(
    moment: datetime, *, year: bool = True, short: bool = False, seconds: bool = False
) -> str:
    """The day and the time: “28 November 2026, 14:05”; 2026年11月28日 14:05."""
    between = " " if current() == CHINESE else ", "
    return (
        f"{day_text(moment, year=year, short=short)}{between}{time_text(moment, seconds=seconds)}"
    )


def time_text(moment: datetime, *, seconds: bool = False) -> str:
    """The time of the day, on 24 hours in both languages."""
    return f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"


def weekday_text(day: date, *, short: bool = False) -> str:
    """“Saturday”, ``short`` “Sat”; 星期六, 周六."""
    if current() == CHINESE:
        return ("周" if short else "星期") + _CHINESE_WEEKDAYS[day.weekday()]
    name = _WEEKDAYS[day.weekday()]
    return name[:_LETTERS_OF_SHORT_NAMES] if short else name
