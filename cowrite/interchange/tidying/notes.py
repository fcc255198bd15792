"""The canonical form of a whole manuscript: its blocks, the notes in their order, what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    Manuscript,
    Metadata,
    NoteReference,
    Paragraph,
    Picture,
    Quotation,
    Table,
)
from cowrite.interchange.tidying.blocks import tidy_blocks
from cowrite.interchange.tidying.characters import (
    cleaned,
    label_of,
    phrase,
    picture_source,
)


def tidy(manuscript: Manuscript) -> Manuscript:
    """The same manuscript in its canonical form."""
    blocks, written = _with_own_labels(manuscript)
    notes = {label: tidy_blocks(note) for label, note in written.items()}
    blocks = tidy_blocks(blocks)
    while lost := {label for each in (blocks, *notes.values()) for label in _labels(each)} - {
        label for label, note in notes.items() if note
    }:
        # A note without a word goes, and then perhaps the paragraph that held nothing but its number.
        notes = {label: _without(note, lost) for label, note in notes.items() if note}
        blocks = _without(blocks, lost)
    notes = _in_order(blocks, {label: note for label, note in notes.items() if note})
    shown = {each.source for part in (blocks, *notes.values()) for each in _pictures(part)}
    pictures = {picture_source(name): data for name, data in manuscript.pictures.items()}
    return Manuscript(
        blocks,
        notes,
        _metadata(manuscript.metadata),
        {name: data for name, data in pictures.items() if name in shown},
    )


def _metadata(metadata: Metadata) -> Metadata:
    return Metadata(
        phrase(metadata.title),
        phrase(metadata.author),
        phrase(metadata.language),
        tuple(cleaned(line).rstrip() for line in metadata.front_matter),
    )


def _with_own_labels(manuscript: Manuscript) -> tuple[Blocks, dict[str, Blocks]]:
    """Two labels that would be written alike get different ones."""
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for label in manuscript.notes:
        plain, number = label_of(label), 2
        while plain in taken:
            plain, number = f"{label_of(label)}-{number}", number + 1
        taken.add(plain)
        renamed[label] = plain
    if all(label == plain for label, plain in renamed.items()):
        return manuscript.blocks, manuscript.notes

    def rename(each: Inline) -> Inline:
        if isinstance(each, NoteReference):
            return replace(each, label=renamed.get(each.label, each.label))
        return each

    notes = {
        renamed[label]: changed_blocks(note, rename) for label, note in manuscript.notes.items()
    }
    return changed_blocks(manuscript.blocks, rename), notes


def _without(blocks: Blocks, labels: set[str]) -> Blocks:
    def drop(each: Inline) -> Inline | None:
        return None if isinstance(each, NoteReference) and each.label in labels else each

    return tidy_blocks(changed_blocks(blocks, drop))


def _in_order(blocks: Blocks, notes: dict[str, Blocks]) -> dict[str, Blocks]:
    """By their first references, those within notes after those in the text; then the ones that nothing refers to."""
    order = list(dict.fromkeys(_labels(blocks)))
    for label in order:  # grows while it is walked
        order += [each for each in dict.fromkeys(_labels(notes[label])) if each not in order]
    return {label: notes[label] for label in dict.fromkeys((*order, *notes))}


def _labels(blocks: Iterable[Block]) -> Iterator[str]:
    for content in contents(blocks):
        for each in content:
            if isinstance(each, NoteReference):
                yield each.label


def _pictures(blocks: Iterable[Block]) -> Iterator[Picture]:
    for content in contents(blocks):
        for each in content:
            if isinstance(each, Picture):
                yield each


def contents(blocks: Iterable[Block]) -> Iterator[Inlines]:
    """What stands in each paragraph, heading and cell, in order."""
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield block.content
            case Quotation():
                yield from contents(block.blocks)
            case ListBlock():
                for item in block.items:
                    yield from contents(item)
            case Table():
                for row in block.rows:
                    yield from row


def changed_blocks(blocks: Iterable[Block], change: Callable[[Inline], Inline | None]) -> Blocks:
    """The blocks with ``change`` of each piece; None leaves it out."""

    def changed(content: Inlines) -> Inlines:
        return tuple(new for each in content if (new := change(each)) is not None)

    def block_of(block: Block) -> Block:
        match block:
            case Paragraph():
                return Paragraph(changed(block.content), block.end)
            case Heading():
                return Heading(block.level, changed(block.content), block.end)
            case Quotation():
                return Quotation(changed_blocks(block.blocks, change))
            case ListBlock():
                items = tuple(changed_blocks(item, change) for item in block.items)
                return ListBlock(items, block.first)
            case Table():
                rows = tuple(tuple(changed(cell) for cell in row) for row in block.rows)
                return Table(rows, block.has_head)
        return block

    return tuple(block_of(block) for block in blocks)
