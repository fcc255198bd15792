"""Each start puts the pack first on the path; a pack whose torch cannot be imported never breaks a second start.

In processes of their own, as a path and an import cannot be taken back.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.made_up_packs import make_pack, torch_files

from cowrite.packs.activation import MARKER_PREFIX
from cowrite.packs.manifest import FILE
from cowrite.packs.pointer import Trouble
from cowrite.packs.store import PackStore

START = """
import sys
from pathlib import Path
from cowrite.packs.at_start import forget_import, use_active_pack
use_active_pack(Path({data!r}), watched={watched})
{more}
"""
IMPORT = "import torch\nprint(torch.__version__, torch.__file__, torch.__spec__.loader.path)"
LEAVE = "from cowrite.packs.at_start import forget_import\nforget_import()\nimport os; os._exit(3)"
WITHOUT_PACK = "import importlib.util\nprint(importlib.util.find_spec('torch').origin)"


def start(
    store: PackStore, more: str = IMPORT, *, watched: bool = True
) -> subprocess.CompletedProcess[str]:
    code = START.format(data=str(store.folder.parent), watched=watched, more=more)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )


def put(store: PackStore, tmp_path: Path, *, more: str = "", version: str = "1") -> str:
    made = make_pack(tmp_path / f"made-{version}", version=version)
    folder = store.folder / f"gpu-{version}"
    (folder / "torch").mkdir(parents=True)
    for name, data in torch_files("9.9+pack", more).items():
        (folder / name).write_bytes(data)
    shutil.copy(made / FILE, folder)
    return folder.name


def markers(store: PackStore) -> list[Path]:
    return list(store.folder.glob(f"{MARKER_PREFIX}*"))


def test_the_pack_that_is_switched_on_is_imported(store: PackStore, tmp_path: Path) -> None:
    store.use(put(store, tmp_path))
    done = start(store)
    assert done.stdout.split()[0] == "9.9+pack"
    assert str(store.folder) in done.stdout.split()[1]
    assert not markers(store)
    assert store.pointer.active == "gpu-1"


def test_without_a_pack_nothing_is_on_the_path(store: PackStore, tmp_path: Path) -> None:
    assert str(tmp_path) not in start(store, WITHOUT_PACK).stdout
    store.use(put(store, tmp_path))
    store.off()
    assert str(tmp_path) not in start(store, WITHOUT_PACK).stdout


def test_a_start_without_a_pack_imports_nothing_for_it(store: PackStore) -> None:
    code = "print([name for name in sys.modules if name.startswith('cowrite.packs.')])"
    assert start(store, code).stdout.strip() == "['cowrite.packs.at_start']"


def test_an_import_that_fails_switches_the_pack_off(store: PackStore, tmp_path: Path) -> None:
    store.use(put(store, tmp_path, more="raise OSError('no libcudart')"))
    assert "no libcudart" in start(store).stderr
    assert (store.pointer.active, store.pointer.trouble) == ("", Trouble.FAILED)
    assert not markers(store)
    assert str(tmp_path) not in start(store, WITHOUT_PACK).stdout


def test_a_pack_that_was_chosen_meanwhile_stays_switched_on(
    store: PackStore, tmp_path: Path
) -> None:
    put(store, tmp_path, version="2")
    choose = (
        "from cowrite.packs.store import PackStore\n"
        f"PackStore(__import__('pathlib').Path({str(store.folder)!r})).use('gpu-2')\n"
        "raise OSError('no libcudart')"
    )
    store.use(put(store, tmp_path, more=choose))
    assert "no libcudart" in start(store).stderr
    assert store.pointer.active == "gpu-2"


@pytest.mark.parametrize(
    "before", ["", "import importlib.util; importlib.util.find_spec('torch')\n"]
)
def test_a_process_that_ends_while_importing_switches_it_off(
    store: PackStore, tmp_path: Path, before: str
) -> None:
    """Also where somebody asked before where torch is, as the status line does."""
    store.use(put(store, tmp_path, more="import os; os.abort()"))
    assert start(store, before + IMPORT).returncode != 0
    assert len(markers(store)) == 1
    assert store.pointer.active == "gpu-1"
    assert str(tmp_path) not in start(store, WITHOUT_PACK).stdout
    assert (store.pointer.active, store.pointer.trouble) == ("", Trouble.ENDED)
    assert not markers(store)


@pytest.mark.parametrize("end", ["raise KeyboardInterrupt", LEAVE], ids=["interrupted", "left"])
def test_whoever_ends_it_meanwhile_does_not_switch_it_off(
    store: PackStore, tmp_path: Path, end: str
) -> None:
    store.use(put(store, tmp_path, more=end))
    start(store)
    assert not markers(store)
    assert str(tmp_path) in start(store, WITHOUT_PACK).stdout
    assert store.pointer.active == "gpu-1"


def test_a_process_that_may_be_killed_is_not_watched(store: PackStore, tmp_path: Path) -> None:
    store.use(put(store, tmp_path, more="import os; os.abort()"))
    start(store, watched=False)
    assert not markers(store)


def test_another_process_that_is_importing_is_left_alone(store: PackStore, tmp_path: Path) -> None:
    store.use(put(store, tmp_path, more="import sys; print('in', flush=True); sys.stdin.read()"))
    code = START.format(data=str(store.folder.parent), watched=True, more="import torch")
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as importing:
        assert importing.stdout is not None
        assert importing.stdin is not None
        importing.stdout.readline()
        assert str(tmp_path) in start(store, WITHOUT_PACK).stdout
        importing.stdin.close()
    assert store.pointer.active == "gpu-1"
    assert not markers(store)


def test_a_pack_that_was_changed_is_not_used(store: PackStore, tmp_path: Path) -> None:
    name = put(store, tmp_path)
    store.use(name)
    description = store.folder / name / FILE
    description.write_text(description.read_text("utf-8") + " ", "utf-8")
    assert str(tmp_path) not in start(store, WITHOUT_PACK).stdout
    shutil.rmtree(store.folder / name)
    assert start(store, WITHOUT_PACK).returncode == 0


@pytest.mark.skipif(
    os.name != "posix", reason="on Windows an open library cannot be deleted anyway"
)
def test_a_pack_in_use_is_held(store: PackStore, tmp_path: Path) -> None:
    store.use(put(store, tmp_path))
    more = (
        "from cowrite.packs.activation import in_use_file\n"
        "import subprocess\n"
        f"folder = Path({str(store.folder / 'gpu-1')!r})\n"
        "code = 'import sys; from pathlib import Path; from cowrite.settings.folder_lock import exclusive_lock\\n'\n"
        "code += 'with exclusive_lock(Path(sys.argv[1])): pass'\n"
        "print(subprocess.run([sys.executable, '-c', code, str(in_use_file(folder))], stderr=-3).returncode)"
    )
    assert start(store, more).stdout.strip() == "1"


@pytest.mark.parametrize("frozen", [True, False], ids=["packaged", "from-source"])
def test_a_package_keeps_the_bytecode_of_the_pack_only(
    store: PackStore, tmp_path: Path, *, frozen: bool
) -> None:
    name = put(store, tmp_path)
    store.use(name)
    before = f"import sys\nsys.dont_write_bytecode = True\nsys.frozen = {frozen}\n"
    code = before + START.format(data=str(store.folder.parent), watched=True, more="import torch")
    subprocess.run([sys.executable, "-c", code], timeout=120, check=True)
    assert (store.folder / name / "torch" / "__pycache__").exists() is frozen
