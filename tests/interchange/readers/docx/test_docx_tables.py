"""Tables, merged cells, tables in tables."""

from __future__ import annotations

from support.docx_files import lines, par, run, said


def cell(*paragraphs: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(map(par, paragraphs))}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def test_rows_and_cells() -> None:
    body = table(
        row(cell(run("Day", "<w:b/>")), cell("Tide")),
        row(cell("Mon"), cell("high|low", "then high")),
        row(cell("")),
    )
    assert lines(body) == ["row <b>Day</b> | Tide", "row Mon | high|low<br>then high", "row  | "]


def test_merged_cells_are_said() -> None:
    body = table(
        row(cell("wide", properties='<w:gridSpan w:val="2"/>'), cell("c")),
        row(cell("tall", properties='<w:vMerge w:val="restart"/>'), cell("b"), cell("c")),
        row(cell("", properties="<w:vMerge/>"), cell("b2"), cell("c2")),
        row(cell("late"), properties='<w:gridBefore w:val="1"/>'),
    )
    assert lines(body) == [
        "row wide |  | c",
        "row tall | b | c",
        "row  | b2 | c2",
        "row  | late | ",
    ]
    assert any("merged" in each for each in said(body))


def test_rows_and_cells_in_what_stands_around_them() -> None:
    controlled = f"<w:sdt><w:sdtContent>{cell('a')}</w:sdtContent></w:sdt>"
    first = f"<w:sdt><w:sdtContent>{row(controlled, cell('b'))}</w:sdtContent></w:sdt>"
    body = f"<w:tbl>{first}<w:customXml>{row(cell('c'), cell('d'))}</w:customXml></w:tbl>"
    assert lines(body) == ["row a | b", "row c | d"]


def test_a_table_in_a_table_keeps_its_text_and_is_said() -> None:
    inner = table(row(cell("x"), cell("y")))
    body = table(row(f"<w:tc>{par('a')}{inner}{par('')}</w:tc>", cell("b")))
    assert lines(body) == ["row a<br>x y | b"]
    assert any("table in a table" in each for each in said(body))


def test_one_cell_is_but_a_frame() -> None:
    heading = par("Come.", '<w:outlineLvl w:val="1"/>')
    body = table(row(f"<w:tc>{par('Dear,')}{heading}</w:tc>"))
    assert lines(body) == ["p Dear,", "h2 Come."]


def test_one_cell_with_one_paragraph_is_a_table() -> None:
    assert lines(table(row(cell("Only.")))) == ["row Only."]
