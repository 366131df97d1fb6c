"""Of what a file is: areas by any name, languages, and what each file says of itself."""

from __future__ import annotations

import pytest

from dashboards.export.faults import ExportError
from dashboards.export.scope import Scope, area_names, area_of, joined, languages_of


@pytest.mark.parametrize(
    ("given", "area"),
    [
        ("all", "all"),
        ("Suomi", "all"),
        ("region-10", "region-10"),
        ("etelä-savo", "region-10"),
        ("Södra Savolax", "region-10"),
        ("Eloisa", "county-12"),
        ("Egentliga Finlands välfärdsområde", "county-05"),
        ("S:t Michel", "municipality-491"),
        ("491", "municipality-491"),
    ],
)
def test_area_of_knows_an_area_by_its_id_its_code_and_its_names(store, given, area):
    assert area_of(given, store) == area


def test_area_of_offers_near_names(store):
    with pytest.raises(ExportError, match="mikkeli"):
        area_of("Mikeli", store)


def test_scope_holds_the_municipalities_of_its_area(store):
    assert len(Scope(store=store).codes) == 38
    assert len(Scope(store=store, area="region-10").codes) == 11
    # Joroinen lies in Pohjois-Savo since 2021, so region and county hold the same here.
    assert Scope(store=store, area="county-12").codes == Scope(store=store, area="region-10").codes
    assert Scope(store=store, area="municipality-491").codes == ["491"]


def test_scope_refuses_an_area_or_a_language_that_is_not_known(store):
    with pytest.raises(ExportError, match="region-99"):
        Scope(store=store, area="region-99")
    with pytest.raises(ExportError, match="de"):
        Scope(store=store, langs=("de",))
    with pytest.raises(ExportError, match="fi, sv, en"):
        languages_of("suomi")


def test_municipalities_are_sorted_as_the_language_does(store):
    scope = Scope(store=store, area="region-02")
    names = [store.name_of("sv")[code] for code in scope.by_name("sv")]
    assert names[-1] == "Åbo"
    finnish = [store.name_of("fi")[code] for code in scope.by_name("fi")]
    assert finnish[-1] == "Vehmaa"


def test_filters_are_said_only_where_they_are_in_use(store):
    assert Scope(store=store).filters_said("en") == ""
    seen = store.seen(evidence="4", reach="regional")
    said = Scope(store=seen).filters_said("en")
    assert "at most 4 years" in said
    assert "whole area and country" in said
    of_group = Scope(store=store.seen(group="KR1.3"))
    assert of_group.filters_said("en") == (
        "Only organisations of the target group Young people are counted."
    )
    assert "De unga" in of_group.filters_said("sv")


def test_persons_are_told_of_only_where_they_come_along(store):
    assert Scope(store=store).contacts_said("fi") == ""
    assert "henkilötietoja" in Scope(store=store, with_contacts=True).contacts_said("fi")


def test_each_source_and_licence_is_named_once(store):
    scope = Scope(store=store)
    line = scope.source_line(["municipalities", "areas"], "sv")
    assert line.count("kommunklassificering 2026") == 1
    assert scope.licence_line(["municipalities", "boundaries"], "en").endswith("CC BY 4.0")


def test_an_area_without_an_own_name_in_a_language_still_has_one(store):
    assert area_names(store, "en")["municipality-853"] == "Turku"
    assert joined(["Turku", "Åbo"]) == "Turku / Åbo"
    assert joined(["Rantasalmi", "Rantasalmi"]) == "Rantasalmi"


def test_boards_are_those_of_the_area_and_of_what_it_lies_in(store):
    boards = store["boards"].set_index("board_id")
    own = set(Scope(store=store, area="municipality-491").boards["board_id"])
    assert set(boards.loc[list(own), "municipality_code"]) == {"491"}
    wide = Scope(store=store, area="region-10").boards
    assert own < set(wide["board_id"])
    assert {"region", "wellbeing_county", "municipality"} >= set(wide["level"])
    assert len(wide[wide["level"] != "municipality"]) > 0
    assert len(Scope(store=store).boards) == len(boards)
