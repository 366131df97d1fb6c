"""The texts: the same keys and blanks in three languages, none missing and none left over."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

from dashboards.texts import (
    LANGUAGES,
    MISSING,
    MissingText,
    date,
    number,
    percent,
    sort_key,
    text,
    texts,
)
from geo.coverage import LADDER, STATES
from geo.organisation_fields import FIELD_PRIORITY
from geo.organisation_scores import REASONS
from loaders.outcomes import NOTICES
from loaders.tables import COUNTY_CRITERIA, CRITERIA, TABLES

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"


def blanks(value: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(value) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_have_the_same_keys_in_every_language(lang):
    assert set(texts(lang)) == set(texts("fi"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_have_the_same_blanks_in_every_language(lang):
    finnish = texts("fi")
    differing = [key for key in finnish if blanks(texts(lang)[key]) != blanks(finnish[key])]
    assert differing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_has_a_space_at_its_end(lang):
    assert [key for key, value in texts(lang).items() if not value or value != value.strip()] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_the_model_has_a_text(lang):
    needed = [f"theme.{criterion}" for criterion in ("ladder", *CRITERIA)]
    needed += [f"state.{state}.name" for state in STATES]
    needed += [f"ladder.{step}.meaning" for step in LADDER]
    needed += [f"county.{criterion}" for criterion in COUNTY_CRITERIA]
    needed += [f"table.{table}" for table in TABLES]
    for table, column, prefix in (
        ("boards", "level", "level"),
        ("seats", "role", "role"),
        ("organisation_records", "legal_form", "legal_form"),
        ("organisation_records", "status", "status"),
        ("organisation_decisions", "decision", "decision"),
        ("changes", "change", "change"),
    ):
        [allowed] = [
            check.statistics["allowed_values"]
            for check in TABLES[table].columns[column].checks
            if "allowed_values" in check.statistics
        ]
        needed += [f"{prefix}.{value}" for value in allowed]
    needed += [f"record_field.{field}" for field in FIELD_PRIORITY]
    needed += [f"match.{reason}" for reason in REASONS]
    needed += [f"freshness.{state}" for state in ("fresh", "due", "overdue", "unknown")]
    needed += [f"refresh_notice.{notice}" for notice in ("failed", *NOTICES)]
    assert [key for key in needed if key not in texts(lang)] == []


def test_every_key_written_in_the_code_has_a_text():
    asked = re.compile(r"""(?:\bt|\btext|self\.text)\(\s*["']([a-z_0-9.]+)["'][,)]""")
    found = set()
    for path in [*DASHBOARDS.rglob("*.py"), *DASHBOARDS.rglob("*.html")]:
        found |= set(asked.findall(path.read_text(encoding="utf-8")))
    known = set(texts("fi"))
    plurals = {key.rpartition(".")[0] for key in known if key.endswith(".other")}
    assert len(found) > 60
    assert sorted(found - known - plurals) == []


def test_every_text_is_used_somewhere():
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in [*DASHBOARDS.rglob("*.py"), *DASHBOARDS.rglob("*.html")]
    )
    # Keys put together in code, as f"ladder.{step}.name" or 'state.' ~ item.state ~ '.name'.
    stems = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*[._])(?:\{|["'] ?~)""", code))
    built = {"view.", "ladder.", "state.", "theme.", "column.", "table.", "notice."}
    assert built <= stems | {"ladder.", "state.", "notice."}
    unused = [
        key
        for key in texts("fi")
        if re.sub(r"\.(one|other)$", "", key) not in code
        and not any(key.startswith(stem) for stem in stems)
        and key.split(".")[0] not in ("ladder", "state")  # f"{kind}.{state}.name"
    ]
    assert unused == []
    # Headings of columns are asked for by their last part.
    headings = [key.removeprefix("column.") for key in texts("fi") if key.startswith("column.")]
    assert [heading for heading in headings if heading not in code] == []


def test_no_word_of_the_page_stands_in_python():
    letters = re.compile(r"[åäöÅÄÖ]")
    found = [
        f"{path.name}: {line.strip()}"
        for path in DASHBOARDS.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if letters.search(re.sub(r"Järjestökartta", "", line.split("#")[0]))
        and '"""' not in line
        and path.parent.name != "texts"
    ]
    assert found == []


def test_text_of_an_unknown_key_is_an_error():
    with pytest.raises(MissingText, match=r"no\.such"):
        text("no.such", "fi")


def test_text_with_an_empty_blank_is_an_error():
    with pytest.raises(MissingText, match="theme"):
        text("legend.caption", "fi")


@pytest.mark.parametrize(
    ("lang", "count", "said"),
    [
        ("fi", 1, "1 tunnettu järjestö"),
        ("fi", 2, "2 tunnettua järjestöä"),
        ("fi", 0, "0 tunnettua järjestöä"),
        ("sv", 1, "1 känd organisation"),
        ("sv", 1234, "1\u00a0234 kända organisationer"),
        ("en", 1, "1 known organisation"),
        ("en", 0, "0 known organisations"),
    ],
)
def test_text_takes_the_plural_of_the_language(lang, count, said):
    assert text("profile.organisations", lang, count=count) == said


@pytest.mark.parametrize(
    ("lang", "written"),
    [("fi", "12\u00a0000,5"), ("sv", "12\u00a0000,5"), ("en", "12,000.5")],
)
def test_number_is_written_as_the_language_writes_it(lang, written):
    assert number(12000.5, lang, decimals=1) == written


@pytest.mark.parametrize("missing", [pd.NA, None, float("nan")])
def test_what_is_not_known_is_a_dash_and_never_a_zero(missing):
    assert number(missing, "fi") == MISSING
    assert percent(missing, "fi") == MISSING
    assert date(missing, "fi") == MISSING
    assert number(0, "fi") == "0"


@pytest.mark.parametrize(
    ("lang", "whole", "month"),
    [
        ("fi", "31.12.2018", "syyskuu 2020"),
        ("sv", "31 dec. 2018", "september 2020"),
        ("en", "31 Dec 2018", "September 2020"),
    ],
)
def test_date_is_written_as_far_as_it_is_known(lang, whole, month):
    assert date("2018-12-31", lang) == whole
    assert date("2020-09", lang) == month
    assert date("2022", lang) == "2022"


def test_names_sort_with_å_ä_and_ö_last():
    assert sorted(["Öja", "Äänekoski", "Åbo", "Zanzibar", "Aura"], key=sort_key) == [
        "Aura",
        "Zanzibar",
        "Åbo",
        "Äänekoski",
        "Öja",
    ]
