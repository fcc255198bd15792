"""The names through which scripts of failed inputs reach the program stay, and work without pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import case_support

SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from case_support import open_editor

folder = Path({folder!r})
file = folder / "letter.txt"
file.write_text("Dear friend\\n")
editor = open_editor(folder / "home", [file], model="scripted")
editor.wait_until_ready()
editor.move_to_end()
editor.insert("été")
assert editor.save() and file.read_text() == "Dear friend\\nété", file.read_text()
editor.new()
editor.suggest("The rain had ", "stopped ")
editor.press("Tab")
assert editor.texts() == ["Dear friend\\nété", "The rain had stopped "], editor.texts()
assert editor.save_as(folder / "rain.txt") and editor.recent_files()[0].endswith("rain.txt")
editor.type("Not saved.")
editor.quit()
editor = open_editor(folder / "home")
assert editor.texts()[-1] == "The rain had stopped Not saved.", editor.texts()
assert not editor.is_read_only() and editor.asked == []
editor.close()
print("as expected")
"""

EDITOR = [
    "open",
    "new",
    "text",
    "texts",
    "set_text",
    "type",
    "insert",
    "press",
    "move_to_end",
    "save",
    "save_as",
    "is_read_only",
    "messages",
    "choose",
    "recent_files",
    "suggest",
    "wait_until_ready",
    "quit",
    "close",
]
MODEL = ["token_ids", "token_bytes", "prompt", "stop_token_ids", "logits"]
FUNCTIONS = [
    "open_editor",
    "write_session",
    "model_folder",
    "log_file",
    "convert_gguf",
    "load_for_test",
]


def test_the_names_stay() -> None:
    assert all(callable(getattr(case_support, name)) for name in FUNCTIONS)
    assert all(callable(getattr(case_support.Editor, name)) for name in EDITOR)
    assert all(callable(getattr(case_support.LoadedModel, name)) for name in MODEL)


def test_a_script_drives_the_editor_without_pytest(tmp_path: Path) -> None:
    script = SCRIPT.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "as expected\n"
