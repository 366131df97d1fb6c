"""Every reason with which a row is set aside has words in three languages, and no other has."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from dashboards.texts import LANGUAGES, texts
from loaders import sources
from loaders.source import Scope
from loaders.tables import SET_ASIDE
from tests.dashboards.reason_codes import Code
from tests.servers.drive import drive
from tests.servers.world import addresses, services

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = sorted((ROOT / "tests" / "fixtures" / "sources").iterdir())
FILES = [
    *sorted((ROOT / "loaders" / "sources").glob("*.py")),
    *sorted((ROOT / "geo" / "assembly").glob("*.py")),
    ROOT / "dashboards" / "commands" / "assembling.py",
]
PREFIX = "reason."


@pytest.fixture(scope="module")
def given() -> dict[str, set[str]]:
    """File and line where rows are set aside, to the reasons that may be given there."""
    return Code(FILES).given()


@pytest.fixture(scope="module")
def reasons(given) -> set[str]:
    """Those in the code, and those of the collection, whose rows a person set aside."""
    collected = pd.read_csv(ROOT / "data" / "fixed" / SET_ASIDE.file_name)["reason"]
    return set(collected).union(*given.values())


def words(lang: str) -> dict[str, str]:
    """Reason to its words."""
    return {
        key.removeprefix(PREFIX): said
        for key, said in texts(lang).items()
        if key.startswith(PREFIX)
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_words(lang, reasons):
    assert sorted(reasons - words(lang).keys()) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_words_are_of_a_reason_that_is_never_given(lang, reasons):
    assert sorted(words(lang).keys() - reasons) == []


def test_words_of_a_reason_differ_in_each_language():
    finnish, swedish, english = (words(lang) for lang in ("fi", "sv", "en"))
    same = [key for key in finnish if len({finnish[key], swedish[key], english[key]}) < 3]
    assert same == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_of_a_reason_are_like_their_neighbours(lang):
    odd = [
        said
        for said in words(lang).values()
        if "_" in said or said.endswith(".") or said[0].isupper() or len(said) > 70
    ]
    # The code of a company begins with a capital, in Finnish and Swedish.
    assert [said for said in odd if not said.startswith(("Y-", "FO-"))] == []


def test_every_place_where_a_row_is_set_aside_gives_a_reason(given):
    assert len(given) > 60
    assert [place for place, codes in given.items() if not codes] == []
    assert {code for codes in given.values() for code in codes if not code.isidentifier()} == set()


def test_reasons_that_come_out_of_fixtures_and_services_are_found_in_the_code(given, tmp_path):
    made = services()
    bases = addresses({name: f"https://{name}.invalid" for name in made})
    came: set[str] = set()
    for file in FIXTURES:
        came |= set(sources()[file.stem].parse(file.read_bytes()).rejects["reason"])
    for source_id, base_url in bases.items():
        module = sources()[source_id]
        if not hasattr(module, "gather"):
            continue
        scope = Scope(
            base_url=base_url,
            today=dt.date(2026, 11, 21),
            year=2026,
            municipality_codes=("491", "740"),
            region_codes=("10",),
            wellbeing_county_codes=("12",),
            regions_of_county={"12": ("10",)},
            business_ids=("0000000-1", "kaikki"),
        )
        name = base_url.removeprefix("https://").partition(".")[0]
        gathered = drive(module.gather(scope), made[name], folder=tmp_path)
        came |= set(gathered.rejects["reason"])
    assert len(came) > 15
    assert sorted(came - set().union(*given.values())) == []


FORMS = {
    "a text": ('aside.reject(1, "", "one")', {"one"}),
    "either of two": ('aside.reject(1, "", "one" if line else "two")', {"one", "two"}),
    "a name": (
        'fault = ""\nif line:\n    fault = "one"\naside.reject(1, "", fault)',
        {"one"},
    ),
    "what a function gives": (
        'aside.reject(1, "", why())\ndef why():\n    return "one"',
        {"one"},
    ),
    "a part of what a function gives": (
        'number, why = both()\naside.reject(1, "", why)\ndef both():\n    return 1, "one"',
        {"one"},
    ),
    "a table": (
        'READERS = {"a": (len, "one"), "b": (str, "two")}\n'
        'for field, (_, why) in READERS.items():\n    aside.reject(1, "", why)',
        {"one", "two"},
    ),
    "a look into a table": (
        'FAULTS = {"a": "one"}\naside.reject(1, "", FAULTS.get("a", "two"))',
        {"one", "two"},
    ),
    "pieces": (
        'for what in ("x", "y"):\n    aside.reject(1, "", f"no_{what}")',
        {"no_x", "no_y"},
    ),
    "a field": (
        'class Found:\n    place: str\n    reason: str = ""\nFound("", "one")',
        {"one"},
    ),
    "a list": (
        'odd = []\nodd.append(("", "one"))\nfor text, why in odd:\n    aside.reject(1, "", why)',
        {"one"},
    ),
    "a method between": (
        "class Book:\n    def reject(self, name, reason):\n"
        '        aside.reject(1, name, reason)\nBook().reject("", "one")',
        {"one"},
    ),
    "a row of the table": (
        'rows = [("", "", "one", "")]\nDataFrame(rows, columns=SET_ASIDE.columns)',
        {"one"},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_reason_is_found_in_whatever_form_it_is_given(form, tmp_path):
    code, expected = FORMS[form]
    method = "class SetAside:\n    def reject(self, line, text, reason):\n        pass\n"
    file = tmp_path / "source.py"
    file.write_text(method + code + "\n", encoding="utf-8")

    assert set().union(*Code([file]).given().values()) == expected
