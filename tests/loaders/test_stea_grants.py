from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged
from loaders.source import Parsed
from loaders.sources._stea_applications import euros
from loaders.sources.stea_grants import parse
from loaders.tables import GRANTS

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "tests/fixtures/sources/stea_grants.csv"
TEMPLATE = ROOT / "data/templates/stea_grants.csv"
HEADINGS = ("jarjesto", "vuosi", "kayttotarkoitus", "haettu", "ehdotettu", "myonnetty")

# The sample of the reference.
ORGANISATION = {
    "organisationId": 1,
    "name": "Esimerkki ry",
    "businessId": "0000000-0",
    "nameHistory": ["Esimerkkiyhdistys ry"],
    "allAidTargets": [
        {
            "organisationName": "Esimerkki ry",
            "year": 2026,
            "requested": 120000,
            "proposed": 90000,
            "granted": 90000,
            "purpose": "Kohtaamispaikkatoimintaan Etelä-Savossa.",
        },
        {
            "organisationName": "Esimerkki ry",
            "year": 2026,
            "requested": 60000,
            "proposed": 0,
            "granted": 0,
            "purpose": "Uuden hankkeen käynnistämiseen.",
        },
        {
            "organisationName": None,
            "year": 2019,
            "requested": 80000,
            "proposed": 75000,
            "granted": 75000,
            "purpose": "Vertaistukitoimintaan.",
        },
    ],
}
UNKNOWN = {
    "organisationId": 2,
    "name": None,
    "businessId": None,
    "nameHistory": None,
    "allAidTargets": [],
}


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows([headings, *rows])
    return file.getvalue().encode()


def checked(body: bytes) -> Parsed:
    result = parse(body)
    assert table_faults(result.frame, GRANTS) == []
    return result


def parsed(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Parsed:
    return checked(table(*rows, headings=headings))


def parsed_json(content: Any) -> Parsed:
    return checked(json.dumps(content).encode())


def money(frame: Any) -> list[tuple[Any, ...]]:
    columns = frame[["year", "requested_eur", "proposed_eur", "granted_eur"]]
    shown = columns.astype("object").where(columns.notna(), None)
    return list(shown.itertuples(index=False, name=None))


def set_aside(rejects: Any) -> list[tuple[int, str, str]]:
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


def application(year: str, granted: str, *, proposed: str = "", requested: str = "100") -> Any:
    return (f"Esimerkki {year} ry", year, "Toimintaan", requested, proposed, granted)


def test_parse_reads_the_form_of_the_site():
    frame, rejects = checked(FIXTURE.read_bytes())

    assert money(frame) == [
        (2026, 120000.0, 90000.0, 90000.0),
        (2026, 60000.0, 0.0, 0.0),
        (2019, 80000.0, 75000.0, 75000.0),
    ]
    assert frame["organisation_name"].tolist() == ["Esimerkki ry"] * 2 + ["Esimerkkiyhdistys ry"]
    assert frame["business_id"].fillna("-").tolist() == ["0000000-0", "0000000-0", "-"]
    assert frame["purpose"].tolist()[1] == "Uuden hankkeen käynnistämiseen."
    assert frame["grant_type"].fillna("-").tolist()[1:] == ["hankeavustus", "-"]
    assert frame["area_name"].fillna("-").tolist()[1:] == ["Etelä-Savo", "-"]
    assert frame["organisation_id"].isna().all()
    assert set(frame["source_url"]) == {"https://avustukset.stea.fi/"}
    assert len(rejects) == 0


def test_parse_reads_the_same_from_the_json_of_the_site():
    frame, rejects = parsed_json(ORGANISATION)

    assert money(frame) == [
        (2026, 120000.0, 90000.0, 90000.0),
        (2026, 60000.0, 0.0, 0.0),
        (2019, 80000.0, 75000.0, 75000.0),
    ]
    # The third bears no name of its own year.
    assert set(frame["organisation_name"]) == {"Esimerkki ry"}
    assert set(frame["source_url"]) == {"https://avustukset.stea.fi/organisation/1"}
    assert len(rejects) == 0
    of_table = checked(FIXTURE.read_bytes()).frame
    assert frame["grant_id"].tolist()[:2] == of_table["grant_id"].tolist()[:2]


def test_the_template_is_read_and_its_examples_are_set_aside():
    frame, rejects = parse(TEMPLATE.read_bytes())

    assert len(frame) == 0
    assert [reason for _, _, reason in set_aside(rejects)] == ["example"] * 3


def test_parse_reads_the_older_form_that_proposes_nothing():
    headings = ("jarjesto", "vuosi", "kayttotarkoitus", "avustuslaji", "alue", "jarjestoluokka")
    headings += ("alaryhma", "toimintoluokka", "haettu", "myonnetty")
    row = ("Esimerkki ry", "2016", "Toimintaan", "Ay", "", "a", "b", "c", "100", "0")

    frame, rejects = parsed(
        row, (*row[:1], "2016", "Muuhun", *row[3:8], "9", "9"), headings=headings
    )

    assert money(frame) == [(2016, 100.0, None, 0.0), (2016, 9.0, None, 9.0)]
    assert len(rejects) == 0


def test_parse_reads_excel_below_a_heading_of_its_own():
    file, book = io.BytesIO(), openpyxl.Workbook()
    for row in (
        ("STEA-aineisto", "2026"),
        ("Järjestö", "Vuosi", "Käyttötarkoitus", "Haettu (€)", "Ehdotettu (€)", "Myönnetty (€)"),
        ("Esimerkki ry", 2025, "Toimintaan", 120000, 90000.5, 90000.5),
        ("Esimerkki ry", 2025, "Muuhun", 1000, None, 0),
    ):
        book.active.append(row)
    book.save(file)

    frame, rejects = checked(file.getvalue())

    assert money(frame) == [(2025, 120000.0, 90000.5, 90000.5), (2025, 1000.0, None, 0.0)]
    assert len(rejects) == 0


def test_parse_takes_nothing_granted_for_a_refusal_once_the_year_is_decided():
    frame, _ = parsed(
        application("2024", "0", proposed="50"),
        application("2025", "0"),
        application("2025", "70", proposed="70"),
        application("2024", ""),
    )

    assert [row[3] for row in money(frame)] == [0.0, 0.0, 70.0, None]


def test_parse_takes_nothing_granted_for_open_before_the_decision():
    before_any, _ = parsed(
        application("2025", "90"),
        application("2026", "0", proposed="0"),
        application("2026", "", requested="50"),
    )
    amid, _ = parsed(
        application("2026", "90", proposed="90"),
        application("2026", "0", proposed="40", requested="50"),
        application("2026", "0", proposed="0", requested="60"),
    )

    assert [row[3] for row in money(before_any)] == [90.0, None, None]
    assert [row[3] for row in money(amid)] == [90.0, None, 0.0]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("90000", 90000.0),
        ("90 000", 90000.0),
        ("1 234 567,89 €", 1234567.89),
        ("12.5 EUR", 12.5),
        ("100 euroa", 100.0),
        ("0", 0.0),
        ("1234.5678", 1234.5678),
        ("", None),
        ("120.000", None),
        ("120,000", None),
        ("12 34", None),
        ("-5", None),
        ("-", None),
        ("1e9", None),
        ("nan", None),
        ("9" * 40, None),
        ("9999999999999", None),
        ("²", None),
    ],
)
def test_euros_guesses_at_nothing(cell, amount):
    assert euros(cell) == amount


@pytest.mark.parametrize(
    ("row", "text", "reason"),
    [
        (("", "2025", "x", "1", "1", "1"), "", "no_organisation"),
        (("Esimerkki ry", "", "x", "1", "1", "1"), "", "bad_year"),
        (("Esimerkki ry", "25", "x", "1", "1", "1"), "", "bad_year"),
        (("Esimerkki ry", "3025", "x", "1", "1", "1"), "", "bad_year"),
        (("Esimerkki ry", "2025", "x", "1", "1", "kesken"), "granted", "bad_amount"),
        (("Esimerkki ry", "2025", "x", "-1", "?", "1"), "requested, proposed", "bad_amount"),
        (("Esimerkki ry", "2025", "x", "", "1", ""), "", "no_amounts"),
        (("Esimerkki ry", "Exempel", "x", "1", "1", "1"), "", "example"),
        (("Esimerkki ry", "2025", "x", "y", "1", "1", "1"), "", "more_cells_than_headings"),
        (("Yhteensä", "", "", "100", "100", "100"), "", "bad_year"),
    ],
)
def test_parse_sets_a_bad_row_aside_and_goes_on(row, text, reason):
    frame, rejects = parsed(row, application("2024", "5"))

    assert frame["year"].tolist() == [2024]
    assert set_aside(rejects) == [(2, text, reason)]


@pytest.mark.parametrize(
    ("given", "kept", "shown"),
    [
        ("0000000-0", "0000000-0", None),
        ("000000-0", "0000000-0", None),
        ("0000000-1", "-", "0000000-1"),
        ("000000", "-", "000000"),
        ("Etunimi Sukunimi", "-", ""),
    ],
)
def test_parse_keeps_a_row_without_its_code_where_that_is_wrong(given, kept, shown):
    headings = ("Y-tunnus", *HEADINGS)

    frame, rejects = parsed((given, *application("2024", "5")), headings=headings)

    assert frame["business_id"].fillna("-").tolist() == [kept]
    expected = [] if shown is None else [(2, shown, "business_id_left_out")]
    assert set_aside(rejects) == expected


def test_parse_gives_one_id_to_one_application_and_tells_repeats_apart():
    one = ("Esimerkki ry", "2025", "Toimintaan Juvalla", "100", "1", "1")
    same_key = ("ESIMERKKI RY", "2025", "toimintaan juvalla", "100", "2", "2")
    other = ("Esimerkki ry", "2025", "Toimintaan Puumalassa", "100", "1", "1")

    frame, rejects = parsed(one, same_key, one, other)
    alone, _ = parsed(other)

    first, second, third = frame["grant_id"]
    assert second == f"{first}-2"
    assert third == alone["grant_id"].item() != first
    assert set_aside(rejects) == [(4, "", "duplicate")]


def test_parse_cuts_a_long_purpose():
    frame, _ = parsed(("Esimerkki ry", "2025", "pitk " * 400, "100", "1", "1"))

    assert len(frame["purpose"].item()) == 499  # the 500th is a space


def test_parse_tells_columns_that_it_does_not_know():
    headings = (*HEADINGS, "Avustuskokonaisuus", "Uusi sarake")

    frame, rejects = parsed((*application("2024", "5"), "x", "y"), headings=headings)

    assert len(frame) == 1
    assert set_aside(rejects) == [(1, "Uusi sarake", "unknown_column")]


def test_parse_names_the_columns_that_are_missing():
    with pytest.raises(SourceChanged, match="no heading for: Haettu, Myönnetty"):
        parse(table(("a", "2025", "b"), headings=("Järjestö", "Vuosi", "Alue")))


def test_parse_tells_what_it_cannot_use_of_the_json():
    odd = {**ORGANISATION, "uusi": 1, "allAidTargets": [{"year": "2020", "requested": "7"}, 5]}
    nan = {**ORGANISATION, "allAidTargets": [{"year": 2020, "granted": float("nan")}]}

    frame, rejects = parsed_json([UNKNOWN, odd, {"name": "Esimerkki ry"}, nan, None])

    assert money(frame) == [(2020, 7.0, None, None)]
    assert set_aside(rejects) == [
        (1, "", "unknown_organisation"),
        (1, "key of organisation: uusi", "unknown_column"),
        (3, "", "not_a_record"),
        (4, "", "no_applications"),
        (5, "granted", "bad_amount"),
        (6, "", "not_a_record"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"[1]",
        b'{"error": "not found"}',
        b"[" * 100_000,
        b"PK\x03\x04" + bytes(9),
    ],
    ids=["nothing", "object", "list", "numbers", "error", "deep", "zip"],
)
def test_parse_refuses_what_is_neither_table_nor_json_of_the_site(body):
    with pytest.raises(SourceChanged, match="stea_grants"):
        parse(body)


def outcome(body: bytes) -> Parsed | None:
    try:
        return parse(body)
    except LoaderError:
        return None


CELL = st.text(max_size=8) | st.sampled_from(
    ["2025", "2026", "100", "0", "1 000,5", "Esimerkki ry"]
)


@settings(deadline=None, max_examples=20)
@given(rows=st.lists(st.tuples(*[CELL] * len(HEADINGS)), max_size=6))
def test_parse_survives_any_cells(rows):
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([HEADINGS, *rows])

    result = outcome(file.getvalue().encode("utf-8", "replace"))

    assert result is None or table_faults(result.frame, GRANTS) == []


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
TARGET = st.dictionaries(
    st.sampled_from(["year", "requested", "granted", "purpose", "organisationName"]),
    VALUE | st.sampled_from([2025, 100, 0, "\ud800"]),
)
CHANGES = st.dictionaries(
    st.sampled_from(sorted(ORGANISATION)), VALUE | st.lists(TARGET | VALUE, max_size=4)
)


@settings(deadline=None, max_examples=20)
@given(
    organisations=st.lists(CHANGES.map(lambda change: ORGANISATION | change) | VALUE, max_size=4)
)
def test_parse_survives_any_json(organisations):
    result = outcome(json.dumps(organisations).encode())

    assert result is None or table_faults(result.frame, GRANTS) == []


@settings(deadline=None, max_examples=20)
@given(body=st.binary(max_size=200), is_table=st.booleans())
def test_parse_survives_any_bytes(body, is_table):
    result = outcome(table(application("2025", "0")) + body if is_table else body)

    assert result is None or table_faults(result.frame, GRANTS) == []
