"""An encoding that is not said is guessed, and said to be a guess."""

from __future__ import annotations

import codecs

import pytest

from cowrite.base.errors import UserError
from cowrite.documents.encoding_detection.guess import distinct, guess_encoding
from cowrite.documents.encoding_detection.odd_words import oddness
from cowrite.documents.text_codec import Certainty, decode, encode, likely_encodings

RUSSIAN = "Вчера вечером мы долго сидели на крыльце и слушали, как дождь стучит по старой крыше.\n"
JAPANESE = "昨日の夕方、私たちは長いあいだ縁側に座って、古い屋根を打つ雨の音を聞いていた。\n"
TEXTS = [
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8_r"),
    (RUSSIAN, "cp866"),
    (RUSSIAN, "iso8859_5"),
    (RUSSIAN, "mac_cyrillic"),
    ("Привет, мир", "cp1251"),
    ("Учора ввечері ми довго сиділи на ґанку й слухали, як дощ стукає по даху.", "koi8_u"),
    ("Χθες το βράδυ καθίσαμε πολλή ώρα στη βεράντα και ακούγαμε τη βροχή.", "cp1253"),
    ("Wczoraj wieczorem długo siedzieliśmy na ganku i słuchaliśmy deszczu. Żółć.", "cp1250"),
    ("Děti běžely za tramvají a mávaly, dokud nezmizela za zatáčkou.", "iso8859_2"),
    ("Dün akşam uzun süre verandada oturduk ve yağmurun çatıya vuruşunu dinledik.", "cp1254"),
    ("Il n’avait jamais vu la mer, mais il savait d’elle tout ce que l’été apprend.", "cp1252"),
    ("Käse für 5 € – naïve\r\n", "cp1252"),
    ("Gestern saßen wir lange auf der Veranda und hörten den Regen auf dem Dach.", "mac_roman"),
    ("Gestern saßen wir lange auf der Veranda und hörten den Regen auf dem Dach.", "cp850"),
    ("אתמול בערב ישבנו זמן רב במרפסת והקשבנו לגשם שדפק על הגג הישן.", "cp1255"),
    ("جلسنا مساء أمس طويلا في الشرفة نستمع إلى المطر وهو يطرق السقف القديم.", "cp1256"),
    ("เมื่อวานตอนเย็นเรานั่งอยู่ที่ระเบียงบ้านนานมาก และฟังเสียงฝนตก", "tis_620"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc_jp"),
    (JAPANESE, "iso2022_jp"),
    ("おはようございます。", "shift_jis"),
    ("おはようございます。", "euc_jp"),
    ("어제 저녁 우리는 오랫동안 마루에 앉아 빗소리를 들었다.", "euc_kr"),
    ("昨天傍晚，我们在门廊里坐了很久，听雨点敲打着老屋顶。", "gb18030"),
    ("昨天傍晚，我們在門廊裡坐了很久，聽雨點敲打著老屋頂。", "big5"),
    (RUSSIAN, "utf_16_le"),
    ("Привет", "utf_16_be"),
    (JAPANESE, "utf_16_le"),
    ("A quiet afternoon.\n", "utf_16_be"),
    ("A quiet afternoon.\n", "utf_32_le"),
]


@pytest.mark.parametrize(("text", "encoding"), TEXTS)
def test_texts_are_read_as_they_were_meant_and_said_to_be_guessed(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    decoded = decode(data)
    assert decoded.text == text.replace("\r\n", "\n")
    assert decoded.format.certainty.is_guess
    assert encode(decoded.text, decoded.format) == data
    assert decoded.format.encoding in likely_encodings(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"only ASCII\n",
        "Käse".encode(),
        codecs.BOM_UTF16_LE + "a".encode("utf-16-le"),
        "10 kΩ, 5 µm".encode(),
        b"\x1b[1mbold\x1b[0m",
        "é".encode(),
    ],
)
def test_what_is_said_is_no_guess(data: bytes) -> None:
    assert decode(data).format.certainty is Certainty.SAID


def test_utf8_that_may_be_chance_is_not_sure() -> None:
    data = "jak déšť bubnuje".encode("cp1250")
    decoded = decode(data)
    assert decoded.format.certainty is Certainty.UNSURE
    assert encode(decoded.text, decoded.format) == data


def test_the_right_one_is_among_the_first_four() -> None:
    for text, encoding in TEXTS:
        data = text.encode(encoding)
        shown = [read for _, read in distinct(data, likely_encodings(data), 4)]
        assert text in shown, encoding


def test_one_word_is_not_enough_to_be_sure() -> None:
    assert decode("été".encode("cp1252")).format.certainty is Certainty.UNSURE
    assert decode((RUSSIAN * 4).encode("cp1251")).format.certainty is Certainty.LIKELY


@pytest.mark.parametrize("cut", [1, 2])
def test_damaged_utf8_is_not_taken_for_something_else(cut: int) -> None:
    damaged = JAPANESE.encode()[: -1 - cut]
    decoded = decode(damaged)
    assert "read-only" in decoded.read_only_reason
    assert decoded.text.startswith(JAPANESE[:20])
    assert likely_encodings(damaged)[0] == "utf-8"


def test_a_chosen_encoding_is_used_and_one_that_fails_is_only_for_reading() -> None:
    data = RUSSIAN.encode("koi8-r")
    assert decode(data, "koi8-r").format.certainty is Certainty.CHOSEN
    assert decode(data, "cp1251").text != RUSSIAN
    assert "read-only" in decode(data, "utf-8").read_only_reason
    marked = codecs.BOM_UTF8 + b"text"
    assert encode(decode(marked, "utf-8").text, decode(marked, "utf-8").format) == marked


def test_what_was_chosen_before_counts_where_it_would_be_a_guess() -> None:
    data = "Привет".encode("cp1251")
    assert decode(data, remembered="mac-cyrillic").format.encoding == "mac-cyrillic"
    assert decode("Привет".encode(), remembered="cp1251").format.encoding == "utf-8"
    assert decode(data, remembered="utf-8").format.encoding != "utf-8"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["a", "No", "x\n\n\n", "\r\n"])
def test_a_word_or_two_in_a_wide_encoding_can_be_opened_again(text: str, encoding: str) -> None:
    """What is left of a longer text, say, after its writer saved it."""
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.format.encoding) == (text.replace("\r\n", "\n"), encoding)
    assert encode(decoded.text, decoded.format) == text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["你好，世界", "你好，世界\r\n", "안녕하세요,\n"])
def test_a_line_of_east_asia_in_a_wide_encoding_is_read(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text.replace("\r\n", "\n")
    assert decoded.format.certainty.is_guess


def test_ascii_full_of_controls_is_not_said_to_be_sure() -> None:
    """Three letters of another alphabet in UTF-16 look like that."""
    data = "мир".encode("utf-16-le")
    assert decode(data).format.certainty is Certainty.UNSURE
    assert decode(data, remembered="utf-16-le").text == "мир"


def test_a_few_letters_in_a_wide_encoding_are_read_as_was_chosen() -> None:
    assert decode("é".encode("utf-16-le"), remembered="utf-16-le").text == "é"
    with pytest.raises(UserError, match="not a text file"):
        decode(b"\x00\xd8\x00", remembered="utf-16-le")
    with pytest.raises(UserError, match="not a text file"):
        decode(bytes(40), remembered="cp1252")


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01" + bytes(40), bytes(400), b"\x00\x01" * 99])
def test_binary_is_no_wide_text(data: bytes) -> None:
    with pytest.raises(UserError, match="not a text file"):
        decode(data)


def test_words_that_nobody_writes_are_odd() -> None:
    assert oddness("KΣse fⁿr na∩ve") == 1
    assert oddness("Käse für naïve Größen, ÄÖÜ, Tシャツ") == 0
    assert oddness("plain") == 0


def test_nothing_can_be_guessed_of_nothing() -> None:
    assert not guess_encoding(b"").is_sure


def test_what_would_be_control_characters_is_not_iso_8859() -> None:
    """Quotation marks and dashes of Windows are control characters in the encodings of ISO 8859."""
    guess = guess_encoding("Café crème, “déjà vu” – naïve".encode("cp1252"))
    assert not guess.encodings[0].startswith("iso8859")
    assert not guess.is_sure
    assert "cp1252" in guess.encodings[:4]
