"""The catalogue of tables: every one is filled in every language, and asks for what it needs."""

from __future__ import annotations

import pytest

from dashboards.export.faults import ExportError
from dashboards.export.scope import Scope
from dashboards.export.table_content import KINDS, Choices
from dashboards.export.tables import (
    CATALOGUE,
    TableExport,
    format_meanings,
    table_asks,
    table_content,
    table_names,
)
from dashboards.snippets import SNIPPETS
from dashboards.state import State
from dashboards.texts import LANGUAGES
from geo.coverage import LADDER
from loaders.tables import TABLES

BOARD = "es_elakelaisten_neuvottelukunta"
CHOICES = Choices(theme="organisations_per_10k", group="KR1.1", board=BOARD)
ESAVO = "region-10"


def content(store, table, *, area="all", langs=("fi",), contacts=False, every=False, **chosen):
    scope = Scope(store=store, area=area, langs=langs, with_contacts=contacts)
    return table_content(table, scope, choices=Choices(**chosen), all_columns=every)


def column(table, key):
    [found] = [column for column in table.columns if column.key == key]
    return list(found.values)


@pytest.mark.parametrize("table", CATALOGUE)
def test_table_content_has_headings_and_explanations_in_the_languages_of_the_file(store, table):
    scope = Scope(store=store, area=ESAVO, langs=("fi", "sv", "en"))
    found = table_content(table, scope, choices=CHOICES, all_columns=True)
    assert set(found.titles) == set(LANGUAGES)
    lengths = {len(column.values) for column in found.columns}
    assert len(lengths) == 1
    for each in found.columns:
        assert each.kind in KINDS
        assert all(each.headings[lang] and each.meanings[lang] for lang in LANGUAGES)
    for lang in LANGUAGES:
        headings = [each.heading([lang]) for each in found.columns]
        assert len(set(headings)) == len(headings)
    assert len({each.key for each in found.columns}) == len(found.columns)
    assert all(name in TABLES for name in found.sources)
    assert not found.tells_of_persons


def test_catalogue_has_every_table_of_the_model_and_those_of_the_page_by_their_ids(store):
    raw = {spec.name for spec in CATALOGUE.values() if spec.name}
    assert raw == set(TABLES)
    page = [id for id, spec in CATALOGUE.items() if not spec.name]
    # Those that the page has without an address; its list of organisations is a search.
    beside = {"gaps", "readings", "contacts-curve", "evidence", "organisations", "boards"}
    assert set(page) - beside - {"set-aside"} <= set(SNIPPETS)
    assert list(table_names("sv")) == list(CATALOGUE)
    assert len(set(table_names("en").values())) == len(CATALOGUE)
    assert set(format_meanings("fi")) == {"csv", "xlsx", "json"}


@pytest.mark.parametrize(
    "table",
    [
        *("gaps-known_step", "gaps-no_information", "sensitivity", "profile-matrix"),
        *("group-matrix", "group-gaps", "zeros", "representation", "seats", "territory"),
        *("counties", "contacts-list", "municipalities", "tables", "sources", "legend"),
    ],
)
def test_table_content_has_the_rows_that_the_snippet_of_the_page_gives(store, table):
    state = State()
    state.allow(
        region=["", "10"], group=["", "KR1.1"], board=[BOARD], theme=["organisations_per_10k"]
    )
    state.region, state.group = "10", "KR1.1"
    lines = SNIPPETS[table].format(
        **{name: getattr(state, name) for name in (*State.CHOICES, "group_shown")}
    )
    towns = store.overview[store.chosen("10")]
    names = {"store": store, "towns": towns, "here": set(towns["municipality_code"])}
    exec(lines, names)  # noqa: S102 - the page's own snippets
    scope = Scope(store=store, area=ESAVO)
    found = table_content(table, scope, choices=CHOICES)
    assert found.rows == len(names["rows"])


def test_table_content_of_gaps_tells_them_by_people_and_keeps_the_two_kinds_apart(store):
    gaps = content(store, "gaps", area=ESAVO, every=True)
    people = column(gaps, "residents")
    assert people == sorted(people, reverse=True)
    assert column(gaps, "municipality")[0] == "Savonlinna"
    assert column(gaps, "municipality_code")[0] == "740"
    parts = [
        content(store, f"gaps-{kind}", area=ESAVO) for kind in ("known_step", "no_information")
    ]
    assert sum(part.rows for part in parts) == gaps.rows
    assert "no_information" not in column(
        content(store, "gaps-known_step", area=ESAVO, every=True), "gap_kind_code"
    )


def test_table_content_of_the_legend_counts_every_municipality_also_in_classes_without_one(store):
    legend = content(store, "legend", area="municipality-445", every=True)
    assert column(legend, "state_code") == list(LADDER)
    assert sum(column(legend, "municipalities")) == 1
    assert 0 in column(legend, "municipalities")


def test_table_content_leaves_unknown_numbers_empty_and_never_zero(store):
    profile = content(store, "profile-matrix", area=ESAVO, every=True)
    states, years = column(profile, "premises_code"), column(profile, "premises_year")
    assert "not_asked" in states
    assert all(
        year is None for state, year in zip(states, years, strict=True) if state == "not_asked"
    )
    assert any("Tyhjä solu" in remark for remark in profile.remarks["fi"])
    seats = column(content(store, "boards", every=True), "seats_total")
    known = store["boards"]["seats_total"].notna().sum()
    assert sum(value is not None for value in seats) == known


def test_table_content_in_two_languages_has_names_and_words_side_by_side(store):
    rows = content(store, "gaps", area="municipality-445", langs=("fi", "sv"))
    assert column(rows, "municipality") in ([], ["Parainen / Pargas"])
    town = content(store, "municipalities", area="municipality-445", langs=("fi", "sv"))
    assert column(town, "municipality") == ["Parainen / Pargas"]
    assert town.columns[0].heading(("fi", "sv")) == "Kunta / Kommun"
    assert town.columns[2].heading(("fi", "sv")) == "Asukkaita (henkilöä) / Invånare (personer)"


def test_table_content_of_the_model_leaves_personal_columns_out_and_says_which(store):
    bare = content(store, "liaisons", area=ESAVO)
    assert {"person_name", "email", "second_role"}.isdisjoint(each.key for each in bare.columns)
    assert "person_name, email, second_role" in " ".join(bare.remarks["fi"])
    assert any("englanniksi" in remark for remark in bare.remarks["fi"])
    full = content(store, "liaisons", area=ESAVO, contacts=True)
    assert full.tells_of_persons
    assert bare.rows == full.rows > 0
    [heading] = [each.heading(["fi"]) for each in full.columns if each.key == "email"]
    assert "henkilötieto" in heading


def test_table_content_of_first_contacts_names_persons_only_when_asked(store):
    bare = content(store, "contacts-list", area=ESAVO, every=True)
    assert not bare.tells_of_persons
    said = str([each.values for each in bare.columns])
    assert not any(name in said for name in store.liaisons["person_name"])
    full = content(store, "contacts-list", area=ESAVO, contacts=True)
    emails = [email for email in column(full, "liaison_emails") if email]
    assert set("; ".join(emails).split("; ")) <= set(store.liaisons["email"])


def test_table_content_of_a_county_has_the_organisations_of_its_region(store):
    # Varsinais-Suomi is the only region of its county.
    county = content(store, "organisations", area="county-05", every=True)
    region = content(store, "organisations", area="region-02", every=True)
    assert column(county, "organisation_id") == column(region, "organisation_id")
    assert column(county, "tie_code") == column(region, "tie_code")
    assert content(store, "organisations").rows == len(store["organisations"])


def test_table_content_of_the_model_is_cut_to_the_area(store):
    codes = set(column(content(store, "raw-evidence", area=ESAVO), "municipality_code"))
    region = store["municipalities"]
    own = set(region.loc[region["region_code"] == "10", "municipality_code"])
    assert codes - {None} <= own
    whole = content(store, "target_groups", area=ESAVO)
    assert any("ei voi rajata" in remark for remark in whole.remarks["fi"])


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"table": "gabs"}, "unknown_table"),
        ({"table": "zeros"}, "needs_group"),
        ({"table": "zeros", "group": "KR9"}, "unknown_group"),
        ({"table": "representation"}, "needs_board"),
        ({"table": "seats", "board": "nowhere"}, "unknown_board"),
        ({"table": "municipalities", "theme": "lader"}, "unknown_theme"),
        ({"table": "contacts-list", "weigh": "votes"}, "unknown_choice"),
        ({"table": "contacts-list", "weigh": "group"}, "needs_group"),
        ({"table": "contacts-list", "first": 99}, "unknown_choice"),
        ({"table": "gaps", "format": "doc"}, "unknown_choice"),
        ({"table": "gaps", "separator": "|"}, "unknown_choice"),
    ],
)
def test_table_export_says_at_once_what_is_wrong(store, given, key):
    with pytest.raises(ExportError) as caught:
        TableExport(scope=Scope(store=store, area=ESAVO), **given)
    assert caught.value.key == key
    assert all(caught.value.said(lang) for lang in LANGUAGES)


def test_table_export_of_contacts_needs_a_region_and_territory_no_municipal_board(store):
    with pytest.raises(ExportError) as caught:
        TableExport(scope=Scope(store=store, area="municipality-445"), table="contacts-list")
    assert caught.value.key == "not_a_region"
    boards = store["boards"]
    own = boards.loc[boards["level"] == "municipality", "board_id"].iloc[0]
    with pytest.raises(ExportError) as caught:
        content(store, "territory", board=own)
    assert caught.value.key == "municipal_board"


def test_table_export_is_called_by_area_table_choice_and_language(store):
    scope = Scope(store=store, area=ESAVO, langs=("fi", "sv"), with_contacts=True)
    assert TableExport(scope=scope, table="gaps").stem == "etela-savo-gaps-fi-sv"
    asked = TableExport(scope=scope, table="zeros", group="kr1.1")
    assert asked.stem == "etela-savo-zeros-kr1-1-fi-sv"
    persons = TableExport(scope=scope, table="contacts-list", format="csv")
    assert persons.stem == "etela-savo-contacts-list-fi-sv-henkilotietoja"
    assert persons.suffix == ".csv"
    stems = {
        TableExport(scope=scope, table=id, group="KR1.1", board=BOARD).stem for id in CATALOGUE
    }
    assert len(stems) == len(CATALOGUE)
    assert table_asks("zeros") == ("group",)
