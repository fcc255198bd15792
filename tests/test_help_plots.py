"""The plots and the table of “How much it helps” come from a file of figures by one command."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
SVG = "{http://www.w3.org/2000/svg}"
SPEEDS, EAGERNESS = (36.0, 49.0, 70.0), (0.1, 0.5, 0.9)
DOCUMENT = "# Title\n\nBefore.\n\n<!-- figures: begin -->\nold\n<!-- figures: end -->\n\nAfter.\n"


@pytest.fixture
def plots(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("help_plots")


def row(notice: str, wpm: float, eagerness: float, passage: str = "all") -> dict[str, object]:
    return {
        "notice": notice,
        "wpm": wpm,
        "eagerness": eagerness,
        "engine_ms": 60.0,
        "passage": passage,
        "net_saved_pct": 12.3 - wpm / 10,
        "flashes_per_100_words": 40 * eagerness,
        "shown_per_100_words": 40 * eagerness + 10,
        "wrong_glances_per_100_words": 4.0,
        "precision": 0.5,
        "characters_per_glance": 2.5,
        "time_saved_pct": {"low": -6.0, "mid": 49 / wpm - 4 * eagerness, "high": 3.0},
    }


def rows() -> list[dict[str, object]]:
    return [
        row(notice, wpm, eagerness, passage)
        for notice in ("typing", "pauses")
        for wpm in SPEEDS
        for eagerness in EAGERNESS
        for passage in ("emma", "all")
    ]


def draw(
    plots: ModuleType, folder: Path, figures: object, monkeypatch: pytest.MonkeyPatch, *more: str
) -> tuple[int, str]:
    (folder / "figures.json").write_text(json.dumps({"machine": {}, "rows": figures}), "utf-8")
    document = folder / "document.md"
    if not document.exists():
        document.write_text(DOCUMENT, "utf-8")
    arguments = ["--json-in", str(folder / "figures.json"), "--out", str(folder / "help")]
    monkeypatch.setattr(sys, "argv", ["help_plots", *arguments, "--document", str(document), *more])
    return plots.main(), document.read_text("utf-8")


def test_table_and_plots_take_the_place_of_what_stood_there(
    plots: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, text = draw(plots, tmp_path, rows(), monkeypatch, "--ceiling", "30.4")
    assert status == 0
    assert text.startswith("# Title\n\nBefore.\n\n<!-- figures: begin -->\n| you type")
    assert text.endswith("<!-- figures: end -->\n\nAfter.\n")
    assert "old" not in text
    line = "| 49 words a minute | only in pauses | 7.4 % | -1.0 % (-6.0 to +3.0) | 10 | 4 | 20 | 2.5 | 50 % |"
    assert line in text
    assert "saves 30 % of the keys" in text
    for name in ("keys-and-flashes.svg", "time-and-speed.svg"):
        assert f"(help/{name})" in text
        assert (tmp_path / "help" / name).is_file()
    assert draw(plots, tmp_path, rows(), monkeypatch, "--ceiling", "30.4") == (0, text)


def test_a_plot_has_every_point_a_description_and_colours_for_dark_pages(
    plots: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(plots, tmp_path, rows(), monkeypatch)
    for name, points, rings in (("keys-and-flashes", 18, 6), ("time-and-speed", 12, 0)):
        source = (tmp_path / "help" / f"{name}.svg").read_text("utf-8")
        assert "prefers-color-scheme: dark" in source
        root = ElementTree.fromstring(source)
        circles = list(root.iter(f"{SVG}circle"))
        assert sum(each.get("class") != "ring" for each in circles) == points
        assert sum(each.get("class") == "ring" for each in circles) == rings
        assert root.findtext(f"{SVG}desc")
        wide, high = (float(each) for each in str(root.get("viewBox")).split()[2:])
        for each in circles:
            assert 0 <= float(str(each.get("cx"))) <= wide
            assert 0 <= float(str(each.get("cy"))) <= high


def test_the_setting_that_saves_time_is_the_one_that_does(plots: ModuleType) -> None:
    found = [
        plots.Figures(
            notice="typing", wpm=49, eagerness=at, engine_ms=60, net=9 * at, flashes=1, shown=2,
            wrong=1, right=0.5, per_glance=2, time=(0, mid, 0),
        )
        for at, mid in ((0.1, 0.4), (0.3, 1.2), (0.9, -3.0))
    ]  # fmt: skip
    assert plots.best_of(found).eagerness == 0.3


@pytest.mark.parametrize("figures", [{}, [], [{"passage": "all"}], [row("asleep", 49, 0.5)], 3])
def test_another_file_is_refused_and_nothing_written(
    plots: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    figures: object,
) -> None:
    with pytest.raises(SystemExit) as stopped:
        draw(plots, tmp_path, figures, monkeypatch)
    assert stopped.value.code == 2
    assert "is not what living_typist.py writes" in capsys.readouterr().err
    assert (tmp_path / "document.md").read_text("utf-8") == DOCUMENT
    assert not (tmp_path / "help").exists()


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 12.3), (-5.8, 4.7), (0.0, 0.0), (36.0, 70.0), (-900.0, 1e4)]
)
def test_ticks_enclose_what_is_drawn(plots: ModuleType, low: float, high: float) -> None:
    ticks = importlib.import_module("_svg_plots").ticks(low, high)
    assert ticks == sorted(set(ticks))
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 9
