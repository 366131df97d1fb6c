from __future__ import annotations

import contextlib
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
from loaders.sources import association_register
from loaders.sources._register_columns import HEADINGS, heading_key
from loaders.sources.association_register import SOURCE, parse
from loaders.tables import LEGAL_FORMS, ORGANISATION_RECORDS, REGISTER_STATES, register_page

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "tests" / "fixtures" / "sources" / "association_register.csv"
TEMPLATE = ROOT / "data" / "templates" / "association_register.csv"

HEAD = "Rekisterinumero;Nimi;Kotipaikka"
FIELDS = ["record_id", "name", "municipality_name", "purpose_class", "status", "registered"]

# Written off the file by hand.
IN_THE_FILE = [
    ("register:999001", "Esimerkki ry", "Mikkeli", "3", "registered", "1996-04-12"),
    ("register:999002", "Keksitty kerho ry", "Turku", "5", "registered", "2004-10-01"),
    (
        "register:999003",
        "Mallikylän kyläyhdistys r.y.",
        "Mäntyharju",
        "4",
        "registered",
        "1987-06-30",
    ),
    ("register:999004", "Exempelföreningen rf", "Parainen", "6", "registered", "2011-03-03"),
    ("register:999005", "Toivelaulu ry", "Savonlinna", None, "removed", "1962-08-15"),
    (
        "register:999006",
        "Keksitty uskonnollinen yhdyskunta",
        "Turku",
        "7",
        "registered",
        "2020-02-02",
    ),
    ("register:999007", "Lakkaava seura ry", "Juva", "9", "liquidation", "1975-11-20"),
    ("register:numeroton-seura-puumala", "Numeroton seura", "Puumala", None, None, None),
    ("register:999011", "Väärän tunnuksen seura ry", "Naantali", None, None, None),
]
SET_ASIDE = [
    (3, "Puheenjohtaja", "personal_column_dropped"),
    (3, "Jäsenmaksu", "unknown_column"),
    (12, "999001", "duplicate"),
    (13, "999002", "same_number_other_name"),
    (14, "", "bad_register_number"),
    (15, "999010", "no_name"),
    (16, "999011", "bad_business_id"),
    (16, "999011", "unknown_legal_form"),
    (16, "999011", "unknown_purpose_class"),
    (16, "999011", "unknown_state"),
    (16, "999011", "bad_date"),
    (17, "", "not_identified"),
]


def listed(*rows: str, head: str = HEAD) -> Parsed:
    return parse("\n".join([head, *rows, ""]).encode())


def one(row: str, *, head: str = HEAD) -> dict[str, Any]:
    """The one record of a list of one row, without what is not known."""
    frame, _ = listed(row, head=head)
    assert len(frame) == 1
    return frame.iloc[0].dropna().to_dict()


def reasons(parsed: Parsed) -> list[tuple[int, str, str]]:
    rejects = parsed.rejects
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


def tuples(parsed: Parsed, fields: list[str]) -> list[tuple[Any, ...]]:
    part = parsed.frame[fields].astype(object)
    return [tuple(row) for row in part.where(part.notna(), None).itertuples(index=False)]


def test_parse_reads_the_file():
    parsed = parse(FIXTURE.read_bytes())

    assert tuples(parsed, FIELDS) == IN_THE_FILE
    assert reasons(parsed) == SET_ASIDE


def test_parse_gives_its_table():
    frame, _ = parse(FIXTURE.read_bytes())

    assert table_faults(frame, ORGANISATION_RECORDS) == []
    assert set(frame["source_id"]) == {SOURCE.id}
    assert frame["municipality_code"].isna().all()
    assert list(frame["legal_form"].dropna()) == [
        *["association"] * 5,
        "religious",
        "association",
    ]


def test_the_example_left_in_the_template_is_no_association():
    parsed = parse(TEMPLATE.read_bytes())

    assert len(parsed.frame) == 0
    assert parsed.rejects["reason"].tolist() == ["example"]


def test_every_column_of_the_template_is_read():
    own = TEMPLATE.read_text(encoding="utf-8-sig").replace("Esimerkki ry", "Esimerkki 2 ry")
    parsed = parse(own.encode())

    assert len(parsed.rejects) == 0
    assert parsed.frame.iloc[0].dropna().to_dict() == {
        "record_id": "register:999999",
        "source_id": "association_register",
        "name": "Esimerkki 2 ry",
        "name_sv": "Exempel rf",
        "business_id": "0000000-0",
        "register_number": "999999",
        "municipality_name": "Mikkeli",
        "legal_form": "association",
        "purpose_class": "3",
        "status": "registered",
        "registered": "1990-02-01",
        "homepage": "https://www.example.org",
        "source_url": "https://yhdistysrekisteri.prh.fi/basicinformation?userLang=fi"
        "&businessId=0000000-0&timeZone=Europe%2FHelsinki",
    }


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_parse_reads_every_character_set_and_delimiter(codec, delimiter):
    rows = list(csv.reader(io.StringIO(FIXTURE.read_text(encoding="utf-8")), delimiter=";"))
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)

    parsed = parse(file.getvalue().encode(codec))

    assert tuples(parsed, FIELDS) == IN_THE_FILE
    assert reasons(parsed) == SET_ASIDE


def test_parse_reads_excel_with_dates_and_numbers_as_such():
    import datetime as dt

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Rekisterinumero", "Nimi", "Kotipaikka", "Tarkoitusluokka", "Rekisteröity"])
    sheet.append([999001, "Esimerkki ry", "Mikkeli", 3, dt.date(1996, 4, 12)])
    sheet.append(["999.002", "Keksitty kerho ry", "Turku", "5.2", "1.10.2004"])
    sheet.append([99.9, "Pyöristynyt seura ry", "Turku", None, None])
    file = io.BytesIO()
    book.save(file)

    parsed = parse(file.getvalue())

    assert tuples(parsed, ["register_number", "purpose_class", "registered"]) == [
        ("999001", "3", "1996-04-12"),
        ("999002", "5", "2004-10-01"),
    ]
    assert reasons(parsed) == [(4, "", "bad_register_number")]


@pytest.mark.parametrize(
    "head",
    [
        "REKISTERINUMERO;YHDISTYKSEN NIMI;KOTIPAIKKA;PÄÄLUOKKA;REKISTERÖINTIPÄIVÄ;TILA",
        "Rek.nro;Nimi;Kotikunta;Luokka;Rek. pvm;Rekisteritila:",
        "Registernummer;Föreningens namn;Hemort;Ändamålsklass;Registreringsdatum;Läge",
        "Register number;Name;Domicile;Purpose class;Registration date;Status",
        "register_number;name;municipality;purpose_class;registration_date;register_state",
    ],
)
def test_parse_knows_headings_in_three_languages(head):
    parsed = listed("999.001;Esimerkki ry;Mikkeli;3;12.4.1996;Rekisterissä", head=head)

    assert tuples(parsed, FIELDS) == IN_THE_FILE[:1]
    assert len(parsed.rejects) == 0


def test_every_heading_means_one_field():
    headings = [heading for known in HEADINGS.values() for heading in known]

    assert len(headings) == len(set(headings))
    assert [heading_key(heading) for heading in headings] == headings
    assert set(HEADINGS) - {"purpose_name", "subclass"} <= set(ORGANISATION_RECORDS.columns)


@pytest.mark.parametrize(
    "heading",
    [
        "Puheenjohtaja",
        "Ordförande",
        "Chairperson",
        "Yhteyshenkilö",
        "Kontaktperson",
        "Sähköposti",
        "E-mail",
        "E-post",
        "Puhelin",
        "Puh.",
        "GSM",
        "Telefon",
        "Osoite",
        "Postiosoite",
        "Adress",
        "Nimenkirjoittajat",
        "Sihteeri",
        "Hallituksen jäsenet",
        "Syntymäaika",
        "c/o",
    ],
)
def test_columns_that_tell_of_persons_are_dropped_and_told(heading):
    parsed = listed("999.001;Esimerkki ry;Mikkeli;salainen@example.org", head=f"{HEAD};{heading}")

    assert reasons(parsed)[0][2] == "personal_column_dropped"
    assert "salainen" not in parsed.frame.to_csv() + parsed.rejects.to_csv()


def test_a_column_of_web_addresses_is_no_address_of_a_person():
    head = f"{HEAD};Verkko-osoite"

    assert one("999.001;Esimerkki ry;Mikkeli;www.example.org", head=head)["homepage"] == (
        "https://www.example.org"
    )
    parsed = listed("999.001;Esimerkki ry;Mikkeli;nimi@example.org", head=head)
    assert reasons(parsed) == [(2, "999001", "bad_homepage")]


def test_headings_that_are_not_read_are_told_and_odd_ones_not_quoted():
    head = f"{HEAD};Toimiala;Nimi;nimi@example.org;;Muuta"

    parsed = listed("999.001;Esimerkki ry;Mikkeli;a;b;c;d;e", head=head)

    assert reasons(parsed) == [
        (1, "Toimiala", "unknown_column"),
        (1, "Nimi", "column_twice"),
        (1, "6", "unknown_column"),
        (1, "7", "column_without_heading"),
        (1, "Muuta", "unknown_column"),
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("194.820", "194820"),
        ("194820", "194820"),
        ("194 820", "194820"),
        ("1.234.567", "1234567"),
        ("7", "7"),
        ("000.123", "123"),
    ],
)
def test_a_register_number_is_kept_as_digits(text, number):
    record = one(f"{text};Esimerkki ry;Mikkeli")

    assert (record["register_number"], record["record_id"]) == (number, f"register:{number}")


@pytest.mark.parametrize("text", ["194.82", "194,820", "0", "12345678", "A123", "19 48 20", "-5"])
def test_a_row_with_an_unreadable_register_number_is_set_aside(text):
    assert reasons(listed(f"{text};Esimerkki ry;Mikkeli", "1;Toinen ry;Turku")) == [
        (2, "", "bad_register_number")
    ]


def test_a_record_without_a_number_is_named_for_its_business_id_or_name_and_place():
    head = "Rekisterinumero;Y-tunnus;Nimi;Kotipaikka"
    parsed = listed(
        ";0000000-0;Esimerkki ry;",
        "-;;Åbo Exempel r.f.;Turku",
        ";;Åbo exempel, r.f.;TURKU",
        ";;Åbo Exempel r.f.;",
        head=head,
    )

    assert list(parsed.frame["record_id"]) == [
        "register:0000000-0",
        "register:åbo-exempel-r-f-turku",
    ]
    assert reasons(parsed) == [(4, "", "duplicate"), (5, "", "not_identified")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3", "3"),
        ("03", "3"),
        ("3.1", "3"),
        ("3.1.2", "3"),
        ("3 Sosiaali- ja terveysala", "3"),
        ("3) muuta", "3"),
        ("Poliittiset yhdistykset", "1"),
        ("Ammattiin ja elinkeinoon liittyvät yhdistykset", "2"),
        ("SOSIAALI- JA TERVEYSALAN YHDISTYKSET", "3"),
        ("Föreningar inom kulturbranchen", "4"),
        ("Vapaa-ajan yhdistykset", "5"),
        ("Sports and exercise associations", "6"),
        ("Föreningar med anknytning till religion och världsåskådning", "7"),
        ("Maanpuolustukseen ja kansainvälisiin suhteisiin liittyvät yhdistykset", "8"),
        ("Övriga föreningar", "9"),
        ("Luokittelemattomat", None),
        ("Luokittelematon", None),
        ("Oklassificerade", None),
        ("Unclassified", None),
        ("-", None),
        ("", None),
    ],
)
def test_a_purpose_class_is_read_by_code_and_by_name(text, code):
    parsed = listed(f"999.001;Esimerkki ry;Mikkeli;{text}", head=f"{HEAD};Tarkoitusluokka")

    assert parsed.frame.iloc[0].dropna().to_dict().get("purpose_class") == code
    assert len(parsed.rejects) == 0


def test_every_name_of_the_nine_classes_is_read():
    with (ROOT / "data" / "fixed" / "purpose_classes.csv").open(encoding="utf-8") as file:
        classes = list(csv.DictReader(file))
    assert len(classes) == 9

    for row in classes:
        for language in ("fi", "sv", "en"):
            record = one(
                f"999.001;Esimerkki ry;Mikkeli;{row[f'name_{language}']}",
                head=f"{HEAD};Tarkoitusluokka",
            )
            assert record["purpose_class"] == row["purpose_class"]


@pytest.mark.parametrize(
    "text", ["0", "10", "31", "Kulttuuri ja urheilu", "Yhdistys", "2026-01-03"]
)
def test_an_unknown_purpose_class_is_left_out_and_told(text):
    parsed = listed(f"999.001;Esimerkki ry;Mikkeli;{text}", head=f"{HEAD};Tarkoitusluokka")

    assert parsed.frame["purpose_class"].isna().all()
    assert reasons(parsed) == [(2, "999001", "unknown_purpose_class")]


def test_the_class_is_taken_from_the_subclass_or_its_name_where_it_has_no_code():
    head = f"{HEAD};Tarkoitusluokan nimi;Alaluokka;Tarkoitusluokka"

    parsed = listed(
        "1;A ry;Mikkeli;Vapaa-ajan yhdistykset;6.1;3",
        "2;B ry;Mikkeli;Vapaa-ajan yhdistykset;6.1;-",
        "3;C ry;Mikkeli;Vapaa-ajan yhdistykset;;",
        head=head,
    )

    assert list(parsed.frame["purpose_class"]) == ["3", "6", "5"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("12.4.1996", "1996-04-12"),
        ("02.01.1919", "1919-01-02"),
        ("1. 2. 1990", "1990-02-01"),
        ("1996-04-12", "1996-04-12"),
        ("1996-04-12 00:00:00", "1996-04-12"),
        ("1996-04-12T00:00:00.000Z", "1996-04-12"),
        ("1996", "1996"),
        ("1996-04", "1996-04"),
    ],
)
def test_a_date_is_read(text, date):
    head = f"{HEAD};Rekisteröintipäivä"

    assert one(f"999.001;Esimerkki ry;Mikkeli;{text}", head=head)["registered"] == date


@pytest.mark.parametrize(
    "text", ["31.2.2004", "1996-13-01", "4/12/1996", "35167", "12.4.96", "1.1.0001", "1.1.9999"]
)
def test_a_date_that_is_none_is_left_out_and_told(text):
    head = f"{HEAD};Rekisteröintipäivä"

    parsed = listed(f"999.001;Esimerkki ry;Mikkeli;{text}", head=head)

    assert parsed.frame["registered"].isna().all()
    assert reasons(parsed) == [(2, "999001", "bad_date")]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Rekisterissä", "registered"),
        ("REGISTRERAD", "registered"),
        ("Poistettu rekisteristä", "removed"),
        ("Avförd", "removed"),
        ("Selvitystilassa", "liquidation"),
        ("I likvidation", "liquidation"),
        ("Konkurssissa", "bankrupt"),
        ("Purkautunut", "ceased"),
        ("Upplöst", "ceased"),
        ("", None),
    ],
)
def test_a_state_is_read_in_three_languages(text, state):
    parsed = listed(f"999.001;Esimerkki ry;Mikkeli;{text}", head=f"{HEAD};Tila")

    assert parsed.frame.iloc[0].dropna().to_dict().get("status") == state
    assert state is None or state in REGISTER_STATES


@pytest.mark.parametrize(
    ("name", "form", "legal_form"),
    [
        ("Esimerkki ry", "", "association"),
        ("Esimerkkien liitto", "", "association"),  # its number is in this register
        ("Esimerkin uskonnollinen yhdyskunta", "", "religious"),
        ("Esimerkin uskonnollisten yhdyskuntien tuki ry", "", "association"),
        ("Exempels religiösa samfund", "", "religious"),
        ("Esimerkkiseurakunta", "Uskonnollinen yhdyskunta", "religious"),
        ("Esimerkin säätiö", "Säätiö", "foundation"),
        ("Esimerkki", "Ideell förening", "association"),
        ("Esimerkki", "Kerho", None),
    ],
)
def test_the_legal_form_is_that_of_the_type_or_the_name(name, form, legal_form):
    parsed = listed(f"999.001;{name};Mikkeli;{form}", head=f"{HEAD};Yhdistysmuoto")

    assert parsed.frame.iloc[0].dropna().to_dict().get("legal_form") == legal_form
    assert legal_form is None or legal_form in LEGAL_FORMS


def test_who_has_no_number_and_no_form_in_the_name_may_be_anything():
    assert "legal_form" not in one(";Esimerkkien kerho;Mikkeli")
    assert one(";Esimerkkien kerho r.y.;Mikkeli")["legal_form"] == "association"


def test_a_business_id_with_a_wrong_check_digit_is_left_out_and_told():
    head = "Rekisterinumero;Nimi;Y-tunnus"

    parsed = listed("1;A ry;0000000-1", "2;B ry;00000000", "3;C ry;FI 00000000", head=head)

    assert list(parsed.frame["business_id"].fillna("")) == ["", "0000000-0", "0000000-0"]
    assert reasons(parsed) == [(2, "1", "bad_business_id")]


@pytest.mark.parametrize("text", ["091", "Mikkeli 50100", "nimi@example.org", "x" * 61])
def test_a_domicile_that_is_no_name_is_left_out_and_told(text):
    parsed = listed(f"999.001;Esimerkki ry;{text}")

    assert parsed.frame["municipality_name"].isna().all()
    assert reasons(parsed) == [(2, "999001", "bad_domicile")]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "no_name"), ("-", "no_name"), ("12345", "bad_name"), ("x" * 301, "bad_name")],
)
def test_a_row_without_a_name_is_set_aside(name, reason):
    parsed = listed(f"999.001;{name};Mikkeli", "1;Toinen ry;Turku")

    assert reasons(parsed) == [(2, "999001", reason)]
    assert len(parsed.frame) == 1


def test_headings_in_the_middle_and_slipped_rows_are_set_aside():
    parsed = listed("1;A ry;Mikkeli", "2;B ry;Turku", HEAD, "3;C; ry;Turku", "4;D ry;Turku")

    assert list(parsed.frame["register_number"]) == ["1", "2", "4"]
    assert reasons(parsed) == [(4, "", "headings_again"), (5, "3", "too_many_cells")]


def test_a_column_that_has_no_heading_does_not_set_rows_aside():
    parsed = listed("1;A ry;Mikkeli;x", "2;B ry;Turku;y", "3;C ry;Turku")

    assert len(parsed.frame) == 3
    assert reasons(parsed) == [(1, "4", "column_without_heading")]


def test_register_page_leads_to_the_search_or_to_the_association():
    assert one("1;A ry;Mikkeli")["source_url"] == register_page()
    assert register_page("0000000-0", lang="sv") == (
        "https://yhdistysrekisteri.prh.fi/basicinformation?userLang=sv&businessId=0000000-0"
        "&timeZone=Europe%2FHelsinki"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nimi;kotipaikka\nEsimerkki ry;Mikkeli\n",
        b"rekisterinumero;kotipaikka\n1;Mikkeli\n",
        b"1;Esimerkki ry;Mikkeli\n2;Toinen ry;Turku\n",
        b'{"rekisterinumero": 1, "nimi": "Esimerkki ry"}',
        b"<html><title>503</title></html>",
        b"PK\x03\x04" + bytes(100),
        b"%PDF-1.7",
        bytes(1000),
    ],
)
def test_a_file_of_another_form_is_told_and_never_quoted(body):
    with pytest.raises(SourceChanged, match="association_register") as raised:
        parse(body)

    assert "Esimerkki" not in str(raised.value)


def test_rejects_never_hold_free_text():
    person = "Nimi Salainen 040 123 4567"
    row = ";".join([person] * 5)

    parsed = listed(row, f"1;{person};{person};{person};{person}", head=f"{HEAD};Tila;Y-tunnus")

    assert "Salainen" not in parsed.rejects.to_csv()


def test_ten_thousand_rows_are_read_whole():
    rows = "\n".join(
        f"{number // 1000}.{number % 1000:03};Esimerkki {number} ry;Mikkeli;{number % 9 + 1}"
        f";{number % 28 + 1}.{number % 12 + 1}.{1920 + number % 100};Rekisterissä"
        for number in range(100_000, 110_000)
    )
    body = f"{HEAD};Tarkoitusluokka;Rekisteröity;Tila\n{rows}\n".encode()

    parsed = parse(body)

    assert len(parsed.frame) == 10_000
    assert len(parsed.rejects) == 0
    assert list(parsed.frame["register_number"][:2]) == ["100000", "100001"]


def test_more_rows_than_the_register_can_have_are_refused(monkeypatch):
    monkeypatch.setattr(association_register, "MAX_ROWS", 10)
    rows = "\n".join(f"{number};A ry;Turku" for number in range(1, 100))

    with pytest.raises(SourceChanged, match="more than 10 rows"):
        parse(f"{HEAD}\n{rows}\n".encode())


def test_a_column_that_nowhere_fits_is_a_changed_source():
    rows = "\n".join(f"{number};A ry;Turku;Toiminnassa" for number in range(1, 50_002))

    with pytest.raises(SourceChanged, match=r"more than 50000 .* unknown_state"):
        parse(f"{HEAD};Tila\n{rows}\n".encode())


CELL = st.text(max_size=12) | st.sampled_from(
    ["194.820", "3.1", "12.4.1996", "Poistettu", "0000000-0", "Turku", "-", '"', "0", "9" * 5000]
)
HEADING = st.sampled_from([heading for known in HEADINGS.values() for heading in known[:2]])


@settings(deadline=None, max_examples=50)
@given(body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_random_bytes_give_a_table_or_a_loader_error(body):
    with contextlib.suppress(LoaderError):
        parse(body)


@settings(deadline=None, max_examples=25)
@given(
    headings=st.lists(HEADING, max_size=6),
    rows=st.lists(st.lists(CELL, max_size=10), max_size=5),
)
def test_random_cells_under_known_headings_give_a_table_or_a_loader_error(headings, rows):
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows(
        [["rekisterinumero", "nimi", *headings], *rows, ["1", "Esimerkki ry"]]
    )
    with contextlib.suppress(LoaderError):
        parsed = parse(file.getvalue().encode("utf-8", "replace"))
        assert table_faults(parsed.frame, ORGANISATION_RECORDS) == []


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_a_damaged_file_gives_a_table_or_a_loader_error(data):
    body = FIXTURE.read_bytes()
    at = data.draw(st.integers(0, len(body)))
    until = data.draw(st.integers(at, min(len(body), at + 40)))
    put_in = data.draw(st.binary(max_size=20) | st.text(";,\"\n\t'", max_size=9).map(str.encode))

    with contextlib.suppress(LoaderError):
        parse(body[:at] + put_in + body[until:])
