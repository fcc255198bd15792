"""What Word insists on and other programs forgive: order of elements, ids, relationships, styles, numbering."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import Counter
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"

# The children of each element in the order of the schema (ISO/IEC 29500-1, annex A.1).
_ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss "
    "imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd "
    "fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p tbl",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "styles": "docDefaults latentStyles style",
    "docDefaults": "rPrDefault pPrDefault",
    "tblStylePr": "pPr rPr tblPr trPr tcPr",
    "numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
    "abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "num": "abstractNumId lvlOverride",
    "numPr": "ilvl numId",
    "settings": "writeProtection view zoom removePersonalInformation mirrorMargins trackRevisions defaultTabStop "
    "autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps characterSpacingControl footnotePr "
    "endnotePr compat rsids themeFontLang decimalSymbol listSeparator",
    "font": "altName panose1 charset family notTrueType pitch sig",
    "pBdr": "top left bottom right between bar",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
}
_RUN_PLACES = ("p", "hyperlink", "ins", "del")
_ON_OFF = (
    "b",
    "bCs",
    "i",
    "iCs",
    "strike",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "bidi",
    "rtl",
    "titlePg",
)


class Docx:
    """A DOCX file taken apart; :meth:`faults` says what Word would stumble over."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.names = archive.namelist()
            self.files = {name: archive.read(name) for name in self.names}
        self.trees: dict[str, Any] = {
            name: etree.fromstring(data)
            for name, data in self.files.items()
            if name.endswith((".xml", ".rels"))
        }
        self._faults: list[str] = []

    def all(self, part: str, tag: str) -> list[Any]:
        """All elements ``w:tag`` of a part, in order."""
        tree = self.trees.get(f"word/{part}.xml")
        return list(tree.iter(W + tag)) if tree is not None else []

    def faults(self) -> list[str]:
        """Sentences; none for a file that Word opens."""
        self._faults = []
        if len(set(self.names)) != len(self.names) or self.names[0] != "[Content_Types].xml":
            self._faults.append(f"names of parts: {self.names}")
        self._check_types()
        for name, tree in self.trees.items():
            if name.startswith("word/") and name.endswith(".xml"):
                self._check_relationships(name, tree)
                self._check_order(name, tree)
                self._check_texts(name, tree)
        self._check_ids()
        self._check_styles()
        self._check_numbering()
        self._check_notes()
        self._check_body()
        return self._faults

    def _check_types(self) -> None:
        types = self.trees["[Content_Types].xml"]
        endings = {each.get("Extension") for each in types.iter(_TYPES + "Default")}
        parts = {each.get("PartName") for each in types.iter(_TYPES + "Override")}
        for name in self.names[1:]:
            if f"/{name}" not in parts and name.rpartition(".")[2] not in endings:
                self._faults.append(f"{name} has no content type")
            if name.startswith("word/") and name.endswith(".xml") and f"/{name}" not in parts:
                self._faults.append(f"{name} is of no kind")
        self._faults += [f"{part} is missing" for part in parts if part[1:] not in self.names]

    def _check_relationships(self, name: str, tree: Any) -> None:
        folder, base = posixpath.split(name)
        rows = self.trees.get(f"{folder}/_rels/{base}.rels")
        known = {} if rows is None else {each.get("Id"): each for each in rows}
        if len(known) != (0 if rows is None else len(rows)):
            self._faults.append(f"an id comes twice in the relationships of {name}")
        used = set()
        for element in tree.iter():
            for key, value in element.attrib.items():
                if key.startswith(_R):
                    used.add(value)
                    if value not in known:
                        self._faults.append(f"{name}: {value} leads nowhere")
        for number, row in known.items():
            target = row.get("Target")
            if row.get("TargetMode") == "External":
                if number not in used:
                    self._faults.append(f"{name}: {number} is used by nobody")
            elif posixpath.join(folder, target) not in self.names:
                self._faults.append(f"{name}: {target} is missing")

    def _check_order(self, name: str, tree: Any) -> None:
        for element in tree.iter():
            order = _ORDERS.get(element.tag.removeprefix(W)) if element.tag.startswith(W) else None
            if order is None:
                continue
            words = order.split()
            children = [child.tag.removeprefix(W) for child in element]
            unknown = [child for child in children if child not in words]
            places = [words.index(child) for child in children if child in words]
            if unknown or places != sorted(places):
                if element.tag == W + "tc":
                    continue
                self._faults.append(f"{name}: {element.tag.removeprefix(W)} holds {children}")
            once = element.tag.removeprefix(W) in ("pPr", "rPr", "tblPr", "sectPr", "tcPr")
            if once and len(set(children)) != len(children):
                self._faults.append(f"{name}: twice in {element.tag.removeprefix(W)}: {children}")
        for tag in ("pPr", "rPr", "tblPr", "tcPr", "trPr"):
            for element in tree.iter(W + tag):
                parent = element.getparent()
                if parent.tag in (W + "style", W + "lvl", W + "tblStylePr", W + "pPr"):
                    continue
                if parent.index(element) != 0:
                    self._faults.append(f"{name}: {tag} is not the first in its parent")

    def _check_texts(self, name: str, tree: Any) -> None:
        for run in tree.iter(W + "r"):
            place = run.getparent().tag.removeprefix(W)
            if place not in _RUN_PLACES:
                self._faults.append(f"{name}: a run in {place}")
            is_deleted = any(each.tag == W + "del" for each in run.iterancestors())
            wrong = "t" if is_deleted else "delText"
            if run.find(W + wrong) is not None:
                self._faults.append(f"{name}: {wrong} where the text is deleted: {is_deleted}")
        for tag in ("t", "delText"):
            for text in tree.iter(W + tag):
                bare = (text.text or "").strip(" ") == (text.text or "")
                space = text.get("{http://www.w3.org/XML/1998/namespace}space")
                if not text.text or (not bare and space != "preserve"):
                    self._faults.append(f"{name}: a text that loses blanks: {text.text!r}")
        for tag in _ON_OFF:
            for element in tree.iter(W + tag):
                if element.get(W + "val", "1") not in ("0", "1"):
                    self._faults.append(f"{name}: {tag} is {element.get(W + 'val')}")

    def _check_ids(self) -> None:
        trees = [tree for name, tree in self.trees.items() if name.startswith("word/")]
        for tags in ((_WP + "docPr",), (W + "ins", W + "del"), (W + "bookmarkStart",)):
            key = "id" if tags[0].startswith(_WP) else W + "id"
            found = Counter(
                each.get(key) for tree in trees for tag in tags for each in tree.iter(tag)
            )
            self._faults += [
                f"{tags}: the id {each} comes {n} times" for each, n in found.items() if n > 1
            ]
        bookmarks = [each.get(W + "name") for each in self.all("document", "bookmarkStart")]
        if len(set(bookmarks)) != len(bookmarks):
            self._faults.append(f"bookmarks: {bookmarks}")
        for link in self.all("document", "hyperlink") + self.all("footnotes", "hyperlink"):
            anchor = link.get(W + "anchor")
            if anchor is not None and (anchor not in bookmarks or len(anchor) > 40):
                self._faults.append(f"a link leads to {anchor}")
            if anchor is None and link.get(_R + "id") is None:
                self._faults.append("a link without an address")
        for change in self.all("document", "ins") + self.all("document", "del"):
            if not change.get(W + "author"):
                self._faults.append("a change of nobody")

    def _check_styles(self) -> None:
        styles = {each.get(W + "styleId"): each for each in self.all("styles", "style")}
        if len(styles) != len(self.all("styles", "style")):
            self._faults.append("a style comes twice")
        kinds = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table"}
        for tag, kind in kinds.items():
            for part in ("document", "footnotes", "header1", "footer1", "numbering"):
                for each in self.all(part, tag):
                    style = styles.get(each.get(W + "val"))
                    if style is None or style.get(W + "type") != kind:
                        self._faults.append(f"{part}: no style {each.get(W + 'val')}")
        for style in styles.values():
            for tag in ("basedOn", "next", "link"):
                other = style.find(W + tag)
                if other is not None and other.get(W + "val") not in styles:
                    self._faults.append(f"no style {other.get(W + 'val')}")

    def _check_numbering(self) -> None:
        abstract = {each.get(W + "abstractNumId") for each in self.all("numbering", "abstractNum")}
        numbers = {each.get(W + "numId") for each in self.all("numbering", "num")}
        for each in self.all("numbering", "num"):
            if each.find(W + "abstractNumId").get(W + "val") not in abstract:
                self._faults.append("a list of no kind")
        for part in ("document", "footnotes"):
            for each in self.all(part, "numPr"):
                level, number = each.find(W + "ilvl"), each.find(W + "numId")
                if number.get(W + "val") not in numbers or not 0 <= int(level.get(W + "val")) <= 8:
                    self._faults.append(f"{part}: list {number.get(W + 'val')}")

    def _check_notes(self) -> None:
        notes = self.all("footnotes", "footnote")
        ids = [each.get(W + "id") for each in notes]
        if len(set(ids)) != len(ids) or (ids and ids[:2] != ["-1", "0"]):
            self._faults.append(f"notes: {ids}")
        used = [each.get(W + "id") for each in self.all("document", "footnoteReference")]
        if used != ids[2:]:
            self._faults.append(f"notes {ids[2:]}, named {used}")
        if self.all("footnotes", "footnoteReference"):
            self._faults.append("a note in a note")
        for note in notes[2:]:
            signs = list(note.iter(W + "footnoteRef"))
            first = note[0]
            if len(signs) != 1 or first.tag != W + "p" or signs[0] not in list(first.iter()):
                self._faults.append("a note without its sign at the beginning")
        named = [
            each.get(W + "id")
            for outer in self.all("settings", "footnotePr")
            for each in outer.iter(W + "footnote")
        ]
        if named != ids[:2]:
            self._faults.append(f"settings name the notes {named}")

    def _check_body(self) -> None:
        body = self.trees["word/document.xml"][0]
        if body[-1].tag != W + "sectPr":
            self._faults.append("the body does not end with its section")
        for part in ("document", "footnotes"):
            for table in self.all(part, "tbl"):
                after = table.getnext()
                if after is None or after.tag != W + "p":
                    self._faults.append("a table without a paragraph behind it")
                columns = len(table.find(W + "tblGrid"))
                for row in table.iter(W + "tr"):
                    if len(row.findall(W + "tc")) != columns:
                        self._faults.append("a row that is too short or too long")
            for cell in self.all(part, "tc"):
                if cell[-1].tag != W + "p":
                    self._faults.append("a cell that ends with no paragraph")


def docx_faults(data: bytes) -> list[str]:
    """What Word would stumble over in a file."""
    return Docx(data).faults()
