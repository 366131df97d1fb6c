"""Organisations by municipality and group, and the nearest that has one: toys counted by hand."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.crs import GEOGRAPHIC_CRS, METRIC_CRS
from geo.errors import CrsError, GeoError
from geo.services import (
    nearest_with_group,
    organisation_counts,
    register_completeness,
    target_group_matrix,
)


def towns(index: list[int] | None = None) -> pd.DataFrame:
    """Two municipalities in region 90, one in region 91; nobody knows how many live in 003."""
    frame = pd.DataFrame(
        {"municipality_code": ["001", "002", "003"], "region_code": ["90", "90", "91"]},
        dtype="string",
    ).assign(population=pd.array([20_000, 5_000, None], dtype="Int64"))
    return frame.set_axis(index) if index else frame


def places(*rows: tuple[str, str, str]) -> pd.DataFrame:
    columns = ["organisation_id", "relation", "area_code"]
    return pd.DataFrame(list(rows), columns=columns, dtype="string")


PLACES = [
    ("a", "domiciled", "001"),
    ("a", "stated", "001"),
    ("b", "stated", "001"),
    ("b", "stated", "002"),
    ("c", "regional", "90"),
    ("d", "national", "FI"),
    ("e", "domiciled", "003"),
    ("e", "regional", "91"),
    ("f", "domiciled", "001"),
    ("f", "regional", "90"),
    ("g", "stated", "999"),
    ("h", "domiciled", "002"),
    ("h", "domiciled", "002"),
]


def served(*rows: tuple[str, str]) -> pd.DataFrame:
    columns = ["organisation_id", "target_group_code"]
    return pd.DataFrame(list(rows), columns=columns, dtype="string")


SERVED = [("a", "G1"), ("a", "G2"), ("b", "G1"), ("c", "G2"), ("f", "G1"), ("d", "G9"), ("z", "G2")]


def groups(*codes: str) -> pd.DataFrame:
    return pd.DataFrame({"target_group_code": pd.array(codes, dtype="string")})


# Counts


def test_seat_stated_work_and_reach_are_counted_apart() -> None:
    counts = organisation_counts(towns(), places(*PLACES)).set_index("municipality_code")
    assert counts["domiciled"].tolist() == [2, 1, 1]  # 001: a f; 002: h; 003: e
    assert counts["stated"].tolist() == [2, 1, 0]  # 001: a b; 002: b
    assert counts["local"].tolist() == [3, 2, 1]  # 001: a b f; 002: b h; 003: e
    # 001: c d, for f has its seat there; 002: c d f; 003: d, for e has its seat there.
    assert counts["regional"].tolist() == [2, 3, 1]


def test_an_organisation_with_seat_and_stated_work_in_a_place_counts_once() -> None:
    both = places(("a", "domiciled", "001"), ("a", "stated", "001"))
    row = organisation_counts(towns(), both).iloc[0]
    assert (row["domiciled"], row["stated"], row["local"]) == (1, 1, 1)


def test_reach_is_never_mixed_into_the_local_count() -> None:
    counts = organisation_counts(towns(), places(("c", "regional", "90"), ("d", "national", "FI")))
    assert counts["local"].tolist() == [0, 0, 0]
    assert counts["regional"].tolist() == [2, 2, 1]


def test_an_organisation_of_the_region_and_the_country_is_one_wider_organisation() -> None:
    counts = organisation_counts(towns(), places(("c", "regional", "90"), ("c", "national", "FI")))
    assert counts["regional"].tolist() == [1, 1, 1]


def test_a_row_given_twice_counts_once() -> None:
    counts = organisation_counts(towns(), places(*PLACES, *PLACES))
    assert_frame_equal(counts, organisation_counts(towns(), places(*PLACES)))


def test_the_rate_is_local_organisations_to_ten_thousand_residents() -> None:
    counts = organisation_counts(towns(), places(*PLACES))
    # 3 / 20,000 * 10,000 = 1.5; 2 / 5,000 * 10,000 = 4; nobody knows how many live in 003.
    assert counts["local_per_10k"].tolist() == [1.5, 4.0, pd.NA]


def test_where_nobody_lives_there_is_no_rate() -> None:
    empty = towns().assign(population=pd.array([0, 1, 2], dtype="Int64"))
    assert pd.isna(organisation_counts(empty, places(*PLACES))["local_per_10k"].iloc[0])


def test_a_municipality_without_organisations_has_zeros() -> None:
    counts = organisation_counts(towns(), places())
    assert counts[["local", "domiciled", "stated", "regional"]].eq(0).all(axis=None)
    assert counts["local_per_10k"].tolist() == [0.0, 0.0, pd.NA]


def test_counts_keep_order_and_index_even_one_that_holds_a_label_twice() -> None:
    turned = towns(index=[4, 4, 2]).iloc[::-1]
    counts = organisation_counts(turned, places(*PLACES))
    assert counts.index.tolist() == [2, 4, 4]
    assert counts["municipality_code"].tolist() == ["003", "002", "001"]
    assert counts["local"].tolist() == [1, 2, 3]


def test_no_input_of_a_count_is_changed() -> None:
    given_towns, given_places = towns(index=[4, 4, 2]), places(*PLACES).set_axis([0] * 13)
    given_served, given_groups = served(*SERVED), groups("G1", "G2")
    before = [frame.copy() for frame in (given_towns, given_places, given_served, given_groups)]
    organisation_counts(given_towns, given_places)
    target_group_matrix(given_towns, given_places, given_served, given_groups)
    after = (given_towns, given_places, given_served, given_groups)
    for frame, held in zip(after, before, strict=True):
        assert_frame_equal(frame, held)


def test_a_missing_column_of_a_count_is_an_error_that_names_it() -> None:
    with pytest.raises(GeoError, match="municipalities lacks population"):
        organisation_counts(towns().drop(columns="population"), places())
    with pytest.raises(GeoError, match="organisation_areas lacks relation"):
        organisation_counts(towns(), places().drop(columns="relation"))
    with pytest.raises(GeoError, match="target_groups lacks target_group_code"):
        target_group_matrix(towns(), places(), served(), pd.DataFrame({"code": ["G1"]}))


# The matrix


def test_the_matrix_has_a_row_for_every_municipality_and_group_in_the_order_given() -> None:
    matrix = target_group_matrix(
        towns().iloc[::-1], places(*PLACES), served(*SERVED), groups("G2", "G1")
    )
    assert matrix["municipality_code"].tolist() == ["003", "003", "002", "002", "001", "001"]
    assert matrix["target_group_code"].tolist() == ["G2", "G1"] * 3
    assert matrix.index.tolist() == list(range(6))


def test_the_matrix_counts_those_that_serve_a_group_in_a_place() -> None:
    matrix = target_group_matrix(
        towns(), places(*PLACES), served(*SERVED), groups("G1", "G2", "G3")
    )
    cells = matrix.set_index(["municipality_code", "target_group_code"])
    columns = ["local", "domiciled", "stated", "regional"]
    by_hand = {
        ("001", "G1"): [3, 2, 2, 0],  # a b f; seats of a f; stated by a b
        ("001", "G2"): [1, 1, 1, 1],  # a; c by its reach
        ("002", "G1"): [1, 0, 1, 1],  # b; f by its reach
        ("002", "G2"): [0, 0, 0, 1],  # c by its reach
        ("003", "G1"): [0, 0, 0, 0],
        ("003", "G2"): [0, 0, 0, 0],  # e serves no known group, d serves G9
    }
    for cell, expected in by_hand.items():
        assert cells.loc[cell, columns].tolist() == expected, cell
    assert cells.xs("G3", level="target_group_code")[columns].eq(0).all(axis=None)


def test_the_matrix_of_nothing_known_is_all_zeros_and_of_no_municipality_empty() -> None:
    nothing = target_group_matrix(towns(), places(), served(), groups("G1"))
    assert nothing["local"].tolist() == [0, 0, 0]
    nowhere = target_group_matrix(towns().iloc[:0], places(*PLACES), served(*SERVED), groups("G1"))
    assert len(nowhere) == 0


ANY_PLACES = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from(
            [
                *[("domiciled", code) for code in ("001", "002", "003", "999")],
                *[("stated", code) for code in ("001", "002", "003", "999")],
                *[("regional", code) for code in ("90", "91", "92")],
                ("national", "FI"),
            ]
        ),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(pairs=ANY_PLACES, groups_of=st.lists(st.tuples(st.sampled_from("abcdez"),
                                                     st.sampled_from(["G1", "G2"]))))  # fmt: skip
def test_whatever_the_register_the_matrix_agrees_with_sets_of_organisations(
    pairs: list[tuple[str, tuple[str, str]]], groups_of: list[tuple[str, str]]
) -> None:
    rows = [(who, relation, area) for who, (relation, area) in pairs]
    matrix = target_group_matrix(towns(), places(*rows), served(*groups_of), groups("G1", "G2"))
    region_of = {"001": "90", "002": "90", "003": "91"}
    for cell in matrix.itertuples():
        code, group = cell.municipality_code, cell.target_group_code
        serving = {who for who, its in groups_of if its == group}
        domiciled = {who for who, how, area in rows if (how, area) == ("domiciled", code)}
        stated = {who for who, how, area in rows if (how, area) == ("stated", code)}
        wide = {
            who
            for who, how, area in rows
            if how == "national" or (how, area) == ("regional", region_of[code])
        }
        local = (domiciled | stated) & serving
        expected = [local, domiciled & serving, stated & serving, (wide & serving) - local]
        counted = [cell.local, cell.domiciled, cell.stated, cell.regional]
        assert counted == [len(those) for those in expected]


# The nearest

EAST, NORTH = 500_000, 6_800_000

# Centres in km from a corner stone. 001-002 and 002-003: 3, 4, 5; 001-003: 6, 8, 10;
# 001-004: 5, 12, 13.
CENTRES = {"001": (0, 0), "002": (3, 4), "003": (6, 8), "004": (-5, 12)}


def square(x_km: float, y_km: float) -> shapely.Polygon:
    """A square of 2 by 2 km; the point inside it that stands for it is its centre."""
    x, y = EAST + 1000 * x_km, NORTH + 1000 * y_km
    return shapely.box(x - 1000, y - 1000, x + 1000, y + 1000)


def outlines(centres: dict[str, tuple[float, float]] = CENTRES) -> gpd.GeoDataFrame:
    shapes = [square(*centre) for centre in centres.values()]
    return gpd.GeoDataFrame({"municipality_code": list(centres)}, geometry=shapes, crs=METRIC_CRS)


def matrix_of(local: dict[str, int | None], group: str = "G1") -> pd.DataFrame:
    frame = pd.DataFrame({"municipality_code": list(local)}, dtype="string")
    return frame.assign(
        target_group_code=pd.Series(group, index=frame.index, dtype="string"),
        local=pd.array(list(local.values()), dtype="Int64"),
    )


def nearest_by_code(
    local: dict[str, int | None], boundaries: gpd.GeoDataFrame | None = None
) -> dict[str, Any]:
    matrix = matrix_of(local)
    found = nearest_with_group(matrix, outlines() if boundaries is None else boundaries)
    pairs = zip(found["nearest_code"], found["nearest_km"], strict=True)
    return dict(zip(matrix["municipality_code"], pairs, strict=True))


NOTHING = (pd.NA, pd.NA)


def test_the_nearest_is_found_and_its_distance_is_that_of_pythagoras() -> None:
    found = nearest_by_code({"001": 0, "002": 2, "003": 0, "004": 0})
    assert found["001"] == ("002", 5.0)
    assert found["003"] == ("002", 5.0)
    # 004 to 002: 8 km west and 8 km north.
    assert found["004"] == ("002", pytest.approx(math.sqrt(8**2 + 8**2), abs=1e-6))
    assert found["002"] == NOTHING


def test_the_nearer_of_two_is_named() -> None:
    found = nearest_by_code({"001": 0, "002": 0, "003": 1, "004": 1})
    assert found["001"] == ("003", 10.0)  # 004 is 13 km off
    assert found["002"] == ("003", 5.0)


def test_of_two_equally_near_the_lower_code_is_named_in_any_order() -> None:
    local = {"003": 1, "002": 0, "001": 1}
    assert nearest_by_code(local)["002"] == ("001", 5.0)
    turned = outlines().iloc[::-1]
    assert nearest_by_code(dict(reversed(local.items())), turned)["002"] == ("001", 5.0)


def test_the_last_bits_of_a_number_do_not_decide_between_equals() -> None:
    # Both are 1.1 m off in truth, but 500,003.3 - 500,002.2 is a little less than 500,002.2 -
    # 500,001.1 in binary.
    assert (EAST + 3.3) - (EAST + 2.2) < (EAST + 2.2) - (EAST + 1.1)
    near = outlines({"001": (0.0011, 0), "002": (0.0022, 0), "003": (0.0033, 0)})
    assert nearest_by_code({"001": 1, "002": 0, "003": 1}, near)["002"] == ("001", 0.0011)


def test_where_no_municipality_has_one_there_is_no_nearest() -> None:
    assert set(nearest_by_code({"001": 0, "002": 0}).values()) == {NOTHING}


def test_where_all_have_one_there_is_no_nearest_either() -> None:
    assert set(nearest_by_code({"001": 1, "002": 3}).values()) == {NOTHING}


def test_a_cell_that_is_not_known_is_neither_a_gap_nor_a_place_to_go_to() -> None:
    found = nearest_by_code({"001": 0, "002": None, "003": 1})
    assert found["001"] == ("003", 10.0)
    assert found["002"] == NOTHING


def test_each_group_has_its_own_nearest() -> None:
    matrix = pd.concat(
        [
            matrix_of({"001": 0, "002": 1, "003": 0}, "G1"),
            matrix_of({"001": 0, "002": 0, "003": 1}, "G2"),
        ],
        ignore_index=True,
    )
    found = nearest_with_group(matrix, outlines())
    assert found["nearest_code"].tolist() == ["002", pd.NA, "002", "003", "003", pd.NA]
    assert found["nearest_km"].tolist() == [5.0, pd.NA, 5.0, 10.0, 5.0, pd.NA]


def test_outlines_in_degrees_give_the_same_distances() -> None:
    found = nearest_by_code({"001": 0, "002": 1, "004": 0}, outlines().to_crs(GEOGRAPHIC_CRS))
    assert found["001"] == ("002", pytest.approx(5, abs=0.001))
    assert found["004"] == ("002", pytest.approx(math.sqrt(128), abs=0.001))


def test_outlines_without_a_crs_are_an_error() -> None:
    bare = outlines().set_crs(None, allow_override=True)
    with pytest.raises(CrsError):
        nearest_with_group(matrix_of({"001": 0}), bare)


@pytest.mark.parametrize("nothing", [shapely.Polygon(), shapely.MultiPolygon(), None])
def test_an_empty_outline_is_far_from_everything(nothing: Any) -> None:
    shapes = outlines()
    shapes.loc[1, "geometry"] = nothing  # 002, which would be the nearest
    found = nearest_by_code({"001": 0, "002": 1, "003": 1}, shapes)
    assert found["001"] == ("003", 10.0)
    assert nearest_by_code({"001": 1, "002": 0}, shapes)["002"] == NOTHING
    assert nearest_by_code({"001": 0, "002": 1}, shapes)["001"] == NOTHING


def test_a_municipality_without_an_outline_has_no_nearest_and_is_nobodys() -> None:
    found = nearest_by_code({"001": 0, "777": 1, "888": 0, "003": 1})
    assert found["001"] == ("003", 10.0)
    assert found["888"] == NOTHING


def test_without_any_outline_nothing_is_near() -> None:
    assert nearest_by_code({"001": 0, "002": 1}, outlines().iloc[:0])["001"] == NOTHING


def test_the_point_of_an_outline_of_several_parts_lies_inside_it() -> None:
    shapes = outlines({"001": (0, 0), "002": (3, 4)})
    # A strip far off that is longer, but narrower, than the square.
    strip = shapely.box(EAST + 50_000, NORTH, EAST + 50_010, NORTH + 900_000)
    shapes.loc[1, "geometry"] = shapely.MultiPolygon([square(3, 4), strip])
    assert nearest_by_code({"001": 0, "002": 1}, shapes)["001"] == ("002", 5.0)


def test_the_nearest_keep_the_order_and_index_of_the_matrix() -> None:
    matrix = matrix_of({"001": 0, "002": 1, "003": 0})
    plain = nearest_with_group(matrix, outlines())
    odd = nearest_with_group(matrix.set_axis([7, 7, 3]), outlines().set_axis([1, 1, 1, 1]))
    assert odd.index.tolist() == [7, 7, 3]
    assert_frame_equal(odd.reset_index(drop=True), plain)


def test_no_input_of_the_nearest_is_changed() -> None:
    matrix, shapes = matrix_of({"001": 0, "002": 1}), outlines()
    before = matrix.copy(), shapes.copy()
    nearest_with_group(matrix, shapes)
    assert_frame_equal(matrix, before[0])
    assert_frame_equal(shapes, before[1])
    assert shapes.crs == METRIC_CRS


# Between points weighted by population


def weighted(centres: dict[str, tuple[float, float] | None]) -> gpd.GeoDataFrame:
    """Where most people live, in km from the corner stone."""
    shapes = [
        shapely.Point() if at is None else shapely.Point(EAST + 1000 * at[0], NORTH + 1000 * at[1])
        for at in centres.values()
    ]
    return gpd.GeoDataFrame({"municipality_code": list(centres)}, geometry=shapes, crs=METRIC_CRS)


def nearest_rows(
    local: dict[str, int | None], points: gpd.GeoDataFrame | None
) -> dict[str, tuple[Any, Any, Any]]:
    found = nearest_with_group(matrix_of(local), outlines(), points=points)
    return dict(zip(local, found.itertuples(index=False, name=None), strict=True))


def test_between_outlines_the_basis_is_their_representative_points() -> None:
    found = nearest_rows({"001": 0, "002": 1}, None)
    assert found["001"] == ("002", 5.0, "representative_points")
    assert found["002"] == (pd.NA, pd.NA, pd.NA)


def test_distance_is_between_the_points_where_people_live() -> None:
    # By outlines 002 is nearest to 001 (5 km); but its people live 13 km off, those of 003 10.
    points = weighted({"001": (0, 0), "002": (5, 12), "003": (6, 8)})
    found = nearest_rows({"001": 0, "002": 1, "003": 1}, points)
    assert found["001"] == ("003", 10.0, "population_points")


def test_a_municipality_without_a_point_falls_back_to_its_outline_and_says_so() -> None:
    # 001 has its outline's point at 0, 0; the people of 003 live 3, 4, 5 from there.
    found = nearest_rows({"001": 0, "002": 0, "003": 1}, weighted({"003": (3, 4), "002": (6, 8)}))
    assert found["001"] == ("003", 5.0, "mixed")
    assert found["002"] == ("003", 5.0, "population_points")
    back = nearest_rows({"001": 1, "003": 0}, weighted({"003": (3, 4)}))
    assert back["003"] == ("001", 5.0, "mixed")
    neither = nearest_rows({"001": 0, "002": 1}, weighted({"004": (0, 0)}))
    assert neither["001"] == ("002", 5.0, "representative_points")


def test_an_empty_point_is_no_point() -> None:
    found = nearest_rows({"001": 0, "002": 1}, weighted({"001": (0, 0), "002": None}))
    assert found["001"] == ("002", 5.0, "mixed")
    assert nearest_rows({"001": 0, "002": 1}, weighted({}))["001"][2] == "representative_points"


def test_a_point_without_an_outline_is_a_place_all_the_same() -> None:
    found = nearest_rows({"001": 0, "777": 1}, weighted({"001": (0, 0), "777": (8, 6)}))
    assert found["001"] == ("777", 10.0, "population_points")


def test_points_in_degrees_give_the_same_distances() -> None:
    points = weighted({"001": (0, 0), "002": (5, 12)}).to_crs(GEOGRAPHIC_CRS)
    found = nearest_rows({"001": 0, "002": 1}, points)
    assert found["001"][1] == pytest.approx(13, abs=0.001)


def test_two_points_of_a_municipality_or_none_on_the_globe_are_errors() -> None:
    twice = pd.concat([weighted({"001": (0, 0)}), weighted({"001": (1, 1)})])
    with pytest.raises(GeoError, match="001"):
        nearest_rows({"001": 0, "002": 1}, twice)
    with pytest.raises(CrsError):
        nearest_rows({"001": 0}, weighted({"001": (0, 0)}).set_crs(None, allow_override=True))


COORDINATE = st.integers(-20, 20)


@settings(max_examples=25, deadline=None)
@given(
    centres=st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=6, unique=True),
    numbers=st.lists(st.integers(0, 2), min_size=6, max_size=6),
)
def test_whatever_the_map_the_nearest_is_the_one_a_ruler_finds(
    centres: list[tuple[int, int]], numbers: list[int]
) -> None:
    by_code = {f"{place:03}": centre for place, centre in enumerate(centres)}
    local = dict(zip(by_code, numbers, strict=False))
    found = nearest_by_code(dict(local), outlines(by_code))
    for code, centre in by_code.items():
        # Of whole numbers the squares of distances compare without any rounding.
        having = [
            ((centre[0] - by_code[other][0]) ** 2 + (centre[1] - by_code[other][1]) ** 2, other)
            for other in by_code
            if local[other] > 0
        ]
        if local[code] > 0 or not having:
            assert found[code] == NOTHING
        else:
            square_km2, nearest = min(having)
            assert found[code] == (nearest, pytest.approx(math.sqrt(square_km2), abs=1e-6))


# How much of the register is known


def test_the_register_tells_how_many_have_a_place_and_a_group() -> None:
    organisations = pd.DataFrame({"organisation_id": pd.array(list("abcdefghij"), dtype="string")})
    told = register_completeness(organisations, places(*PLACES), served(*SERVED))
    assert told.to_dict() == {
        "organisations": 10,
        "with_place": 8,  # a b c d e f g h; i and j have none
        "with_local_place": 6,  # a b e f g h; c and d have reach alone
        "with_group": 5,  # a b c d f; z is not among the organisations
        "with_both": 3,  # a b f
    }


def test_an_empty_register_knows_nothing() -> None:
    organisations = pd.DataFrame({"organisation_id": pd.array([], dtype="string")})
    told = register_completeness(organisations, places(*PLACES), served(*SERVED))
    assert told.tolist() == [0] * 5
