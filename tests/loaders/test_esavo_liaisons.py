from __future__ import annotations

import pandas as pd
import pytest

from loaders.checks import table_faults
from loaders.errors import SourceChanged
from loaders.sources.esavo_liaisons import SECTION, parse
from loaders.tables import LIAISONS

# Written off the page by hand: municipality, name, e-mail, second role, warning.
ON_THE_PAGE = [
    ("Enonkoski", "Minna Laurio", "minna.laurio@enonkoski.fi", None, None),
    ("Juva", "Tarja Himanen", "tarja.himanen@juva.fi", None, None),
    ("Kangasniemi", "Mika huovinen", "mika.huovinen@kangasniemi.fi", None, "lower_case_name"),
    (
        "Kangasniemi",
        "Sari Kuusijärvi",
        "sari.kuusijärvi@kangasniemi.fi",
        "vanhus- ja vammaisneuvoston sihteeri",
        "odd_email",
    ),
    ("Mäntyharju", "Jonna Juhola", "jonna.juhola@mantyharju.fi", None, None),
    ("Pertunmaa", "Virpi Rosman", "virpi.rosman@pertunmaa.fi", None, None),
    ("Pertunmaa", "Lea Mäkinen", "lea.makinen@pertunmaa.fi", None, None),
    ("Puumala", "Eeva-Liisa Isosaari", "eeva-liisa.isosaari@puumala.fi", None, None),
    ("Savonlinnan kaupunki", "Seija Hytönen", "seija.hytonen@savonlinna.fi", None, None),
    ("Sulkava", "Jaana Uotinen", "Jaana.Uotinen@sulkava.fi", None, None),
    ("Sulkava", "Susanna Issakainen", "Susanna.Issakainen@sulkava.fi", None, None),
    ("Rantasalmi", "Harri Tillman", "harri.tillman@rantasalmi.fi", None, None),
]


def parsed(section: str, *, before: str = "Alku\n"):
    """What the parser makes of a text whose section has these lines, the first on line 3."""
    return parse(f"{before}{SECTION}\n{section}".encode())


def contacts(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["municipality_name"], frame["person_name"], strict=True))


def set_aside(rejects: pd.DataFrame) -> list[tuple[int, str, str]]:
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


@pytest.mark.parametrize("form", ["fixture_text", "fixture_page"])
def test_parse_reads_nine_municipalities_and_twelve_contacts(form, request):
    frame, rejects = parse(request.getfixturevalue(form))

    columns = ["municipality_name", "person_name", "email", "second_role", "warning"]
    rows = frame[columns].astype(object).where(frame[columns].notna(), None)
    assert [tuple(row) for row in rows.itertuples(index=False)] == ON_THE_PAGE
    assert frame["municipality_name"].nunique() == 9
    assert len(rejects) == 0


def test_parse_gives_the_table_of_liaisons(fixture_text):
    frame, _ = parse(fixture_text)

    assert list(frame.columns) == list(LIAISONS.columns)
    assert all(dtype == "string" for dtype in frame.dtypes)
    assert table_faults(frame, LIAISONS) == []
    assert frame["municipality_code"].isna().all()
    assert frame["source_date"].isna().all()
    assert set(frame["source_url"]) == {"https://www.esavo.fi/jarjestot"}


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_parse_reads_other_line_ends_and_a_byte_order_mark(fixture_text, end):
    body = b"\xef\xbb\xbf" + fixture_text.replace(b"\n", end)

    assert parse(body).frame.equals(parse(fixture_text).frame)


def test_parse_reads_a_page_in_the_set_that_it_declares(fixture_page):
    page = fixture_page.decode().replace('charset="utf-8"', 'charset="windows-1252"')

    assert len(parse(page.encode("cp1252")).frame) == 12


def test_parse_takes_headings_that_stand_once_or_twice():
    frame, rejects = parsed(
        "Juva\nA Aalto, a@juva.fi\nPuumala\nPuumala\nB Berg, b@puumala.fi\n"
        "Savonlinnan kaupunki\nC Cederberg, c@example.fi\nKoski Tl\nD Dahl, d@koski.fi"
    )

    assert contacts(frame) == [
        ("Juva", "A Aalto"),
        ("Puumala", "B Berg"),
        ("Savonlinnan kaupunki", "C Cederberg"),
        ("Koski Tl", "D Dahl"),
    ]
    assert len(rejects) == 0


def test_parse_takes_no_person_without_an_email_for_a_municipality():
    frame, rejects = parsed("Juva\nJuva\nMinna Laurio\nA Aalto, a@juva.fi\nB Berg, b@juva.fi")

    assert contacts(frame) == [("Juva", "A Aalto"), ("Juva", "B Berg")]
    # It might have been a place, so those below it are marked.
    assert list(frame["warning"]) == ["after_unclear_line", "after_unclear_line"]
    assert set_aside(rejects) == [(5, "Minna Laurio", "not_a_contact")]


@pytest.mark.parametrize(
    "junk",
    [
        "Varahenkilö:",
        "Yhdyshenkilöt",
        "Järjestöyhdyshenkilö",
        "Yhteystiedot",
        "päivitetty keväällä",
        "Päivitetty keväällä.",
        "Päivitetty 2024",
        "minna@juva.fi",
        "Minna Laurio, hyvinvointikoordinaattori",
        "Minna Laurio, minna(at)juva.fi",
        "Minna Laurio, minna@juva",
        "Minna Laurio, minna@@juva.fi",
        "Minna Laurio; minna@juva.fi",
        "Minna <b>, minna@juva.fi",
        "040 123 4567, minna@juva.fi",
        ", minna@juva.fi",
        "Yksi kaksi kolme neljä viisi kuusi",
        "x" * 600 + ", minna@juva.fi",
    ],
)
def test_parse_sets_a_line_aside_that_fits_nothing(junk):
    frame, rejects = parsed(f"Juva\nJuva\n{junk}\nA Aalto, a@juva.fi")

    assert contacts(frame) == [("Juva", "A Aalto")]
    assert frame["warning"].isna().all()
    assert set_aside(rejects) == [(5, junk[:200], "not_a_contact")]


def test_parse_sets_a_contact_aside_that_stands_before_any_municipality():
    frame, rejects = parsed("A Aalto, a@juva.fi\nJuva\nJuva\nB Berg, b@juva.fi")

    assert contacts(frame) == [("Juva", "B Berg")]
    assert set_aside(rejects) == [(3, "A Aalto, a@juva.fi", "no_municipality_yet")]


def test_parse_sets_headings_without_contacts_aside():
    frame, rejects = parsed("Mikkeli\nMikkeli\nJuva\nJuva\nA Aalto, a@juva.fi\nSulkava\nSulkava")

    assert contacts(frame) == [("Juva", "A Aalto")]
    assert set_aside(rejects) == [
        (3, "Mikkeli", "heading_without_contact"),
        (8, "Sulkava", "heading_without_contact"),
    ]


def test_parse_keeps_one_of_two_equal_contacts():
    frame, rejects = parsed("Juva\nA Aalto, a@juva.fi\nA aalto , A@juva.fi\nA Aalto, b@juva.fi")

    assert contacts(frame) == [("Juva", "A Aalto")]
    assert set_aside(rejects) == [
        (5, "A aalto , A@juva.fi", "duplicate"),
        (6, "A Aalto, b@juva.fi", "same_name_twice"),
    ]


def test_parse_lets_one_person_serve_two_municipalities():
    frame, rejects = parsed("Juva\nA Aalto, a@juva.fi\nSulkava\nA Aalto, a@juva.fi")

    assert contacts(frame) == [("Juva", "A Aalto"), ("Sulkava", "A Aalto")]
    assert len(rejects) == 0


def test_parse_keeps_a_municipality_that_comes_again():
    frame, rejects = parsed(
        "Juva\nA Aalto, a@juva.fi\nSulkava\nB Berg, b@x.fi\nJuva\nC Dahl, c@x.fi"
    )

    assert contacts(frame) == [("Juva", "A Aalto"), ("Sulkava", "B Berg"), ("Juva", "C Dahl")]
    assert len(rejects) == 0


def test_parse_keeps_a_role_with_commas_and_joins_warnings():
    frame, _ = parsed("Juva\nSari af berg, säri@juva.fi, sihteeri, koordinaattori,")

    (row,) = frame.to_dict("records")
    assert row["second_role"] == "sihteeri, koordinaattori"
    assert row["warning"] == "odd_email;lower_case_name"


def test_parse_calls_no_particle_of_a_name_odd():
    frame, _ = parsed("Juva\nSari af Berg, sari@juva.fi\nJ.P. von O'Neil-Aho, jp@juva.fi,")

    assert contacts(frame) == [("Juva", "Sari af Berg"), ("Juva", "J.P. von O'Neil-Aho")]
    assert frame["warning"].isna().all()
    assert frame["second_role"].isna().all()


def test_parse_finds_the_heading_with_other_hyphens_spaces_and_letters():
    odd = "  KUNTIEN\u00a0ja\u0308rjesto\u0308\u2010 ja hyvinvointi\u00adyhdyshenkilo\u0308t: "
    frame, _ = parse(f"{odd}\nJuva\nA Aalto, a@juva.fi".encode())

    assert contacts(frame) == [("Juva", "A Aalto")]


def test_parse_takes_the_last_such_heading_before_a_contact():
    toc = f"{SECTION}\nMuut\nB Berg, b@other.fi\n"
    frame, rejects = parsed(f"Juva\nA Aalto, a@juva.fi\n{SECTION}\n", before=toc)

    assert contacts(frame) == [("Juva", "A Aalto")]
    assert [reason for _, _, reason in set_aside(rejects)] == ["not_a_contact"]


def html(body: str) -> bytes:
    return f"<!DOCTYPE html><html><body><h2>{SECTION}</h2>{body}</body></html>".encode()


def test_parse_stops_at_the_next_heading_of_the_same_rank():
    frame, rejects = parse(
        html("<h3>Juva</h3><p>A Aalto, a@juva.fi<h2>Ota yhteyttä</h2><p>B Berg, b@esavo.fi")
    )

    assert contacts(frame) == [("Juva", "A Aalto")]
    assert len(rejects) == 0


def test_parse_reads_on_where_all_headings_have_one_rank():
    frame, _ = parse(
        html("<h2>Juva</h2><p>A Aalto, a@juva.fi<h2>Sulkava</h2><p>B Berg, b@x.fi<footer>C")
    )

    assert contacts(frame) == [("Juva", "A Aalto"), ("Sulkava", "B Berg")]


def test_parse_stops_at_the_footer():
    frame, rejects = parse(
        html("<h3>Juva</h3><p>A Aalto, a@juva.fi<footer><p>B Berg, b@x.fi</footer>C Dahl, c@x.fi")
    )

    assert contacts(frame) == [("Juva", "A Aalto")]
    assert len(rejects) == 0


def test_parse_numbers_the_lines_of_the_page():
    _, rejects = parse(html("\n<h3>Mikkeli</h3>\n<p>Ei vielä.</p>\n<h3>Juva</h3>A B, a@juva.fi"))

    assert set_aside(rejects) == [
        (2, "Mikkeli", "heading_without_contact"),
        (3, "Ei vielä.", "not_a_contact"),
    ]


def test_parse_tells_what_it_looked_for_and_the_title_of_what_came():
    page = f"<html><head><title>{'Huoltokatko ' * 20}</title></head><body>Minna Laurio"

    with pytest.raises(SourceChanged) as caught:
        parse(page.encode())

    message = str(caught.value)
    assert f"looked for the heading {SECTION!r}" in message
    assert f"the web page titled {('Huoltokatko ' * 20)[:80]!r}" in message
    assert "Laurio" not in message


def test_parse_quotes_nothing_of_a_text():
    with pytest.raises(SourceChanged, match="the text of 13 characters that came") as caught:
        parse("Seija Hytönen".encode())

    assert "Seija" not in str(caught.value)


def test_parse_refuses_what_is_larger_than_any_page():
    with pytest.raises(SourceChanged, match="2000001 bytes"):
        parse(b"x" * 2_000_001)
    with pytest.raises(SourceChanged, match="1001 lines under"):
        parsed("Lue lisää\n" * 1001)
