"""Names as sources write them, read by the one way in: municipality_from_name; and near names."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.matching import MATCHED_BY, RESULT_COLUMNS, municipality_from_name
from geo.place_names import near_names
from tests.geo.toy_places import CHAIN, CHANGES, MUNICIPALITIES, plain, text_frame


def codes(*values: object, changes: pd.DataFrame | None = None) -> list[str | None]:
    found = municipality_from_name(pd.Series(values), MUNICIPALITIES, changes=changes)
    return plain(found["municipality_code"])


def answer(value: object, changes: pd.DataFrame) -> tuple[str | None, ...]:
    found = municipality_from_name(pd.Series([value]), MUNICIPALITIES, changes=changes)
    return tuple(plain(found.iloc[0]))


def test_municipality_from_name_reads_finnish_and_swedish_names() -> None:
    both = pd.concat([MUNICIPALITIES["name_fi"], MUNICIPALITIES["name_sv"]])
    found = municipality_from_name(both, MUNICIPALITIES)
    assert found["municipality_code"].tolist() == 2 * MUNICIPALITIES["municipality_code"].tolist()
    assert set(found["matched_by"][: len(MUNICIPALITIES)]) == {"name_fi"}
    # Aura is Aura in Swedish too, and then the Finnish name is the one that counts.
    assert set(found["matched_by"][len(MUNICIPALITIES) :]) == {"name_fi", "name_sv"}


@pytest.mark.parametrize(
    ("phrase", "code", "how"),
    [
        ("Åbo stad", "853", "name_sv"),
        ("Pargas stad", "445", "name_sv"),
        ("Reso stad", "680", "name_sv"),
        ("Lundo kommun", "423", "name_sv"),
        ("S:t Karins stad", "202", "name_sv"),
        ("Kimitoöns kommun", "322", "genitive"),
        ("S:t Michels stad", "491", "genitive"),
        ("Nådendals stad", "529", "genitive"),
        ("Staden Åbo", "853", "name_sv"),
        ("Turku kaupunki", "853", "name_fi"),
        ("Turun kaupunki / Åbo stad", "853", "genitive"),
    ],
)
def test_municipality_from_name_reads_names_with_a_word_for_municipality(
    phrase: str, code: str, how: str
) -> None:
    assert answer(phrase, CHANGES) == (code, how, None, None)


@pytest.mark.parametrize(
    "written",
    [
        "MYNÄMÄKI",
        "mynämäki",
        "  Mynämäki ",
        "Mynämäki\xa0",
        "\ufeffMynämäki",
        "My\xadnämäki",
        unicodedata.normalize("NFD", "Mynämäki"),
        "Mynämäen  \xa0 kunta",
        unicodedata.normalize("NFD", "MYNÄMÄEN KUNTA"),
        "Mynämäki/Virmo",
        "Virmo – Mynämäki",
        "Mynämäki-Virmo",
        "Mynämäki, Virmo",
    ],
)
def test_municipality_from_name_does_not_mind_case_spaces_and_unicode_form(written: str) -> None:
    assert codes(written) == ["503"]


@pytest.mark.parametrize("written", ["Turku/Åbo", "Turku - Åbo", "Åbo (Turku)", "Turku-Åbo"])
def test_municipality_from_name_reads_two_names_of_one_municipality(written: str) -> None:
    assert codes(written) == ["853"]


@pytest.mark.parametrize(
    "written",
    ["Turku/Raisio", "Turku - Reso", "Turku (Raisio)", "Turku / Lelula"],
)
def test_municipality_from_name_takes_nothing_from_names_that_disagree(written: str) -> None:
    assert codes(written) == [None]


@pytest.mark.parametrize(
    "written",
    ["Koski Tl", "Koski Tl.", "KOSKI TL", "Koski T.l.", "Koski (Tl)", "Koskis", "Kosken Tl kunta"],
)
def test_municipality_from_name_reads_koski_tl(written: str) -> None:
    assert codes(written) == ["284"]


@pytest.mark.parametrize("written", ["Koski", "Koski Hl", "Kosken kunta", "Koski kunta"])
def test_municipality_from_name_leaves_bare_koski_and_offers_koski_tl(written: str) -> None:
    assert codes(written) == [None]
    assert "Koski Tl" in near_names(written, MUNICIPALITIES)


@pytest.mark.parametrize("written", ["S:t Karins", "Sankt Karins", "St. Karins", "s:t  karins"])
def test_municipality_from_name_reads_every_spelling_of_sankt(written: str) -> None:
    assert codes(written) == ["202"]


@pytest.mark.parametrize(
    "written", ["", " ", ".", "/", "maakunta", "Mikkelin maalaiskunta", "Lelula"]
)
def test_municipality_from_name_leaves_what_is_no_municipality(written: str) -> None:
    assert codes(written) == [None]


def test_municipality_from_name_does_not_read_a_genitive_without_its_word() -> None:
    assert codes("Salon", "Salon kaupunki") == [None, "734"]


def test_municipality_from_name_gives_a_form_of_two_municipalities_to_neither() -> None:
    # Leluon can be of Leluo, and of Leluko with its k worn away; other forms are of one alone.
    two = text_frame("municipality_code name_fi name_sv", "001; Leluko; \n 002; Leluo;")
    written = pd.Series(["Leluon kunta", "Lelukon kunta", "Leluo", "Leluko"])
    found = municipality_from_name(written, two)
    assert plain(found["municipality_code"]) == [None, "001", "002", "001"]


def test_municipality_from_name_reads_both_halves_of_a_double_name_of_the_table() -> None:
    double = text_frame("municipality_code name_fi name_sv", "478; Lelumaa - Leksand; Leksand")
    written = pd.Series(["Lelumaa", "Leksand", "Lelumaan kaupunki", "Lelumaa - Leksand"])
    found = municipality_from_name(written, double)
    assert found["municipality_code"].tolist() == ["478"] * 4


@pytest.mark.parametrize(
    "written", ["Pertunmaa", "Pertunmaan kunta", "pertunmaa kunta", "Pertunmaa kommun"]
)
def test_municipality_from_name_keeps_the_year_of_a_former_municipality(written: str) -> None:
    assert answer(written, CHANGES) == ("507", "former_name", "Pertunmaa", "2025-01-01")


def test_municipality_from_name_gives_the_finnish_name_of_a_swedish_former_one() -> None:
    assert answer("Nagu", CHANGES) == ("445", "former_name", "Nauvo", "2009-01-01")
    assert answer("S:t Bertils", CHANGES) == ("734", "former_name", "Pertteli", "2009-01-01")
    assert answer("Nauvo/Nagu", CHANGES) == ("445", "former_name", "Nauvo", "2009-01-01")


def test_municipality_from_name_prefers_the_name_of_today_to_the_same_former_one() -> None:
    assert answer("Parainen", CHANGES) == ("445", "name_fi", None, None)
    assert answer("Paraisten kaupunki", CHANGES) == ("445", "genitive", None, None)


def test_municipality_from_name_knows_a_name_that_was_changed() -> None:
    expected = ("445", "former_name", "Länsi-Turunmaa", "2012-01-01")
    assert answer("Länsi-Turunmaan kaupunki", CHANGES) == expected


def test_municipality_from_name_tells_a_place_outside_from_an_unknown_one() -> None:
    assert answer("Heinäveden kunta", CHANGES) == (None, "outside_area", None, "2021-01-01")
    assert answer("Vieraslelu", CHAIN) == (None, "outside_area", "Vieraslelu", "2009-01-01")
    assert answer("Kaukolelu", CHAIN) == (None, "outside_area", None, None)
    assert answer("Heinävesi / Lelula", CHANGES) == (None, None, None, None)


def test_municipality_from_name_follows_chains_and_keeps_the_first_year() -> None:
    assert answer("Ensilelu", CHAIN) == ("734", "former_name", "Ensilelu", "1990-01-01")
    assert answer("Kehälelu", CHAIN) == (None, "outside_area", "Kehälelu", "1990-01-01")


def test_municipality_from_name_without_changes_knows_no_former_names() -> None:
    assert codes("Pertunmaa", "Heinävesi") == [None, None]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30))))
def test_municipality_from_name_answers_any_text(written: list[str | None]) -> None:
    values = pd.Series(written, dtype="string")
    found = municipality_from_name(values, MUNICIPALITIES, changes=CHANGES)
    assert found.index.equals(values.index)
    assert tuple(found.columns) == RESULT_COLUMNS
    assert set(found["matched_by"].dropna()) <= set(MATCHED_BY)
    inside = found["matched_by"].notna() & found["matched_by"].ne("outside_area")
    assert found["municipality_code"].notna().tolist() == inside.tolist()


def test_near_names_offers_former_names_if_it_knows_them() -> None:
    assert "Pertunmaa" not in near_names("Pertunma", MUNICIPALITIES)
    assert near_names("Pertunma", MUNICIPALITIES, changes=CHANGES, limit=1) == ["Pertunmaa"]


@settings(deadline=None)
@given(st.text(max_size=30), st.integers(1, 5))
def test_near_names_offers_only_known_names(name: str, limit: int) -> None:
    known = {*MUNICIPALITIES["name_fi"], *MUNICIPALITIES["name_sv"].str.strip()}
    offered = near_names(name, MUNICIPALITIES, limit=limit)
    assert len(offered) <= limit
    assert set(offered) <= known
