"""Whom a text credits: from its dateline, its byline or its last line, and from nothing else."""

import pytest

from pipeline.linking.credit import credit_of


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("MEXICO CITY (AP) — Twenty-six men left.", "associatedpress"),
        ("WASHINGTON, Aug 12 (Reuters) - Twenty-six men left.", "reuters"),
        ("Ciudad de México, 12 ago (EFE).- Salieron 26 presos.", "efe"),
        ("MADRID (EUROPA PRESS) Salieron 26 presos.", "europapress"),
        ("TOLUCA (Agencia Norte) - Salieron 26 presos.", "agencianorte"),
        ("Salieron 26 presos.\n\nCon información de AFP", "afp"),
        ("Joaquín Guzmán (El Chapo) fue extraditado en 2017.", ""),
        ("The men (all Mexicans) left at dawn.", ""),
        ("Salieron 26 presos.\n\nSe fueron al alba.", ""),
    ],
)
def test_a_text_credits_an_agency(text: str, credit: str) -> None:
    assert credit_of(text) == credit


@pytest.mark.parametrize(
    ("byline", "credit"),
    [
        ("The Associated Press", "associatedpress"),
        ("Ana Ruiz, Associated Press", "associatedpress"),
        ("EFE / Madrid", "efe"),
        ("Redacción AFP", "afp"),
        ("Reuters Staff", "reuters"),
        ("Agencia Meridiano", "agenciameridiano"),
        ("Office of Public Affairs", "justice"),
        ("Ana Ruiz", ""),
        ("Effie Parker", ""),
    ],
)
def test_a_byline_credits_an_agency(byline: str, credit: str) -> None:
    assert credit_of("Salieron 26 presos.", authors=[byline]) == credit
