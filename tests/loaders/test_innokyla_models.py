from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged
from loaders.source import Answer, Gathered, Parsed, Scope
from loaders.sources.innokyla_models import DEFAULT_PAGES, SOURCE, gather, parse
from loaders.tables import MODEL_PAGES
from tests.servers.drive import NOW, drive
from tests.servers.innokyla import AREA_LABEL, AUTHOR, FIELDS, Innokyla, model_page

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures/sources/innokyla_models.html"
PATH = "/fi/toimintamalli/esimerkki"
ADDRESS = f"https://innokyla.fi{PATH}"

# title, place, area_name, created, modified of the page as the local service makes it.
USUAL = (
    "Esimerkkimalli",
    "Esimerkkikunnan yhteisötalo",
    "Etelä-Savo",
    "2021-02-05",
    "2025-11-17",
)


def scope(**options: str) -> Scope:
    return Scope(
        base_url=SOURCE.url,
        today=dt.date(2026, 11, 21),
        year=2026,
        municipality_codes=("001",),
        region_codes=("10",),
        wellbeing_county_codes=("12",),
        options=options,
    )


def gathered(service: Innokyla, pages: str) -> Gathered:
    result = drive(gather(scope(pages=pages)), service)
    assert table_faults(result.frames["model_pages"], MODEL_PAGES) == []
    return result


def parsed(page: str) -> Parsed:
    result = parse(page.encode())
    assert table_faults(result.frame, MODEL_PAGES) == []
    told = result.frame.to_csv() + result.rejects.to_csv()
    assert AUTHOR not in told
    return result


def told(frame: Any) -> list[tuple[Any, ...]]:
    columns = ["title", "place", "area_name", "created", "modified"]
    rows = frame[columns].astype("object").where(frame[columns].notna(), None)
    return list(rows.itertuples(index=False, name=None))


def set_aside(rejects: Any) -> list[tuple[int, str, str]]:
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


def with_fields(rows: str) -> str:
    """A page whose block of fields has these lines of HTML."""
    start, _, rest = model_page().partition("<h2>Perustiedot</h2>")
    return f"{start}<h2>Perustiedot</h2>{rows}<h2>{rest.partition('<h2>')[2]}"


def test_parse_reads_title_place_area_and_dates_and_never_the_author():
    frame, rejects = parsed(FIXTURE.read_text(encoding="utf-8"))

    assert told(frame) == [USUAL]
    assert frame["source_url"].tolist() == [ADDRESS]
    assert frame["municipality_code"].isna().all()
    assert len(rejects) == 0
    assert AUTHOR in FIXTURE.read_text(encoding="utf-8")


@pytest.mark.parametrize("left_out", ["nimi", "toteutuspaikka", "paikkakunta", "luotu", "viimeksi"])
@pytest.mark.parametrize("value", ["-", ""])
def test_parse_leaves_empty_what_the_page_does_not_tell(left_out, value):
    frame, rejects = parsed(model_page(**{left_out: value}))

    at = ["nimi", "toteutuspaikka", "paikkakunta", "luotu", "viimeksi"].index(left_out)
    expected = list(USUAL)
    expected[at] = "Esimerkkimalli" if left_out == "nimi" else None  # the heading has it as well
    assert told(frame) == [tuple(expected)]
    assert len(rejects) == 0


def test_parse_takes_no_author_for_a_place():
    rows = "".join(f"<p>{label}</p>" for label in (*FIELDS,)).replace(
        "<p>Tekijä</p>", f"<p>Tekijä</p><p>{AUTHOR}</p>"
    )

    frame, _ = parsed(with_fields(rows))

    assert told(frame) == [("Esimerkkimalli", None, None, None, None)]


@pytest.mark.parametrize(
    "rows",
    [
        f"<p>Toteutuspaikka</p><p>Esimerkki</p><p>{AREA_LABEL}</p><p>Kainuu</p>"
        f"<p>Tekijä</p><p>{AUTHOR}</p><p>Luotu</p><p>1.2.2021</p>",
        f"<p>Toteutuspaikka: Esimerkki</p><p>{AREA_LABEL}: Kainuu</p>"
        f"<p>Tekijä: {AUTHOR}</p><p>Luotu: 1.2.2021</p>",
        f"<p><b>Toteutuspaikka</b> Esimerkki</p><p>PAIKKAKUNTA, MAAKUNTA TAI HYVINVOINTIALUE "
        f"Kainuu</p><p>Tekijä {AUTHOR}<p>Luotu 1.2.2021</p>",
        f"<dl><dt>Toteutuspaikka **</dt><dd>Esimerkki</dd><dt>Paikkakunta</dt><dd>Kainuu</dd>"
        f"<dt>Tekijät</dt><dd>{AUTHOR}</dd><dt>Luotu</dt><dd>1.2.2021</dd></dl>",
    ],
)
def test_parse_reads_labels_on_a_line_of_their_own_and_before_their_value(rows):
    frame, rejects = parsed(with_fields(rows))

    assert told(frame) == [("Esimerkkimalli", "Esimerkki", "Kainuu", "2021-02-01", None)]
    assert len(rejects) == 0


def test_parse_reads_a_page_of_the_development_path():
    page = (
        "<!DOCTYPE html><html><head><title>Malli | Innokylä</title>"
        f'<link rel="canonical" href="{ADDRESS}/kehittamisen-polku"></head><body>'
        "<h2>Toimintaympäristö **</h2><p>Esimerkki.</body></html>"
    )

    frame, rejects = parsed(page)

    assert told(frame) == [("Malli", None, None, None, None)]
    assert frame["source_url"].tolist() == [f"{ADDRESS}/kehittamisen-polku"]
    assert len(rejects) == 0


def test_parse_says_what_it_left_out_of_a_page():
    page = model_page(
        toteutuspaikka="Esimerkki, nobody@example.fi",
        paikkakunta="Etelä-Savo</div><div>Kainuu",
        luotu="31.02.2021",
        viimeksi="eilen",
    )

    frame, rejects = parsed(page)

    assert told(frame) == [("Esimerkkimalli", None, "Etelä-Savo", None, None)]
    assert set_aside(rejects) == [
        (1, "page: paikkakunta", "more_than_one_value"),
        (1, "page: toteutuspaikka", "personal_data"),
        (1, "page: luotu", "bad_date"),
        (1, "page: viimeksi muokattu", "bad_date"),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "http://innokyla.fi/fi/toimintamalli/esimerkki",
        "https://innokyla.fi.example.com/fi/toimintamalli/esimerkki",
        "https://somebody@innokyla.fi/fi/toimintamalli/esimerkki",
        "https://innokyla.fi:8443/fi/toimintamalli/esimerkki",
        "https://innokyla.fi/fi/../etusivu",
        "https://innokyla.fi/",
        "https://[innokyla.fi/fi",
        "javascript:alert(1)",
        "/fi/toimintamalli/esimerkki",
    ],
)
def test_parse_sets_a_page_aside_that_names_no_address_of_innokyla(address):
    frame, rejects = parsed(model_page().replace(ADDRESS, address))

    assert len(frame) == 0
    assert set_aside(rejects) == [(1, "page", "no_address")]


def test_parse_takes_the_address_for_sharing_where_the_canonical_one_is_missing():
    page = model_page().replace('rel="canonical"', 'rel="icon"')
    page = page.replace(ADDRESS, "https://www.innokyla.fi/fi/toimintamalli/esimerkki/?a=1#b")

    assert parsed(page).frame["source_url"].tolist() == [ADDRESS]


def test_parse_sets_another_page_of_innokyla_aside():
    page = f'<html><head><link rel="canonical" href="{ADDRESS}"></head><body><h1>Uutinen'

    frame, rejects = parsed(page)

    assert len(frame) == 0
    assert set_aside(rejects) == [(1, "page", "not_a_model_page")]


NO_PAGES = {
    "nothing": b"",
    "json": b'{"error": 1}',
    "text": b"Toimintamallin nimi\nEsimerkki",
    "deep": b"<html>" + b"<div>" * 9_999,
    "large": b"<html>" + b"x" * 5_000_001,
}


@pytest.mark.parametrize("body", NO_PAGES.values(), ids=NO_PAGES)
def test_parse_refuses_what_is_no_page(body):
    with pytest.raises(SourceChanged, match=SOURCE.id):
        parse(body)


def test_gather_fetches_slugs_and_addresses_each_once():
    service = Innokyla(pages={PATH: model_page(), f"{PATH}/polku": model_page(title="Polku")})

    result = gathered(service, f"esimerkki,https://www.innokyla.fi{PATH}/,{ADDRESS}/polku")

    assert service.asked == [PATH, f"{PATH}/polku"]
    assert result.frames["model_pages"]["source_url"].tolist() == [ADDRESS, f"{ADDRESS}/polku"]
    assert told(result.frames["model_pages"])[0] == USUAL
    assert len(result.rejects) == 0


def test_gather_goes_on_after_a_page_that_is_gone_or_another():
    service = Innokyla(pages={PATH: model_page(), "/fi/uutinen": "<html><body><h1>Uutinen"})

    result = gathered(service, "kadonnut,https://innokyla.fi/fi/uutinen,esimerkki")

    assert told(result.frames["model_pages"]) == [USUAL]
    assert set_aside(result.rejects) == [
        (1, "/fi/toimintamalli/kadonnut", "page_not_found"),
        (2, "/fi/uutinen", "not_a_model_page"),
    ]


def test_gather_fetches_the_quoted_pages_where_none_are_named():
    service = Innokyla(any_slug=True)

    result = gathered(service, "")

    assert service.asked == [f"/fi/toimintamalli/{slug}" for slug in DEFAULT_PAGES]
    assert len(result.frames["model_pages"]) == len(DEFAULT_PAGES)


@pytest.mark.parametrize(
    "pages",
    [
        "http://innokyla.fi/fi/toimintamalli/esimerkki",
        "https://example.com/fi/toimintamalli/esimerkki",
        "esimerkki,Ei Slug",
        "../esimerkki",
        ",".join(f"malli-{number}" for number in range(201)),
    ],
)
def test_gather_refuses_pages_of_others(pages):
    with pytest.raises(LoaderError, match=r"innokyla_models\.pages: expected"):
        next(gather(scope(pages=pages)))


def outcome(body: bytes) -> Parsed | None:
    try:
        return parse(body)
    except LoaderError:
        return None


LABEL = st.sampled_from([*FIELDS, "Perustiedot", "Ratkaisun perusidea **", "</div>", "<p>", ":"])
TEXT = st.text(max_size=20) | st.sampled_from(["1.2.2021", "99.99.9999", "&#xD800;", "\u2028"])


@settings(deadline=None, max_examples=20)
@given(pieces=st.lists(LABEL | TEXT, max_size=12))
def test_parse_survives_any_page(pieces):
    page = with_fields("".join(f"<div>{piece}</div>" for piece in pieces))

    result = outcome(page.encode("utf-8", "replace"))

    assert result is None or table_faults(result.frame, MODEL_PAGES) == []


@settings(deadline=None, max_examples=20)
@given(body=st.binary(max_size=300), is_page=st.booleans())
def test_gather_survives_any_bytes(body, is_page):
    gathering = gather(scope(pages="esimerkki"))
    next(gathering)
    page = b"<html><body><h2>Perustiedot</h2>" + body if is_page else body
    try:
        gathering.send(Answer(body=page, fetched_at=NOW))
    except SourceChanged:
        return
    except StopIteration as stop:
        faults = table_faults(stop.value.frames["model_pages"], MODEL_PAGES)
    assert faults == []
