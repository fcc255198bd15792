"""English words that are right although the dictionaries do not know them: rare ones, and what comes with accents.

The list (SCOWL, see ``packaging/english_words.py``) is kept as its bytes and searched by bisection: as Python strings
it would take thirty times the memory.
"""

from __future__ import annotations

import gzip
from enum import Enum
from functools import cache

from cowrite.settings.resources import resource_path

REGIONS = {"en_GB": "b", "en_US": "a"}

ACCENTED = frozenset(
    """
    naïve naïvely naïveté naïvety café cafés façade façades résumé résumés résumé's cliché clichés clichéd fiancé fiancés fiancée
    fiancées protégé protégés protégée protégées passé outré soirée soirées matinée matinées entrée entrées née décor crème brûlée
    déjà vu voilà à la papier-mâché mâché doppelgänger über touché sauté sautéed sautés purée purées consommé rosé attaché
    attachés communiqué communiqués coup d'état état émigré émigrés roué roués blasé risqué recherché macramé lamé appliqué
    jalapeño jalapeños piñata piñatas señor señora señorita señors mañana smörgåsbord château châteaux châtelaine tête-à-tête
    tête bête noire pâté pâtés rôle rôles hôtel crêpe crêpes fête fêtes fêted raison d'être être vis-à-vis éclair éclairs éclat
    élan élite élites étude études coöperate coöperation coördinate reëlect preëminent zoölogy naïf façon garçon
    garçons soupçon aperçu aperçus Provençal Curaçao Noël Zoë Chloë Brontë Brontës Renée André José Beyoncé Dalí Márquez Gödel
    Schrödinger Möbius Köln München Zürich São Bogotá Perú México Québec Montréal Mallarmé Cézanne Molière Rhône Champs-Élysées
    læstrygonian encyclopædia mediæval æther æsthetic æsthetics æsthetic's archæology dæmon dæmons fœtus manœuvre manœuvres
    œuvre œuvres hors d'œuvre Æsop Cæsar Cæsar's Phœnix phœnix Boötes façades négligé négligée pied-à-terre
    déclassé décolletage décolleté dénouement dénouements divorcé divorcée divorcées exposé exposés habitué habitués précis
    première premières régime régimes séance séances vicuña voilà éminence grise
    """.split()
)
"""English words that are written with accents; the dictionary of en_US knows them without."""

KNOWN = frozenset(
    """
    ok okay okayed email emails blog blogs online website websites smartphone smartphones selfie selfies app apps wifi
    google googled texted texting vs etc et al mr mrs ms dr st nd rd th jr sr esq messrs mme mlle
    topsy-turvy hocus-pocus bric-a-brac hurdy-gurdy willy-nilly
    """.split()
)
PREFIXES = frozenset(
    """
    anti arch auto bi bio co counter cross de demi dis eco electro ex extra half hyper infra inter intra macro mal mega meta micro mid
    mini mis mono multi nano neo neuro non omni out over pan para photo poly post pre pro proto pseudo psycho quasi re semi
    sino socio sub super supra techno tele trans tri twenty ultra un under uni vice topsy hurdy bric mumbo hocus
    """.split()
)
"""What stands before a hyphen and is no word alone."""


class Rarity(Enum):
    """How sure it is that a word of the list was meant."""

    UNKNOWN = 0
    RARE = 1
    VERY_RARE = 2


class RareWords:
    """The list as one region has it: ``region`` is “a” (American) or “b” (British)."""

    def __init__(self, data: bytes, region: str) -> None:
        self._data = data
        self._region = region.encode()

    def rarity(self, word: str) -> Rarity:
        """Whether, and how surely, ``word`` is on it."""
        flags = self._flags(word.encode("utf-8", "replace"))
        if self._region not in flags:
            return Rarity.UNKNOWN
        return Rarity.RARE if flags.endswith(b"1") else Rarity.VERY_RARE

    def _flags(self, wanted: bytes) -> bytes:
        data, low, high = self._data, 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            end = data.find(b"\n", start)
            end = len(data) if end < 0 else end
            word, _, flags = data[start:end].partition(b"/")
            if word == wanted:
                return flags
            if word < wanted:
                low = end + 1
            else:
                high = start
        return b""


@cache
def _english() -> bytes:
    return gzip.decompress((resource_path("spelling") / "english_words.txt.gz").read_bytes())


def rare_words(language: str) -> RareWords | None:
    """The list for ``language``; None if there is none."""
    if language.partition("_")[0] != "en":
        return None
    return RareWords(_english(), REGIONS.get(language, "b"))
