"""Which language a passage is in, by its script and its commonest words: enough to see that an answer left it.

A guess from function words (Grefenstette 1995, “Comparing two language identification schemes”), which needs no
dictionary and no model. It is silent rather than wrong: a few words, or words of two languages, have none.
"""

from __future__ import annotations

import re
from collections import Counter

from cowrite.localization import tr_noop

NAMES = {
    "en": tr_noop("English"),
    "de": tr_noop("German"),
    "fr": tr_noop("French"),
    "es": tr_noop("Spanish"),
    "it": tr_noop("Italian"),
    "pt": tr_noop("Portuguese"),
    "nl": tr_noop("Dutch"),
    "sv": tr_noop("Swedish"),
    "da": tr_noop("Danish"),
    "pl": tr_noop("Polish"),
    "cs": tr_noop("Czech"),
    "fi": tr_noop("Finnish"),
    "hu": tr_noop("Hungarian"),
    "tr": tr_noop("Turkish"),
    "zh": tr_noop("Chinese"),
    "ja": tr_noop("Japanese"),
    "ko": tr_noop("Korean"),
    "ru": tr_noop("Russian"),
    "el": tr_noop("Greek"),
    "ar": tr_noop("Arabic"),
    "he": tr_noop("Hebrew"),
    "th": tr_noop("Thai"),
    "hi": tr_noop("Hindi"),
}
"""What a language is called in English, by the first part of its tag."""
_REGIONS = {
    "en_GB": "British English",
    "en_US": "American English",
    "en_AU": "Australian English",
    "en_CA": "Canadian English",
    "pt_BR": "Brazilian Portuguese",
}
_COMMON = {
    "en": "the of and to in is was that it he she for his her with as had not but at by they you this are were have "
    "from my we which or be an been their there said what all would when if who will",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an er hat aus sie "
    "war bei wie nur noch aber ich wir ihr dass sind nach wird oder einen einem werden",
    "fr": "de la le et les des en un du une que est pour qui dans par il sur pas plus au ne se ce avec sont elle je "
    "son sa ses était mais nous vous cette aux leur être comme ont",
    "es": "de la que el en y los del se las por un para con no una su al lo como más pero sus le ya este porque esta "
    "entre era cuando muy sin sobre también me hasta hay donde quien",
    "it": "di che e il la un a per è in una non sono del si della le con i da lo nel al come più ma alla gli dei suo "
    "anche era dalla questo mi quando ha delle",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou "
    "quando muito nos já eu também só pelo pela até",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om die ook als maar door bij hij ze naar dan "
    "uit nog was werd haar heeft wordt over zich",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan hon "
    "när hans nu efter",
    "da": "og i at det er en til af på som de med for den ikke der var et han har jeg men hun om sig havde fra blev "
    "vil kunne skulle efter",
    "pl": "i w się na nie z do że to jest jak o za po co ale był przez dla od tak czy tym są jego jej gdy już było "
    "tylko może",
    "cs": "a se v na je že o s z do i to k ve pro za by ale si po jako podle byl jsou který jeho nebo jak při není",
    "fi": "ja on ei se että oli hän mutta niin kun ovat joka myös ole kuin olla sen mitä siitä vain minä hänen",
    "hu": "a az és hogy nem is egy ez volt van de meg csak azt már mint el ha volna még ki vagy fel neki",
    "tr": "ve bir bu da de için ile o çok ne gibi daha ama değil var ben olarak sonra kadar diye her onun",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "hi": re.compile("[\u0900-\u097f]"),
}
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_HITS = 3
_LEAST_LEAD = 1.5
_LEAST_SHARE = 0.12
"""Of the words; running text has 30 to 50 % of them."""


def guessed_language(text: str) -> str:
    """The first part of a tag, such as “en”; empty where the text does not tell."""
    letters = sum(map(str.isalpha, text))
    for language, script in _SCRIPTS.items():
        found = len(script.findall(text))
        # Japanese is half Chinese characters.
        if found > letters * (0.15 if language == "ja" else 0.5):
            return language
    words = Counter(each.lower() for each in _WORD.findall(text))
    hits = {
        language: sum(count for word, count in words.items() if word in common)
        for language, common in _WORDS.items()
    }
    best, *others = sorted(hits, key=lambda language: -hits[language])
    is_clear = hits[best] >= max(_FEWEST_HITS, _LEAST_LEAD * hits[others[0]])
    return best if is_clear and hits[best] >= _LEAST_SHARE * words.total() else ""


def language_name(tag: str) -> str:
    """What a language is called in English, such as “British English” for “en_GB”; empty where it has no name here."""
    tag = tag.replace("-", "_")
    return _REGIONS.get(tag) or NAMES.get(tag.partition("_")[0], "")


def tag_of(name: str) -> str:
    """The tag of a language that is called ``name`` in English, whatever its case; empty where there is none."""
    asked = name.strip().casefold()
    return next((tag for tag, known in NAMES.items() if known.casefold() in asked.split()), "")


def other_language(passage: str, answer: str, expected: str = "") -> str:
    """The name of the language of ``answer`` if it is not that of ``passage``, or not the ``expected`` one.

    Empty where it is, and where either does not tell.
    """
    right, found = expected or guessed_language(passage), guessed_language(answer)
    return NAMES[found] if right and found and found != right else ""
