"""What an EPUB has to hold, and EPUBCheck where it is installed."""

from __future__ import annotations

import io
import json
import posixpath
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

XHTML = "{http://www.w3.org/1999/xhtml}"
OPS = "{http://www.idpf.org/2007/ops}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Epub:
    """A book taken apart; :meth:`faults` says what is wrong with it."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._first = archive.infolist()[0]
            self.files = {
                name.removeprefix("EPUB/"): archive.read(name) for name in archive.namelist()
            }
            self.count = len(archive.namelist())
        self.trees: dict[str, Any] = {
            name: etree.fromstring(data)
            for name, data in self.files.items()
            if name.endswith((".xhtml", ".opf", ".ncx", ".xml"))
        }
        self.package = self.trees["package.opf"]
        items = self.package.iter(OPF + "item")
        self.items = {each.get("id"): each for each in items}
        self.spine = [
            self.items[each.get("idref")].get("href") for each in self.package.iter(OPF + "itemref")
        ]
        self._faults: list[str] = []

    def said(self, name: str) -> list[str]:
        """What the package says: ``title``, ``creator``."""
        return [each.text for each in self.package.iter(DC + name)]

    def entries(self) -> list[tuple[int, str]]:
        """The table of contents: how deep, and which words."""
        nav = self.trees["nav.xhtml"].find(f".//{XHTML}nav")
        return [
            (len(list(each.iterancestors(XHTML + "ol"))), "".join(each.itertext()))
            for each in nav.iter(XHTML + "a")
        ]

    def page_texts(self) -> list[str]:
        """The words of each page, in the order in which they are read."""
        bodies = (self.trees[name].find(XHTML + "body") for name in self.spine)
        return ["".join(body.itertext()) for body in bodies]

    def faults(self) -> list[str]:
        """Sentences; none for a good book."""
        self._faults = []
        if self._first.filename != "mimetype" or self._first.compress_type != zipfile.ZIP_STORED:
            self._faults.append("no mimetype at the beginning")
        if self.count != len(self.files):
            self._faults.append("a name comes twice")
        manifest = [each.get("href") for each in self.items.values()]
        others = {"mimetype", "META-INF/container.xml", "package.opf"}
        if sorted(manifest) != sorted(set(self.files) - others):
            self._faults.append(f"the manifest says {manifest}")
        language = self.said("language")
        for name, tree in self.trees.items():
            if name.endswith(".xhtml"):
                self._check_page(name, tree, language[0])
        self._check_contents()
        return self._faults

    def _check_page(self, name: str, tree: Any, language: str) -> None:
        if [tree.get(_LANG), tree.get("lang")] != [language, language]:
            self._faults.append(f"{name} is in {tree.get(_LANG)}")
        if not (tree.findtext(f".//{XHTML}title") or "").strip():
            self._faults.append(f"{name} has no title")
        ids = [each.get("id") for each in tree.iter() if each.get("id")]
        if len(set(ids)) != len(ids):
            self._faults.append(f"{name}: an id comes twice")
        for element in tree.iter(XHTML + "a", XHTML + "img"):
            address = element.get("href") or element.get("src")
            if ":" not in address:
                self._check_address(name, address)

    def _check_address(self, name: str, address: str) -> None:
        path, _, place = address.partition("#")
        target = posixpath.join(posixpath.dirname(name), path) if path else name
        if target not in self.files:
            self._faults.append(f"{name}: {address} is missing")
        elif place and not any(each.get("id") == place for each in self.trees[target].iter()):
            self._faults.append(f"{name}: nothing is called {address}")

    def _check_contents(self) -> None:
        if any(not words.strip() for _, words in self.entries()) or not self.entries():
            self._faults.append("an entry without a word")
        ncx = self.trees["toc.ncx"]
        old = [each.findtext(f"{NCX}navLabel/{NCX}text") for each in ncx.iter(NCX + "navPoint")]
        if old != [words for _, words in self.entries()]:
            self._faults.append("the two tables of contents differ")
        for each in ncx.iter(NCX + "content"):
            self._check_address("toc.ncx", each.get("src"))


def epub_faults(data: bytes) -> list[str]:
    """What is wrong with a book."""
    return Epub(data).faults()


def epubcheck() -> list[str] | None:
    """The command that runs EPUBCheck, or None where there is none."""
    program, java = shutil.which("epubcheck"), shutil.which("java")
    if program is None:
        return None
    with Path(program).open("rb") as file:
        is_archive = (
            file.read(2) == b"PK"
        )  # Debian's is a JAR file that its kernel knows how to start
    if not is_archive:
        return [program]
    return [java, "-jar", program] if java is not None else None


def epubcheck_faults(command: list[str], folder: Path) -> list[str]:
    """What EPUBCheck says of all books in ``folder``."""
    found: list[str] = []
    for book in sorted(folder.glob("*.epub")):
        done = subprocess.run(
            [*command, str(book), "--json", "-"], capture_output=True, text=True, timeout=120
        )
        report = json.loads(done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1])
        found += [f"{book.name}: {each['ID']} {each['message']}" for each in report["messages"]]
    return found
