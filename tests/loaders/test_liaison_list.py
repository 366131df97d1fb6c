from __future__ import annotations

import contextlib
import io
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged
from loaders.load import read_body
from loaders.sources import esavo_liaisons
from loaders.sources._liaison_contacts import contacts_in, role_of
from loaders.sources.liaison_list import MAX_BODY, NAMED_DOCUMENT, parse, understood
from loaders.tables import LIAISONS

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "sources"
FORMS = ("csv", "xlsx", "docx", "html", "txt")

A, B, C = "Esimerkki Henkilö A", "Esimerkki Henkilö B", "Esimerkki Henkilö C"
MAIL_A, MAIL_B, MAIL_C = (f"henkilo.{letter}@esimerkki.fi" for letter in "abc")

# Written by hand; each of the five files tells the same.
IN_THE_FIXTURES = [
    ("Enonkoski", A, MAIL_A, "hyvinvointikoordinaattori"),
    ("Juva", B, MAIL_B, None),
    ("Juva", C, MAIL_C, "vanhus- ja vammaisneuvoston sihteeri"),
    ("Pieksämäki", "Esimerkki Henkilö D", "henkilo.d@esimerkki.fi", None),
    ("Puumala", "Esimerkki Henkilö E", "henkilo.e@esimerkki.fi", "kulttuurisihteeri"),
]


def fixture(form: str) -> bytes:
    return (FIXTURES / f"liaison_list.{form}").read_bytes()


def read(text: str | bytes):
    return parse(text.encode() if isinstance(text, str) else text)


def rows(frame: pd.DataFrame) -> list[tuple]:
    columns = ["municipality_name", "person_name", "email", "second_role"]
    plain = frame[columns].astype(object).where(frame[columns].notna(), None)
    return [tuple(row) for row in plain.itertuples(index=False)]


def pairs(frame: pd.DataFrame) -> list[tuple]:
    return [row[:2] for row in rows(frame)]


def reasons(rejects: pd.DataFrame) -> list[tuple[int, str]]:
    return list(zip(rejects["line"], rejects["reason"], strict=True))


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, lines in enumerate(sheets):
        sheet = book.create_sheet(f"S{number}")
        for line in lines:
            sheet.append(line)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


# --- the five forms


@pytest.mark.parametrize("form", FORMS)
def test_parse_reads_the_same_list_in_every_form(form):
    frame, rejects = read_body("liaison_list", fixture(form))

    assert rows(frame) == IN_THE_FIXTURES
    assert table_faults(frame, LIAISONS) == []
    assert frame["municipality_code"].isna().all()
    assert set(frame["source_url"]) == {NAMED_DOCUMENT}
    # Hirvensalmi's post is vacant, of Mikkeli nothing is said; a "no" is neither.
    assert {"vacant_post", "heading_without_contact"} <= set(rejects["reason"])
    assert len(rejects) == (3 if form == "txt" else 2)  # and the greeting


@pytest.mark.parametrize("form", FORMS)
def test_parse_dates_the_list_where_it_tells_a_date(form):
    dates = set(parse(fixture(form)).frame["source_date"].fillna("none"))

    assert dates == ({"none"} if form == "docx" else {"2026-11-21"})


@pytest.mark.parametrize("form", FORMS)
def test_parse_keeps_no_telephone_number(form):
    frame, rejects = parse(fixture(form))

    assert (
        not frame.astype("string")
        .apply(lambda column: column.str.contains("040 000"))
        .any(axis=None)
    )
    assert "040" not in " ".join(rejects["text"])


@pytest.mark.parametrize("form", ["txt", "html"])
def test_parse_reads_the_page_of_south_savo_as_its_own_source_does(form):
    body = (FIXTURES / f"esavo_liaisons.{form}").read_bytes()
    columns = ["municipality_name", "person_name", "email", "second_role", "warning"]

    own, listed = esavo_liaisons.parse(body).frame, parse(body).frame

    assert len(listed) == 12
    assert listed[columns].equals(own[columns])


def test_parse_takes_no_row_of_the_template_for_a_liaison():
    body = (ROOT / "data" / "templates" / "liaison_list.csv").read_bytes()

    with pytest.raises(SourceChanged, match=r"no liaison in 4 lines \(3 example\)"):
        parse(body)
    real = body.decode("utf-8-sig").replace("Esimerkkikunta", "Juva")
    frame, rejects = read(real)
    assert pairs(frame) == [("Juva", A), ("Juva", B)]
    assert reasons(rejects) == [(4, "vacant_post")]


# --- tables


@pytest.mark.parametrize(
    "headings",
    [
        "Kunta;Nimi;Sähköposti;Tehtävä",
        "KUNTA / KAUPUNKI;Järjestöyhdyshenkilön nimi;Sähköpostiosoite;Nimike",
        "Kommun;Namn;E-post;Befattning",
        "Kommun;Kontaktperson;E-postadress;Roll",
        "Municipality;Name;E-mail;Role",
        "City;Liaison;Email address;Job title",
    ],
)
def test_parse_finds_columns_by_headings_in_three_languages(headings):
    frame, rejects = read(f"{headings}\nJuva;{A};{MAIL_A};sihteeri\n")

    assert rows(frame) == [("Juva", A, MAIL_A, "sihteeri")]
    assert len(rejects) == 0


def test_parse_finds_columns_in_any_order_and_tells_unknown_ones():
    frame, rejects = read(f"Nro;E-post;Namn;Hemsida;Kommun\n1;{MAIL_A};{A};x;Pargas\n")

    assert rows(frame) == [("Pargas", A, MAIL_A, None)]
    assert reasons(rejects) == [(1, "unknown_column")]
    assert list(rejects["text"]) == ["Hemsida"]


def test_parse_joins_first_and_last_names():
    frame, _ = read(f"Kunta;Sukunimi;Etunimi;Sähköposti\nJuva;Henkilö A;Esimerkki;{MAIL_A}\n")

    assert pairs(frame) == [("Juva", A)]


def test_parse_reads_all_that_stands_in_one_cell():
    both = f'"{B}, sihteeri, {MAIL_B}, puh. 040 000 0000\n{C}, {MAIL_C}"'
    frame, _ = read(f"Kunta;Yhteystiedot\nJuva;{A} ({MAIL_A})\nPuumala;{both}\n")

    assert rows(frame) == [
        ("Juva", A, MAIL_A, None),
        ("Puumala", B, MAIL_B, "sihteeri"),
        ("Puumala", C, MAIL_C, None),
    ]


def test_parse_reads_a_table_without_headings_by_its_content():
    listed = [("Esimerkkilä", A, MAIL_A), ("Esimerkkilä", B, MAIL_B), ("Esimo", C, MAIL_C)]

    for delimiter in ";\t":
        frame, rejects = read("\n".join(delimiter.join(row) for row in listed))
        assert [row[:3] for row in rows(frame)] == listed
        assert len(rejects) == 0
    swapped = "\n".join(";".join((name, mail, place)) for place, name, mail in listed)
    assert [row[:3] for row in rows(read(swapped).frame)] == listed


def test_parse_takes_no_column_called_name_for_persons_without_an_email():
    with pytest.raises(SourceChanged, match="no liaison"):
        read("kunta;nimi\n091;Helsinki\n")
    # "Yhdyshenkilö" can be nothing else.
    assert rows(read(f"Kunta;Yhdyshenkilö\nJuva;{A}\n").frame) == [("Juva", A, None, None)]


def test_parse_carries_the_municipality_down_and_says_so():
    frame, rejects = read(
        f"Kunta;Nimi;Sähköposti\nJuva;{A};{MAIL_A}\n;{B};{MAIL_B}\nPuumala;;\n;{C};{MAIL_C}\n"
    )

    assert pairs(frame) == [("Juva", A), ("Juva", B), ("Puumala", C)]
    # Puumala stands alone in its row, as a heading does.
    assert list(frame["warning"].fillna("")) == ["", "municipality_from_above", ""]
    assert len(rejects) == 0


def test_parse_reads_a_table_whose_municipalities_are_rows_of_their_own():
    frame, _ = read(f"Nimi;Sähköposti\nJuva;\n{A};{MAIL_A}\nPuumala;\n{B};{MAIL_B}\n")

    assert pairs(frame) == [("Juva", A), ("Puumala", B)]


def test_parse_drops_the_number_before_a_municipality():
    frame, rejects = read(f"Kunta;Nimi;Sähköposti\n178 Juva;{A};{MAIL_A}\n178;{B};{MAIL_B}\n")

    assert pairs(frame) == [("Juva", A)]
    assert reasons(rejects) == [(3, "odd_municipality")]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (f"{A} ja {B};{MAIL_A}", "several_persons"),
        (f"{A};{MAIL_A} {MAIL_B}", "several_persons"),
        (f";{MAIL_A}", "email_without_name"),
        ("Kirjaamo;kirjaamo@esimerkki.fi", "no_person"),
        ("Sivistysjohtaja;johtaja@esimerkki.fi", "not_a_contact"),
        ("avoinna;kirjaamo@esimerkki.fi", "vacant_post"),
        ("Ei vielä nimetty;", "vacant_post"),
        ("vakant;", "vacant_post"),
        ("N.N.;", "vacant_post"),
        (";;", "heading_without_contact"),
        ("-;-", "heading_without_contact"),
    ],
)
def test_parse_sets_a_row_aside_that_names_no_one_person(cells, reason):
    frame, rejects = read(f"Kunta;Nimi;Sähköposti\nPuumala;{C};{MAIL_C}\nJuva;{cells}\n")

    assert pairs(frame) == [("Puumala", C)]
    assert reasons(rejects) == [(3, reason)]


def test_parse_keeps_a_person_whose_email_is_none():
    frame, _ = read(f"Kunta;Nimi;Sähköposti\nJuva;{A};kysy vaihteesta\nPuumala;{B};\n")

    assert rows(frame) == [("Juva", A, None, None), ("Puumala", B, None, None)]
    assert list(frame["warning"].fillna("")) == ["odd_email", ""]


def test_parse_marks_what_looks_odd():
    frame, _ = read("Kunta;Nimi;Sähköposti\nJuva;Esimerkki henkilö;henkilö@esimerkki.fi\n")

    assert list(frame["warning"]) == ["odd_email;lower_case_name"]


def test_parse_keeps_one_of_two_equal_liaisons():
    row = f"Juva;{A};{MAIL_A}\n"
    frame, rejects = read(f"Kunta;Nimi;Sähköposti\n{row}{row}Juva;{A};{MAIL_B}\n")

    assert pairs(frame) == [("Juva", A)]
    assert reasons(rejects) == [(3, "duplicate"), (4, "same_name_twice")]


def test_parse_reads_every_sheet_and_tells_of_one_it_does_not_know():
    body = workbook(
        [["Ohje"]],
        [["Kunta", "Yhdyshenkilö", "Sähköposti"], ["Juva", A, MAIL_A]],
        [["Kommun", "Kontaktperson", "E-post"], ["Pargas", B, MAIL_B]],
        [["Otsikko", "Muu"], ["Puumala", MAIL_C]],
    )

    frame, rejects = parse(body)

    assert pairs(frame) == [("Juva", A), ("Pargas", B)]
    assert reasons(rejects) == [(1, "unknown_table")]


# --- lines


@pytest.mark.parametrize(
    "line",
    [
        f"{A}, {MAIL_A}, sihteeri",
        f"{A} <{MAIL_A}>, sihteeri",
        f"{A} ({MAIL_A}); sihteeri",
        f"{A}, sihteeri, {MAIL_A}",
        f"{A}, sihteeri, puh. 040 000 0000, s-posti: {MAIL_A}",
        f"Sihteeri: {A}, {MAIL_A}".replace("Sihteeri", "sihteeri"),
        f"sihteeri {A} {MAIL_A}",
        f"{MAIL_A}, {A}, sihteeri",
        f"Yhdyshenkilö: {A}, sihteeri, henkilo.a(at)esimerkki.fi",
        f"Kontaktperson: {A}, sihteeri, henkilo.a[at]esimerkki[piste]fi",
        f"- {A}, {MAIL_A}, sihteeri, Torikatu 1, 50100 Mikkeli, www.esimerkki.fi",
        f"• {A} – sihteeri – {MAIL_A}, +358 40 000 0000",
        f"Juva: {A}, {MAIL_A}, sihteeri",
        f"Juva – {A}, {MAIL_A}, sihteeri",
        f"Juva\t{A}\t{MAIL_A}\tsihteeri",
        f"Juva, {A}, {MAIL_A}, sihteeri",
        f"Kunta: Juva, {A}, {MAIL_A}, sihteeri",
    ],
)
def test_parse_reads_a_contact_however_its_line_is_written(line):
    frame, rejects = read(f"Juva\n{line}\n")

    assert rows(frame) == [("Juva", A, MAIL_A, "sihteeri")]
    assert [reason for _, reason in reasons(rejects)] in ([], ["heading_without_contact"])


def test_parse_reads_headings_of_municipalities_however_they_are_written():
    frame, rejects = read(
        f"Juva:\n{A}, {MAIL_A}\nKunta: Puumala\n{A}, {MAIL_A}\nSulkavan kunta\nYhdyshenkilöt\n"
        f"{A}, {MAIL_A}\nRantasalmi\nRantasalmi\n{A}, {MAIL_A}\nEsim Ylä\n{A}, {MAIL_A}\n"
    )

    places = ["Juva", "Puumala", "Sulkavan kunta", "Rantasalmi", "Esim Ylä"]
    assert pairs(frame) == [(place, A) for place in places]
    assert len(rejects) == 0


def test_parse_takes_no_person_for_a_municipality():
    frame, rejects = read(f"Juva\nToinen Esimerkki\n{A}, {MAIL_A}\n")

    assert pairs(frame) == [("Juva", A)]
    assert list(frame["warning"]) == ["after_unclear_line"]
    assert reasons(rejects) == [(2, "not_a_contact")]


def test_parse_takes_no_other_word_for_a_municipality_where_the_email_is_of_the_one_above():
    frame, _ = read(f"Esimerkkilä\n{A}, {MAIL_A}\nVaralla\n{B}, {MAIL_B}\n")

    assert pairs(frame) == [("Esimerkkilä", A), ("Esimerkkilä", B)]
    assert list(frame["warning"].fillna("")) == ["", "after_unclear_line"]


def test_parse_takes_a_liaison_without_an_email_only_where_a_label_says_so():
    frame, rejects = read(f"Juva\nYhdyshenkilö: {A}\n{B}\n{C}, {MAIL_C}")

    assert rows(frame)[0] == ("Juva", A, None, None)
    assert reasons(rejects) == [(3, "not_a_contact")]


@pytest.mark.parametrize(
    "vacant",
    ["avoinna", "Ei nimetty.", "Yhdyshenkilö: ei vielä nimetty", "(vakant)", "Tehtävä täyttämättä"],
)
def test_parse_takes_a_vacant_post_for_neither_a_liaison_nor_a_municipality(vacant):
    frame, rejects = read(f"Juva\n{vacant}\nPuumala: {vacant}\nSulkava\n{A}, {MAIL_A}\n")

    assert pairs(frame) == [("Sulkava", A)]
    assert reasons(rejects) == [(2, "vacant_post"), (3, "vacant_post")]


def test_parse_takes_opening_hours_for_no_vacant_post():
    _, rejects = read(f"Juva\n{A}, {MAIL_A}\nToimisto on avoinna ma-pe\n")

    assert reasons(rejects) == [(3, "not_a_contact")]


def test_parse_reads_two_contacts_off_one_line():
    found = contacts_in(f"{A}, sihteeri, {MAIL_A}, {B}, ohjaaja, {MAIL_B}")

    assert [tuple(contact) for contact in found.contacts] == [
        (A, MAIL_A, "sihteeri"),
        (B, MAIL_B, "ohjaaja"),
    ]


def test_role_of_keeps_nothing_with_digits_and_not_the_liaison_itself():
    assert role_of("Järjestöyhdyshenkilö") is None
    assert role_of("sihteeri, +358 40 000 0000, PL 1, http://a.fi") == "sihteeri"
    assert role_of("vanhusneuvoston sihteeri ja yhdyshenkilö") == (
        "vanhusneuvoston sihteeri ja yhdyshenkilö"
    )


def test_parse_reads_a_page_whose_tables_name_the_municipality_themselves():
    table = "<table><tr><th>Kunta<th>Nimi<th>Sähköposti<tr><td rowspan=2>{}<td>{}<td>{}"
    page = "<!DOCTYPE html><html><p>Alku" + table.format("Juva", A, MAIL_A)
    page += f"<tr><td>{B}<td>{MAIL_B}</table>" + table.format("Puumala", C, MAIL_C)

    frame, rejects = read(page)

    assert pairs(frame) == [("Juva", A), ("Juva", B), ("Puumala", C)]
    assert len(rejects) == 0


# --- what is refused


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><title>503</title><p>Sorry",
        b"Kunta;Nimi;E-post\n",
        workbook([["Kunta", "Koodi"], ["Juva", "178"]]),
        b"x" * (MAX_BODY + 1),
        b"a\n" * 10_001,
        b"Juva, " * 400_000,
        b"\x00\x01\x02",
    ],
)
def test_parse_refuses_what_is_no_list(body):
    with pytest.raises(SourceChanged, match=r"^liaison_list: "):
        parse(body)


def test_parse_quotes_nobody_in_an_error():
    with pytest.raises(SourceChanged) as caught:
        read(f"{A}, {MAIL_A}\n{B}\n")

    assert "no liaison in 2 lines (1 no_municipality_yet, 1 not_a_contact)" in str(caught.value)
    assert "Esimerkki" not in str(caught.value)
    assert "@" not in str(caught.value)


# --- the preview


def told(frame: pd.DataFrame) -> list[tuple]:
    return [tuple(row) for row in frame.fillna("").itertuples(index=False)]


def test_understood_tells_each_line():
    text = f"Kuntien yhdyshenkilöt\n\nJuva\n{A}, {MAIL_A}, sihteeri\n{B}\nPuumala: avoinna\n"

    assert told(understood(text.encode())) == [
        (1, "heading", "", "Kuntien yhdyshenkilöt", ""),
        (2, "blank", "", "", ""),
        (3, "municipality", "Juva", "Juva", ""),
        (4, "liaison", "Juva", "•••, •••@•••, •••", ""),
        (5, "set_aside", "Juva", "••• ••• •••", "not_a_contact"),
        (6, "set_aside", "Puumala", "•••: avoinna", "vacant_post"),
    ]
    shown = understood(text.encode(), show_persons=True)
    assert list(shown["what"])[3:5] == [f"{A}, {MAIL_A}, sihteeri", B]


def test_understood_shows_the_host_only_where_it_is_the_municipalitys():
    text = f"Esimerkkilä\n{A}, {MAIL_A}\n{B}, henkilo@henkilo-b.fi\n"

    assert list(understood(text.encode())["what"])[1:] == ["•••, •••@esimerkki.fi", "•••, •••@•••"]


def test_understood_masks_a_municipality_that_may_be_a_person():
    text = f"Kunta;Nimi;Sähköposti\n{A};Juva Juva;juva@juva.fi\nKoski Tl;{B};b@koski.fi\n"

    frame = understood(text.encode())

    assert list(frame["municipality_name"].fillna("")) == ["", "•••", "Koski Tl"]
    assert "Esimerkki" not in frame.to_csv()


@pytest.mark.parametrize("form", FORMS)
def test_understood_shows_no_person_unless_asked(form):
    masked = understood(fixture(form)).to_csv()

    assert "Esimerkki" not in masked
    assert "henkilo." not in masked
    assert "Enonkoski" in masked
    assert "Esimerkki Henkilö E" in understood(fixture(form), show_persons=True).to_csv()


@pytest.mark.parametrize("form", ["txt", "html"])
def test_understood_shows_nobody_of_a_real_page(form):
    body = (FIXTURES / f"esavo_liaisons.{form}").read_bytes()
    frame = esavo_liaisons.parse(body).frame
    masked = understood(body).to_csv().casefold()

    for name, email in zip(frame["person_name"], frame["email"], strict=True):
        assert name.split()[-1].casefold() not in masked
        assert email.partition("@")[0].casefold() not in masked


def test_understood_agrees_with_parse():
    for form in FORMS:
        parsed, lines = parse(fixture(form)), understood(fixture(form))
        assert (lines["kind"] == "liaison").sum() == len(parsed.frame)
        told_aside = lines[lines["reason"].notna() & (lines["kind"] != "liaison")]
        assert sorted(told_aside["line"]) == sorted(parsed.rejects["line"])


# --- anything

PLACES = st.sampled_from(["Juva", "Puumala", "Savonlinnan kaupunki", "Mäntyharju", "Pargas"])
LISTS = st.dictionaries(
    PLACES, st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=4, unique=True), min_size=1
)


@settings(deadline=None, max_examples=30)
@given(
    LISTS, st.sampled_from(["headings", "inline", "csv", "tsv"]), st.sampled_from(["\n", "\r\n"])
)
def test_parse_gives_back_the_list_that_was_written(listed, form, end):
    liaisons = [
        (place, f"Esimerkki Henkilö {letter}", f"henkilo.{letter.lower()}@esimerkki.fi")
        for place, letters in listed.items()
        for letter in letters
    ]
    if form == "headings":
        blocks = [
            [place, *(f"{name}, {mail}" for at, name, mail in liaisons if at == place)]
            for place in listed
        ]
        lines = [line for block in blocks for line in block]
    elif form == "inline":
        lines = [f"{place}: {name} <{mail}>" for place, name, mail in liaisons]
    else:
        delimiter = ";" if form == "csv" else "\t"
        headings = ("Kunta", "Yhdyshenkilö", "Sähköposti")
        lines = [delimiter.join(row) for row in [headings, *liaisons]]

    frame, rejects = read(end.join(lines))

    assert [row[:3] for row in rows(frame)] == liaisons
    assert len(rejects) == 0


@settings(deadline=None, max_examples=50)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | st.text(alphabet="Aa@.,;:<>()\t\n -–jÄ0", max_size=200).map(str.encode)
)
def test_understood_survives_any_bytes(body):
    with contextlib.suppress(LoaderError):
        understood(body)
    with contextlib.suppress(LoaderError):
        assert table_faults(parse(body).frame, LIAISONS) == []


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_understood_survives_a_list_with_something_put_in(form, data):
    body = fixture(form)
    at = data.draw(st.integers(0, len(body)))
    until = data.draw(st.integers(at, min(len(body), at + 30)))
    put_in = data.draw(
        st.binary(max_size=10) | st.text("<>&-\n,;:@/\"'()|\t Aa", max_size=20).map(str.encode)
    )

    with contextlib.suppress(LoaderError):
        understood(body[:at] + put_in + body[until:])


@pytest.mark.parametrize(
    "unit",
    ["a@b.fi, ", "Aa Bb, ", "sihteeri Aa Bb ", "a@", "Aa: ", "(at)", "040 ", "Aa ja ", "- ", "@."],
)
def test_understood_takes_time_by_length_only(unit):
    line = "Juva, " + unit * (900 // len(unit)) + "a@b.fi\n"
    started = time.perf_counter()
    with contextlib.suppress(SourceChanged):
        understood(line.encode() * 100)
    assert time.perf_counter() - started < 5
