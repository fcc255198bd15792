"""Files of every encoding, with every line end, byte order mark and beginning that editors and people give them."""

from __future__ import annotations

import codecs
import random
from dataclasses import dataclass

from cowrite.documents.encodings import NAMES

BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
FRONT_MATTER = (
    "",
    "---\ntitle: “A lion”\ntags: [one, two]\n---\n\n",
    "+++\ntitle = 'A lion'\n+++\n",
    "---\n---\n",
    "% The lion\n% Somebody\n\n",
    "<!-- a note to oneself -->\n",
)
ENDS = ("\n", "\r\n", "\r")
PARTS = (
    "The lion slept in the tall grass.",
    "# A heading",
    "",
    "\t indented \t",
    "Trailing spaces  ",
    "* * *",
    "“Yes,” she said.",
    "Été à Besançon, où l’on rêvait.",
    "Straße, Mädchen, größer",
    "Пришла весна, и всё изменилось.",
    "Ήταν αργά το βράδυ.",
    "夜深了,狮子还在睡觉。",
    "夜が更けた。ライオンは眠っていた。",
    "늦은 밤이었다.",
    "היה מאוחר בלילה",
    "كان الوقت متأخرا",
    "Żółć i gęś",
    "ağaç, ışık",
    "a no-break space\u00a0here",
    "soft\u00adhyphen",
    "a family 👨‍👩‍👧 and a 🦁",
    "e\u0301 and é",
    "~`[]{}|\\",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedFile:
    """``encoding`` is the one it was written in, with what it has no place for left out."""

    encoding: str
    data: bytes


def generated_file(number: int, seed: int = 0) -> GeneratedFile:
    """The file of that number: each encoding in turn, the rest by chance."""
    encodings = tuple(NAMES)
    encoding = encodings[number % len(encodings)]
    chance = random.Random(f"{seed} {number}")
    ends = ENDS if chance.random() < 0.15 else (chance.choice(ENDS),)
    lines = [chance.choice(PARTS) for _ in range(chance.choice((0, 1, 2, 5, 20)))]
    text = "".join(line + chance.choice(ends) for line in lines)
    if text and chance.random() < 0.4:  # the last line has no end
        text = text.rstrip("\r\n")
    front = chance.choice(FRONT_MATTER).replace("\n", ends[0])
    data = (front + text).encode(encoding, "ignore")
    bom = BOMS.get(encoding)
    if bom is not None and (encoding != "utf-8" or chance.random() < 0.3):
        data = bom + data
    return GeneratedFile(encoding=encoding, data=data)
