"""The report page, read with BeautifulSoup: words, order of headings, no requests, escaping."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup

from dashboards.export.files import made
from dashboards.export.report import ReportExport
from dashboards.export.scope import Scope
from tests.dashboards.export.toy_atlas import BAD_URL, MARKUP, harmful_store

REGION = "region-10"


def soup_of(store, *, area=REGION, langs=("fi",), with_contacts=False):
    scope = Scope(store=store, area=area, langs=langs, with_contacts=with_contacts)
    return BeautifulSoup(made(ReportExport(scope=scope)).decode("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def soup(store):
    return soup_of(store, langs=("fi", "sv"), with_contacts=True)


@pytest.fixture(scope="module")
def plain(store):
    return soup_of(store)  # the boards' figures have been worked out for the other


def test_the_report_is_in_its_languages(soup, plain):
    assert soup.html["lang"] == plain.html["lang"] == "fi"
    assert soup.h1.find(lang="sv").string == "Järjestökartta, rapport: Södra Savolax"
    assert plain.find_all(lang="sv") == []
    assert soup.find(id="m-740").get_text() == "Savonlinna / Nyslott"


def test_headings_of_the_report_are_in_order(soup):
    levels = [int(heading.name[1]) for heading in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_of_the_report_have_captions_and_scoped_heads(soup):
    tables = soup.find_all("table")
    assert len(tables) > 30
    for table in tables:
        assert table.caption.get_text(strip=True)
        assert {cell["scope"] for cell in table.find_all("th")} == {"col", "row"}
    captions = [table.caption.get_text() for table in tables]
    assert len(set(captions)) == len(captions)


def test_maps_of_the_report_are_pictures_with_a_text(soup):
    pictures = [svg for svg in soup.find_all("svg") if svg.get("role") == "img"]
    assert len(pictures) == 1 + 11
    assert all(picture["aria-label"] for picture in pictures)
    rest = [svg for svg in soup.find_all("svg") if svg.get("role") != "img"]
    assert all(svg["aria-hidden"] == "true" for svg in rest)


def test_the_report_asks_no_host_for_anything(soup):
    page = str(soup)
    assert not soup.find_all(["script", "link", "iframe", "img", "object", "embed", "base"])
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert not re.findall(r"(?:src|xlink:href)=\"(?!#)", page)
    assert not re.findall(r"url\(['\"]?(?!#|data:)", page)
    assert not re.findall(r"@import", page)


def test_ids_of_the_report_are_unique_and_its_links_lead_somewhere(soup):
    ids = [found["id"] for found in soup.find_all(id=True)]
    assert len(set(ids)) == len(ids)
    inner = [link["href"][1:] for link in soup.find_all("a") if link["href"].startswith("#")]
    assert len(inner) > 30
    assert set(inner) <= set(ids)
    outer = [link["href"] for link in soup.find_all("a") if not link["href"].startswith("#")]
    assert all(address.startswith(("http://", "https://")) for address in outer)


def test_the_report_tells_of_persons_only_where_they_were_asked_for(soup, plain, store):
    people = store.liaisons.dropna(subset="municipality_code")
    said, silent = soup.get_text(), str(plain)
    for column in ("person_name", "email"):
        for value in people[column].dropna():
            assert value in said
            assert value not in silent
    assert soup.find(class_="personal").get_text().startswith("Sisältää henkilötietoja")
    assert "henkilötietoja" in soup.find("meta", attrs={"name": "description"})["content"]
    assert plain.find(class_="personal") is None


def test_the_totals_of_the_report_add_up(plain):
    rows = plain.find("table").tbody.find_all("tr")
    counts = [int(row.find_all("td")[0].string) for row in rows]
    assert len(counts) == 6
    assert sum(counts[:5]) == counts[5] == 11


def test_data_that_means_harm_is_text_on_the_report(store):
    soup = soup_of(harmful_store(store))
    assert not soup.find_all("script")
    assert MARKUP in soup.get_text()
    assert not [link for link in soup.find_all("a") if BAD_URL in link["href"]]
    assert "49" not in soup.find(string=re.compile("7\\*7"))
    assert "\x00" not in str(soup)


def test_the_report_is_the_same_each_time(store):
    scope = Scope(store=store, area="municipality-491")
    assert made(ReportExport(scope=scope)) == made(ReportExport(scope=scope))
