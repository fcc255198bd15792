"""A published model gets onto this machine: each way to stop leaves a part to go on from, and no half model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_up_model import PretendTools, write_model
from support import file_server as ways
from support.file_server import FileServer, serving
from support.hub_server import COMMIT, files_of, publish

from cowrite.base.errors import UserError
from cowrite.downloads.cancellation import DownloadCancelledError
from cowrite.downloads.network import Network
from cowrite.models.catalogue import CatalogueEntry, RepositorySource
from cowrite.models.installation import Installation, Wanted
from cowrite.models.progress import InstallPhase, InstallProgress
from cowrite.models.staging import LOCK
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths

IMPATIENT = Network(silence_s=2, attempts=2, first_wait_s=0.01, longest_wait_s=0.01)
TINY = RepositorySource(id="acme/Tiny-1B")
WEIGHTS = f"acme/Tiny-1B/resolve/{COMMIT}/model.safetensors"
ENTRY = CatalogueEntry(
    id="tiny", name="Tiny", description="Small.", licence="MIT", parameters=9, repository=TINY
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FileServer]:
    with serving() as server:
        files = files_of(write_model(tmp_path / "published", README__md=b"words"))
        publish(server, TINY.id, files | {"model.bin": b"a pickle"})
        yield server


@pytest.fixture
def store(paths: Paths) -> ModelStore:
    return ModelStore(paths.models_dir)


Make = Callable[..., Installation]


@pytest.fixture
def make(hub: FileServer, paths: Paths, store: ModelStore, pretend: PretendTools) -> Make:
    def installation(wanted: Wanted | None = None, **options: object) -> Installation:
        wanted = wanted or Wanted(source=TINY)
        options = {"mirror": hub.url(""), "network": IMPATIENT} | options
        return Installation(wanted, paths, store, pretend.tools(), **options)  # type: ignore[arg-type]

    return installation


def left(paths: Paths) -> set[str]:
    folder = paths.downloads_dir / "models"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_a_repository_becomes_a_model(make: Make, store: ModelStore, paths: Paths):
    heard: list[InstallProgress] = []
    installation = make(on_progress=heard.append)
    model = installation.run()
    assert store.verify(model.id) == model
    assert (model.id, model.manifest.name) == ("tiny-1b", "Tiny-1B")
    assert (model.manifest.source, model.manifest.licence) == (f"acme/Tiny-1B@{COMMIT}", "mit")
    phases = list(dict.fromkeys(each.phase for each in heard))
    assert phases == [*installation.steps, InstallPhase.DONE]
    assert [each.fraction for each in heard] == sorted(each.fraction for each in heard)
    assert left(paths) == set()


def test_the_catalogue_says_what_it_is_called(make: Make, store: ModelStore):
    make(Wanted.of(ENTRY)).run()
    found = store.get("tiny").manifest
    assert (found.name, found.licence) == ("Tiny", "MIT")


def test_the_same_repository_again_replaces_it(make: Make, store: ModelStore):
    make().run()
    make(reserved_ids=["tiny-1b"]).run()
    assert store.ids() == ["tiny-1b"]


def test_an_id_of_the_catalogue_is_not_taken(make: Make):
    assert make(reserved_ids=["tiny-1b"]).run().id == "tiny-1b-2"


def test_what_was_begun_is_gone_on_with_in_the_same_state(
    make: Make, hub: FileServer, paths: Paths
):
    hub.ways[WEIGHTS] = [ways.breaks_after(10), *[ways.status(503)] * 3]
    with pytest.raises(UserError, match="has a problem"):
        make().run()
    assert left(paths) == {"acme--Tiny-1B", "acme--Tiny-1B.json"}
    assert make().arrived_bytes > 10
    hub.ways[WEIGHTS] = []
    publish(hub, TINY.id, {}, commit="d" * 40)  # the publisher goes on meanwhile
    hub.asked.clear()
    assert make().run().manifest.source.endswith(COMMIT)
    assert hub.starts(WEIGHTS) == [10]
    assert left(paths) == set()


@pytest.mark.parametrize("step", ["prove", "measure"])
def test_cancelled_at_any_step_there_is_only_what_was_downloaded(
    make: Make, store: ModelStore, paths: Paths, pretend: PretendTools, step: str
):
    installation = make()
    pretend.before[step] = installation.cancel
    with pytest.raises(DownloadCancelledError):
        installation.run()
    assert store.ids() == []
    assert {path.name for path in store.folder.iterdir()} == {LOCK}
    again = make()
    assert again.arrived_bytes > 0
    again.discard()
    assert left(paths) == set()


@pytest.mark.parametrize("ending", ["cancel", "interrupt"])
def test_an_exam_is_skipped_and_the_model_stays(
    make: Make, store: ModelStore, paths: Paths, pretend: PretendTools, ending: str
):
    heard: list[InstallProgress] = []
    installation = make(on_progress=heard.append)

    def interrupt() -> None:
        raise KeyboardInterrupt

    pretend.before["examine"] = installation.cancel if ending == "cancel" else interrupt
    model = installation.run()
    assert store.verify(model.id) == model
    assert heard[-1].phase is InstallPhase.DONE
    assert "skipped" in heard[-1].note
    assert left(paths) == set()


def test_what_is_downloaded_is_gone_before_the_exam(
    make: Make, paths: Paths, pretend: PretendTools
):
    seen: list[set[str]] = []
    pretend.before["examine"] = lambda: seen.append(left(paths))
    make().run()
    assert seen == [set()]


def test_cancelled_before_it_asks_nobody(make: Make, hub: FileServer):
    installation = make()
    installation.cancel()
    with pytest.raises(DownloadCancelledError):
        installation.run()
    assert not hub.asked


def test_a_kind_that_is_not_known_is_not_downloaded(
    make: Make, hub: FileServer, tmp_path: Path, paths: Paths
):
    config = b'{"architectures": ["MambaForCausalLM"], "model_type": "mamba"}'
    publish(hub, TINY.id, files_of(write_model(tmp_path / "other", config__json=config)))
    with pytest.raises(UserError, match="does not support"):
        make().run()
    assert not hub.starts(WEIGHTS)
    assert left(paths) == set()


def test_too_little_memory_is_said_before(make: Make, hub: FileServer, pretend: PretendTools):
    pretend.free_memory = 1
    with pytest.raises(UserError, match="free memory"):
        make().run()
    assert not hub.starts(WEIGHTS)


def test_wrong_weights_become_no_model(make: Make, hub: FileServer, store: ModelStore):
    hub.ways[WEIGHTS] = [ways.other_bytes] * 9
    with pytest.raises(UserError, match="damaged"):
        make().run()
    assert store.ids() == []


def test_an_entry_of_a_package_is_no_repository(entry: CatalogueEntry):
    with pytest.raises(ValueError, match="repository"):
        Wanted.of(entry)


def test_a_folder_that_cannot_be_made_is_said_and_nothing_is_fetched(
    make: Make, hub: FileServer, paths: Paths
):
    paths.downloads_dir.mkdir(parents=True)
    (paths.downloads_dir / "models").write_text("in the way")
    with pytest.raises(UserError, match="could not be installed"):
        make().run()
    assert not hub.starts(WEIGHTS)
