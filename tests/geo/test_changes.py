"""What differs between two snapshots, on tables small enough to compare by eye."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.changes import change_counts, table_changes
from geo.errors import GeoError
from loaders.tables import (
    BOARDS,
    CHANGES,
    EVIDENCE,
    LIAISONS,
    MUNICIPALITIES,
    MUNICIPALITY_CHANGES,
    ORGANISATION_AREAS,
    ORGANISATIONS,
    SERVICES,
    TABLES,
    Table,
)

TOLD = ["change", "row_id", "name", "municipality_code", "detail"]


def frame_of(table: Table, *rows: dict[str, Any], **same: Any) -> pd.DataFrame:
    return pd.DataFrame([same | row for row in rows], columns=list(table.columns)).astype(
        table.dtypes
    )


def organisations(*names: str, **same: Any) -> pd.DataFrame:
    """Organisations a, b ... by name; NAME/changed columns by ``same``."""
    rows = [{"organisation_id": name[0].lower(), "name": name} for name in names]
    return frame_of(ORGANISATIONS, *rows, source_url="https://example.fi/", **same)


def seats(*pairs: str) -> pd.DataFrame:
    """``a 001`` is the seat of a in 001."""
    rows = [
        dict(zip(("organisation_id", "area_code"), pair.split(), strict=True)) for pair in pairs
    ]
    return frame_of(ORGANISATION_AREAS, *rows, relation="domiciled")


MUNICIPALITY = {
    "region_code": "91",
    "wellbeing_county_code": "81",
    "languages": "fi",
    "population": 1,
    "population_year": 2025,
}
TOWNS = frame_of(
    MUNICIPALITIES,
    {"municipality_code": "001", "name_fi": "Lelula", "name_sv": "Leksby"},
    {"municipality_code": "002", "name_fi": "Nukkela", "name_sv": "Dockby"},
    **MUNICIPALITY,
)
MERGER = frame_of(
    MUNICIPALITY_CHANGES,
    {
        "old_code": "009",
        "old_name_fi": "Pallola",
        "old_name_sv": "Bollby",
        "new_code": "002",
        "new_name_fi": "Nukkela",
        "valid_from": "2026-01-01",
        "kind": "merged",
        "certainty": "verified",
    },
)
PLACES = {"municipalities": TOWNS, "municipality_changes": MERGER}


def told(changes: pd.DataFrame, table: str) -> list[tuple[Any, ...]]:
    """The changes of a table as plain rows, None where nothing is told."""
    rows = changes.loc[changes["table_name"] == table, TOLD].astype("object")
    return list(rows.where(rows.notna(), None).itertuples(index=False, name=None))


# Organisations


def test_what_is_new_and_what_is_gone_has_its_name_and_place() -> None:
    before = {"organisations": organisations("A ry", "B ry"), "organisation_areas": seats("a 001")}
    after = {
        "organisations": organisations("B ry", "C ry", "D ry"),
        "organisation_areas": seats("d 002"),
    }
    assert told(table_changes(before, after), "organisations") == [
        ("gone", "a", "A ry", "001", None),
        ("new", "c", "C ry", None, None),
        ("new", "d", "D ry", "002", None),
    ]


def test_another_domicile_is_a_move_and_names_the_place_before() -> None:
    before = {"organisations": organisations("A ry", "B ry"), "organisation_areas": seats("a 001")}
    before["organisation_areas"] = seats("a 001", "b 001")
    after = before | {"organisation_areas": seats("a 002", "b 001")}
    assert told(table_changes(before, after), "organisations") == [
        ("moved", "a", "A ry", "002", "001")
    ]


def test_a_domicile_that_becomes_known_or_unknown_is_a_change_and_no_move() -> None:
    before = {"organisations": organisations("A ry", "B ry"), "organisation_areas": seats("a 001")}
    after = before | {"organisation_areas": seats("b 001")}
    assert told(table_changes(before, after), "organisations") == [
        ("changed", "a", "A ry", None, "municipality_code"),
        ("changed", "b", "B ry", "001", "municipality_code"),
    ]


def test_other_relations_to_places_move_nobody() -> None:
    areas = seats("a 001")
    before = {"organisations": organisations("A ry"), "organisation_areas": areas}
    stated = seats("a 002", "a 91").assign(relation=["stated", "regional"])
    after = before | {"organisation_areas": pd.concat([areas, stated.astype("string")])}
    assert len(table_changes(before, after)) == 0


def test_one_of_several_domiciles_kept_is_no_move() -> None:
    before = {
        "organisations": organisations("A ry", "B ry"),
        "organisation_areas": seats("a 001", "a 002", "b 001", "b 002"),
    }
    after = before | {"organisation_areas": seats("a 002", "b 009")}
    assert told(table_changes(before, after), "organisations") == [
        ("moved", "b", "B ry", "009", "001")
    ]


def test_a_merger_of_municipalities_moves_nobody() -> None:
    before = {
        "organisations": organisations("A ry", "B ry", "C ry"),
        "organisation_areas": seats("a 009", "b 009", "c 009"),
    }
    after = PLACES | {
        "organisations": organisations("A ry", "B ry"),
        "organisation_areas": seats("a 002", "b 001"),
    }
    assert told(table_changes(before, after), "organisations") == [
        ("gone", "c", "C ry", "002", None),
        ("moved", "b", "B ry", "001", "002"),
    ]


def test_the_columns_that_changed_are_named_in_their_order() -> None:
    before = {"organisations": organisations("A ry", "B ry", "C ry", homepage="https://a.fi/")}
    changed = organisations("A rf", "B ry", "C ry", homepage="https://a.fi/")
    changed["homepage"] = pd.array(["https://b.fi/", pd.NA, "https://a.fi/"], dtype="string")
    changed["is_umbrella"] = pd.array([True, pd.NA, pd.NA], dtype="boolean")
    assert told(table_changes(before, {"organisations": changed}), "organisations") == [
        ("changed", "a", "A rf", None, "name, is_umbrella, homepage"),
        ("changed", "b", "B ry", None, "homepage"),
    ]


def test_a_row_may_have_moved_and_changed() -> None:
    before = {"organisations": organisations("A ry"), "organisation_areas": seats("a 001")}
    after = {"organisations": organisations("A rf"), "organisation_areas": seats("a 002")}
    assert told(table_changes(before, after), "organisations") == [
        ("changed", "a", "A rf", "002", "name"),
        ("moved", "a", "A rf", "002", "001"),
    ]


def test_that_a_source_was_looked_at_again_is_no_change() -> None:
    before = {"organisations": organisations("A ry", source_date="2025", source_year=2025)}
    after = {"organisations": organisations("A ry", source_date="2026-11-21", source_year=2026)}
    assert len(table_changes(before, after)) == 0


def test_the_order_of_rows_and_the_index_do_not_matter() -> None:
    before = {"organisations": organisations("A ry", "B ry", "C ry")}
    after = {"organisations": before["organisations"].iloc[[2, 0, 1]].set_axis([7, 7, 7])}
    assert len(table_changes(before, after)) == 0
    assert len(table_changes(after, before)) == 0


# Liaisons


def liaisons(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    named = ("municipality_name", "municipality_code", "person_name")
    return frame_of(
        LIAISONS,
        *(dict(zip(named, row, strict=True)) for row in rows),
        source_url="https://example.fi/",
        email="secretmail@example.fi",
    )


def test_a_liaison_who_is_followed_by_another_is_one_gone_and_one_new() -> None:
    before = {"liaisons": liaisons(("Lelula", "001", "Secret One"), ("Lelula", "001", "Stays"))}
    after = PLACES | {
        "liaisons": liaisons(("Lelula", "001", "Secret Two"), ("Lelula", "001", "Stays"))
    }
    assert told(table_changes(before, after), "liaisons") == [
        ("gone", "001#1", "Lelula", "001", None),
        ("new", "001#1", "Lelula", "001", None),
    ]


def test_liaisons_are_numbered_within_their_municipality_and_nobody_is_named() -> None:
    after = PLACES | {
        "liaisons": liaisons(
            ("Nukkelan kunta", "002", "Secret One"),
            ("Lelula", "001", "Secret Two"),
            ("Nukkelan kunta", "002", "Secret Three"),
            ("Muualla", None, "Secret Four"),
        )
    }
    changes = table_changes({"liaisons": LIAISONS.empty()}, after)
    assert told(changes, "liaisons") == [
        ("new", "001#1", "Lelula", "001", None),
        ("new", "002#1", "Nukkela", "002", None),
        ("new", "002#2", "Nukkela", "002", None),
        ("new", "Muualla#1", "Muualla", None, None),
    ]
    assert "ecret" not in changes.to_csv()
    gone = table_changes(after, {"liaisons": LIAISONS.empty()})
    assert [row[0] for row in told(gone, "liaisons")] == ["gone"] * 4


def test_the_rows_tell_the_same_whoever_the_persons_are() -> None:
    """No order, hash or number of a row may lead back to a name."""
    found = [
        table_changes(
            {"liaisons": liaisons(("Lelula", "001", one), ("Lelula", "001", two))},
            {"liaisons": liaisons(("Lelula", "001", "Z"))},
        )
        for one, two in (("A", "B"), ("Å", "Aleph"), ("B", "A"))
    ]
    for other in found[1:]:
        assert_frame_equal(found[0], other)


def test_case_and_spaces_make_no_other_person_nor_another_role_or_address() -> None:
    before = {"liaisons": liaisons(("Lelula", "001", "Secret  person"))}
    after = {
        "liaisons": liaisons(("Lelula", "001", "secret Person")).assign(
            email=pd.NA, second_role="another"
        )
    }
    assert len(table_changes(before, after)) == 0


def test_a_municipality_matched_only_now_is_no_change() -> None:
    before = {"liaisons": liaisons(("Lelula", None, "Secret"), ("Pallola", "009", "Another"))}
    after = PLACES | {
        "liaisons": liaisons(("Lelula", "001", "Secret"), ("Nukkela", "002", "Another"))
    }
    assert len(table_changes(before, after)) == 0


def test_a_person_of_two_municipalities_is_told_in_each() -> None:
    before = {"liaisons": liaisons(("Lelula", "001", "S"), ("Nukkela", "002", "S"))}
    after = {"liaisons": liaisons(("Lelula", "001", "S"))}
    assert told(table_changes(before, after), "liaisons") == [
        ("gone", "002#1", "Nukkela", "002", None)
    ]


# Evidence, boards, services


def finding(evidence_id: str, **told: Any) -> dict[str, Any]:
    return {
        "evidence_id": evidence_id,
        "municipality_code": "001",
        "criterion": "forum",
        "answer": "yes",
        "year": 2025,
        "source_url": "https://example.fi/",
    } | told


def test_evidence_is_new_gone_or_changed_and_names_its_municipality() -> None:
    before = PLACES | {
        "evidence": frame_of(
            EVIDENCE,
            finding("e1"),
            finding("e2"),
            finding("e3", municipality_code=pd.NA, region_code="91"),
            finding("e4"),
        )
    }
    after = PLACES | {
        "evidence": frame_of(
            EVIDENCE,
            finding("e2", answer="no", year=2026),
            finding("e3", municipality_code=pd.NA, region_code="91"),
            finding("e4", municipality_code="002"),
            finding("e5", municipality_code=pd.NA, region_code="91"),
        )
    }
    assert told(table_changes(before, after), "evidence") == [
        ("changed", "e2", "Lelula", "001", "answer, year"),
        ("changed", "e4", "Nukkela", "002", "municipality_code"),
        ("gone", "e1", "Lelula", "001", None),
        ("new", "e5", None, None, None),
    ]


def test_evidence_of_a_merged_municipality_has_not_changed() -> None:
    before = {"evidence": frame_of(EVIDENCE, finding("e1", municipality_code="009"))}
    after = PLACES | {"evidence": frame_of(EVIDENCE, finding("e1", municipality_code="002"))}
    assert len(table_changes(before, after)) == 0


def test_boards_and_services_are_new_or_gone_and_nothing_else() -> None:
    board = {
        "level": "municipality",
        "region_code": "91",
        "municipality_code": "001",
        "area_name": "Lelula",
        "is_public": True,
        "source_url": "https://example.fi/",
    }
    service = {"organisation_id": "a", "reach": "unknown", "source_url": "https://example.fi/"}
    before = {
        "boards": frame_of(
            BOARDS, {"board_id": "b1", "name": "Raati"}, {"board_id": "b2", "name": "X"}, **board
        ),
        "services": frame_of(SERVICES, {"service_id": "s1", "name_sv": "Leksaker"}, **service),
    }
    after = {
        "boards": frame_of(
            BOARDS, {"board_id": "b2", "name": "Y"}, {"board_id": "b3", "name": "Neuvosto"}, **board
        ),
        "services": frame_of(
            SERVICES,
            {"service_id": "s2", "name_fi": "Lelut", "name_sv": "Leksaker"},
            {"service_id": "s3"},
            **service,
        ),
    }
    changes = table_changes(before, after)
    assert told(changes, "boards") == [
        ("gone", "b1", "Raati", "001", None),
        ("new", "b3", "Neuvosto", "001", None),
    ]
    assert told(changes, "services") == [
        ("gone", "s1", "Leksaker", None, None),
        ("new", "s2", "Lelut", None, None),
        ("new", "s3", None, None, None),
    ]


# Manners


def test_the_result_is_the_table_of_changes_sorted() -> None:
    before = {"organisations": organisations("B ry", "A ry"), "liaisons": LIAISONS.empty()}
    after = PLACES | {
        "organisations": organisations("D ry", "C ry"),
        "liaisons": liaisons(("Lelula", "001", "S")),
    }
    changes = table_changes(before, after)
    CHANGES.schema.validate(changes)
    assert list(changes.index) == list(range(5))
    assert changes[["table_name", "change", "row_id"]].to_numpy().tolist() == [
        ["liaisons", "new", "001#1"],
        ["organisations", "gone", "a"],
        ["organisations", "gone", "b"],
        ["organisations", "new", "c"],
        ["organisations", "new", "d"],
    ]


def test_without_a_change_the_table_is_empty_and_whole() -> None:
    tables = {name: table.empty() for name, table in TABLES.items()}
    for before in (tables, {}):
        changes = table_changes(before, tables)
        assert_frame_equal(changes, CHANGES.empty(), check_index_type=False)


def test_of_a_table_that_either_lacks_nothing_is_said() -> None:
    full = {"organisations": organisations("A ry"), "organisation_areas": seats("a 001")}
    assert len(table_changes({}, full)) == 0
    assert len(table_changes(full, {})) == 0
    # Without the places of both, nobody has moved nor lost a domicile.
    assert len(table_changes(full, {"organisations": organisations("A ry")})) == 0


def test_no_table_is_changed_by_comparing_it() -> None:
    before = PLACES | {
        "organisations": organisations("A ry"),
        "organisation_areas": seats("a 009"),
        "liaisons": liaisons(("Pallola", "009", "S")),
        "evidence": frame_of(EVIDENCE, finding("e1", municipality_code="009")),
    }
    copies = {name: frame.copy(deep=True) for name, frame in before.items()}
    table_changes(before, PLACES | {"organisations": organisations("B ry")})
    for name, frame in before.items():
        assert_frame_equal(frame, copies[name])


def test_a_table_without_its_identifier_is_an_error_that_names_it() -> None:
    with pytest.raises(GeoError, match="lacks board_id"):
        table_changes({"boards": BOARDS.empty()}, {"boards": pd.DataFrame({"name": ["x"]})})


def test_what_is_new_one_way_is_gone_the_other_way() -> None:
    one = {"organisations": organisations("A ry", "B ry", "C ry")}
    two = {"organisations": organisations("B ry", "D ry")}
    there, back = table_changes(one, two), table_changes(two, one)
    swapped = back.assign(change=back["change"].replace({"new": "gone", "gone": "new"}))
    assert_frame_equal(
        there, swapped.sort_values(["table_name", "change", "row_id"], ignore_index=True)
    )


def test_changes_are_counted_by_table_and_kind() -> None:
    changes = table_changes(
        {"organisations": organisations("A ry", "B ry")},
        {"organisations": organisations("C ry", "D ry", "B rf")},
    )
    assert change_counts(changes).to_numpy().tolist() == [
        ["organisations", "changed", 1],
        ["organisations", "gone", 1],
        ["organisations", "new", 2],
    ]
    assert len(change_counts(CHANGES.empty())) == 0


def test_ten_thousand_organisations_are_compared_whatever_their_order() -> None:
    """10,000 before, and after: the first 1,000 renamed, the next 500 moved, the last 100 new."""
    count = 10_000
    ids = pd.Series([f"o{number:06d}" for number in range(count + 100)], dtype="string")
    names = "Esimerkki " + ids + " ry"
    every = pd.DataFrame(
        dict.fromkeys(ORGANISATIONS.columns, pd.NA), index=range(count + 100)
    ).assign(organisation_id=ids, name=names, source_url="https://example.fi/")
    every = every.astype(ORGANISATIONS.dtypes)
    places = pd.DataFrame({"organisation_id": ids, "relation": "domiciled", "area_code": "001"})
    places = places.astype("string")
    before = PLACES | {
        "organisations": every.iloc[:count],
        "organisation_areas": places.iloc[:count],
    }
    renamed = every.assign(name=names.mask(ids.index < 1_000, names + " rf"))
    moved = (ids.index >= 1_000) & (ids.index < 1_500)
    after = PLACES | {
        "organisations": renamed.sample(frac=1, random_state=1),
        "organisation_areas": places.assign(area_code=places["area_code"].mask(moved, "002")),
    }
    changes = table_changes(before, after)
    assert change_counts(changes)["rows"].tolist() == [1_000, 500, 100]
