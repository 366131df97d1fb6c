from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged
from loaders.source import Parsed
from loaders.sources._teaviisari_questions import criterion_of
from loaders.sources.teaviisari_answers import parse
from loaders.tables import CRITERIA, EVIDENCE

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "tests/fixtures/sources/teaviisari_answers.csv"
TEMPLATE = ROOT / "data/templates/teaviisari_answers.csv"
HEADINGS = ("Kuntakoodi", "Kunta", "Vuosi", "Kysymys", "Vastaus")


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows([headings, *rows])
    return file.getvalue().encode()


def parsed(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> Parsed:
    result = parse(table(*rows, headings=headings))
    assert table_faults(result.frame, EVIDENCE) == []
    return result


def answers(frame: Any) -> list[tuple[str, str, str]]:
    columns = frame[["municipality_code", "criterion", "answer"]]
    return list(columns.itertuples(index=False, name=None))


def set_aside(rejects: Any) -> list[tuple[int, str, str]]:
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


def test_parse_reads_each_answer_and_takes_an_empty_cell_for_not_asked():
    frame, rejects = parse(FIXTURE.read_bytes())

    assert answers(frame) == [
        ("001", "liaison", "yes"),
        ("001", "grants", "yes"),
        ("001", "premises", "no"),
        ("001", "forum", "asked_no_answer"),
        ("002", "liaison", "no"),
    ]
    assert frame["evidence_id"].tolist()[0] == "teaviisari-001-liaison-2025"
    assert frame["year"].tolist() == [2025] * 5
    assert frame["kind"].tolist()[2] == "Saavatko yhdistykset käyttää kunnan tiloja maksutta?"
    assert frame["kind"].isna().tolist() == [False, False, False, False, True]
    assert set(frame["source_url"]) == {"https://teaviisari.fi/"}
    assert len(rejects) == 0


def test_the_template_is_read_and_its_examples_are_set_aside():
    frame, rejects = parse(TEMPLATE.read_bytes())

    assert len(frame) == 0
    assert [reason for _, _, reason in set_aside(rejects)] == ["example"] * 5


def test_parse_takes_headings_in_three_languages_and_any_order():
    swedish = ("Svar", "Fråga", "År", "Kommunkod")
    english = ("year", "MUNICIPALITY_CODE", "Criterion", "Answer")

    one, _ = parsed(("nej", "grants", "2025", "001"), headings=swedish)
    other, _ = parsed(("2025", "001", "grants", "no"), headings=english)

    assert answers(one) == answers(other) == [("001", "grants", "no")]


def test_parse_gives_a_code_the_zeros_back_that_excel_ate():
    frame, rejects = parsed(
        ("20", "", "2025", "grants", "ei"),
        ("5", "", "2025", "grants", "ei"),
        ("491", "", "2025", "grants", "ei"),
    )

    assert frame["municipality_code"].tolist() == ["020", "005", "491"]
    assert len(rejects) == 0


def test_parse_reads_excel_with_codes_and_answers_that_are_no_text():
    file, book = io.BytesIO(), openpyxl.Workbook()
    for row in (
        HEADINGS,
        (20, "Esimerkkilä", 2025, "grants", True),
        ("002", None, 2025, "forum", "ei"),
    ):
        book.active.append(row)
    book.save(file)

    frame, rejects = parse(file.getvalue())

    assert answers(frame) == [("020", "grants", "yes"), ("002", "forum", "no")]
    assert frame["year"].tolist() == [2025, 2025]
    assert len(rejects) == 0


@pytest.mark.parametrize(
    ("row", "text", "reason"),
    [
        (("", "Esimerkkilä", "2025", "grants", "kyllä"), "2025", "needs_municipality_code"),
        (("Esimerkkilä", "", "2025", "grants", "kyllä"), "2025", "bad_municipality_code"),
        (("0001", "", "2025", "grants", "kyllä"), "2025", "bad_municipality_code"),
        (("0", "", "2025", "grants", "kyllä"), "0 2025", "example"),
        (("001", "", "", "grants", "kyllä"), "001", "bad_year"),
        (("001", "", "1925", "grants", "kyllä"), "001 1925", "bad_year"),
        (("001", "", "2025", "", "kyllä"), "001 2025", "unclear_question"),
        (("001", "", "2025", "Onko suunnitelma?", "kyllä"), "001 2025", "unclear_question"),
        (("001", "", "2025", "liaison a@example.fi", "kyllä"), "001 2025", "personal_data"),
        (("001", "", "2025", "grants", "osittain"), "001 2025", "unknown_answer"),
        (("001", "", "2025", "liaison", "kyllä, Etunimi Sukunimi"), "001 2025", "unknown_answer"),
        (("001", "", "2025", "grants", "Kyllä", "x"), "", "more_cells_than_headings"),
    ],
)
def test_parse_sets_a_bad_row_aside_and_quotes_codes_alone(row, text, reason):
    frame, rejects = parsed(row, ("002", "", "2025", "grants", "kyllä"))

    assert answers(frame) == [("002", "grants", "yes")]
    assert set_aside(rejects) == [(2, text, reason)]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("KYLLÄ", "yes"),
        ("ja", "yes"),
        ("yes", "yes"),
        ("true", "yes"),
        ("Ei", "no"),
        ("nej", "no"),
        ("Ei vastausta", "asked_no_answer"),
        ("inget svar", "asked_no_answer"),
        ("ei koske", "out_of_scope"),
    ],
)
def test_parse_knows_answers_in_three_languages(text, answer):
    frame, _ = parsed(("001", "", "2025", "grants", text))

    assert frame["answer"].tolist() == [answer]


def test_parse_keeps_two_questions_on_one_criterion_and_one_of_two_equal_rows():
    first = ("001", "", "2025", "Myöntääkö kunta avustuksia?", "kyllä")
    other = ("001", "", "2025", "Onko avustusten perusteet kirjattu?", "ei")
    later = ("001", "", "2023", "Onko avustusten perusteet kirjattu?", "ei")

    frame, rejects = parsed(first, other, first, later)

    assert frame["evidence_id"].tolist() == [
        "teaviisari-001-grants-2025",
        "teaviisari-001-grants-2025-2",
        "teaviisari-001-grants-2023",
    ]
    assert frame["answer"].tolist() == ["yes", "no", "no"]
    assert set_aside(rejects) == [(4, "001 2025", "duplicate")]


def test_parse_tells_columns_that_it_does_not_know_or_that_come_twice():
    headings = (*HEADINGS, "Lisätieto", "Year", "a@example.fi")

    frame, rejects = parsed(("001", "", "2025", "grants", "ei", "x", "2024", ""), headings=headings)

    assert answers(frame) == [("001", "grants", "no")]
    assert frame["year"].tolist() == [2025]
    assert set_aside(rejects) == [
        (1, "Lisätieto", "unknown_column"),
        (1, "Year", "repeated_column"),
        (1, "an unreadable name", "unknown_column"),
    ]


def test_parse_names_the_columns_that_are_missing():
    with pytest.raises(SourceChanged, match="no heading for: Vuosi, Vastaus"):
        parse(table(("001", "", "grants"), headings=("Kuntakoodi", "Kunta", "Kysymys")))


@pytest.mark.parametrize(
    ("question", "criterion"),
    [
        *((code, code) for code in CRITERIA),
        ("Har kommunen utsett en kontaktperson för föreningar?", "liaison"),
        ("Has a contact person for associations been named?", "liaison"),
        ("Antaako kunta järjestöille tiloja maksutta?", "premises"),
        ("Onko kokoontumistiloja maksutta?", "premises"),
        ("Kan föreningar använda lokaler gratis?", "premises"),
        ("Are premises lent free of charge?", "premises"),
        ("Järjestetäänkö järjestöjen kanssa säännöllisiä tapaamisia?", "forum"),
        ("Ordnas regelbundna möten med föreningar?", "forum"),
        ("Are there regular meetings with associations?", "forum"),
        ("Tapaavatko päättäjät ja järjestöjen edustajat säännöllisesti?", "forum"),
        ("Onko järjestöillä edustus hyvinvointiryhmässä?", "seats"),
        ("Myönnetäänkö yhdistyksille avustuksia?", "grants"),
        ("Stöder... Får lokala föreningar bidrag?", "grants"),
        ("Support to associations", "grants"),
        ("Käytetäänkö kokemusasiantuntijoita?", "lived_experience"),
        ("Tiedotetaanko järjestöjen toiminnasta?", "communication"),
        ("Onko kunnalla järjestöyhteistyön toimintamalli?", "documented_model"),
        ("Saavatko yhdistykset avustuksia tai tiloja?", None),
        ("Montako asukasta kunnassa on?", None),
        ("", None),
    ],
)
def test_criterion_of_knows_the_questions_of_the_form(question, criterion):
    assert criterion_of(question) == criterion


def outcome(body: bytes) -> Parsed | None:
    try:
        return parse(body)
    except LoaderError:
        return None


CELL = st.text(max_size=8) | st.sampled_from(["001", "20", "2025", "grants", "liaison", "ei", "ja"])


@settings(deadline=None, max_examples=20)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), max_size=6))
def test_parse_survives_any_cells(rows):
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([HEADINGS, *rows])

    result = outcome(file.getvalue().encode("utf-8", "replace"))

    assert result is None or table_faults(result.frame, EVIDENCE) == []
    assert result is None or len(result.frame) <= len(rows)


@settings(deadline=None, max_examples=20)
@given(body=st.binary(max_size=200), is_table=st.booleans())
def test_parse_survives_any_bytes(body, is_table):
    result = outcome(table(("001", "", "2025", "grants", "ei")) + body if is_table else body)

    assert result is None or table_faults(result.frame, EVIDENCE) == []
