"""Bytes become the text their author typed."""

import base64
import unicodedata

import pytest

from pipeline.reading.charset import decode

SENTENCE = "El año pasado, “el Señor” dijo que la extradición costó 20 € más."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_page_without_any_declaration_is_read(encoding):
    assert decode(SENTENCE.encode(encoding)) == SENTENCE


def test_windows_1252_under_a_latin_1_label_keeps_its_quotes_and_euro():
    assert decode(SENTENCE.encode("cp1252"), "text/html; charset=iso-8859-1") == SENTENCE


def test_utf_8_with_one_bad_byte_stays_utf_8():
    body = (SENTENCE * 40).encode() + b"\xff" + SENTENCE.encode()

    assert decode(body) == SENTENCE * 40 + "\ufffd" + SENTENCE


def test_utf_8_under_a_latin_1_label_is_read_as_what_it_is():
    assert decode(SENTENCE.encode(), "text/html; charset=iso-8859-1") == SENTENCE


def test_a_declaration_inside_a_comment_is_not_obeyed():
    body = b'<!-- <meta charset="shift_jis"> --><meta charset="cp1251">' + "Суд решил".encode("cp1251")

    assert decode(body).endswith("Суд решил")


def test_nul_control_characters_and_lone_surrogates_never_get_through():
    text = decode(b"an\x00tes\x1b[2J" + "\ud83d".encode("utf-8", "surrogatepass"))

    assert not {char for char in text if unicodedata.category(char) in {"Cc", "Cs"}}


@pytest.mark.parametrize("case_id", ["enc-undeclared-latin1", "enc-latin1-is-cp1252", "enc-meta-in-comment"])
def test_a_known_failure_of_decoding_does_not_happen(case_id, cases):
    case = cases[case_id]
    if case["input"].get("kind") != "html":
        pytest.fail(f"{case_id} is no page any more")

    text = decode(
        base64.b64decode(case["input"]["body_base64"]),
        {name.lower(): value for name, value in case["input"]["headers"].items()}.get("content-type", ""),
    )

    for present in case["expect"].get("text_present", ()):
        assert present in text
    for absent in case["expect"].get("text_absent", ()):
        assert absent not in text
