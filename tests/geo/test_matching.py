"""Rows to municipalities: every way in, and every way to miss."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from geo.errors import GeoError, UnmatchedPlaces
from geo.matching import (
    RESULT_COLUMNS,
    assign_municipality,
    municipality_from_code,
    municipality_from_name,
    municipality_from_point,
    municipality_from_postcode,
)
from tests.geo.toy_places import CHAIN, CHANGES, MUNICIPALITIES, SQUARES, plain, points, text_frame

# By code


@pytest.mark.parametrize("value", ["019", "19", " 019 ", 19, 19.0, "19.0"])
def test_municipality_from_code_puts_lost_zeros_back(value: object) -> None:
    found = municipality_from_code(pd.Series([value]), MUNICIPALITIES)
    assert plain(found.iloc[0]) == ["019", "code", None, None]


@pytest.mark.parametrize("value", ["0019", "19.5", -19, "KU019", "", None, True, "999"])
def test_municipality_from_code_leaves_what_is_no_code(value: object) -> None:
    found = municipality_from_code(pd.Series([value]), MUNICIPALITIES, changes=CHANGES)
    assert plain(found.iloc[0]) == [None, None, None, None]


def test_municipality_from_code_follows_former_codes_and_keeps_the_year() -> None:
    values = pd.Series(["588", 573, "445"])
    found = municipality_from_code(values, MUNICIPALITIES, changes=CHANGES)
    assert [plain(row) for _, row in found.iterrows()] == [
        ["507", "former_code", "Pertunmaa", "2025-01-01"],
        ["445", "former_code", "Parainen", "2009-01-01"],
        ["445", "code", None, None],
    ]


def test_municipality_from_code_follows_chains_and_leaves_circles() -> None:
    values = pd.Series(["801", "802", "811", "821", "822"])
    found = municipality_from_code(values, MUNICIPALITIES, changes=CHAIN)
    assert plain(found["municipality_code"]) == ["734", "734", None, None, None]
    assert found["matched_by"].tolist() == 2 * ["former_code"] + 3 * ["outside_area"]
    assert plain(found["changed_on"]) == [
        "1990-01-01",
        "1995-01-01",
        "1990-01-01",
        "2009-01-01",
        None,
    ]


def test_municipality_from_code_keeps_the_code_of_who_moved_to_another_region() -> None:
    value = pd.Series(["090"])
    found = municipality_from_code(value, MUNICIPALITIES, changes=CHANGES)
    assert plain(found.iloc[0]) == [None, "outside_area", None, "2021-01-01"]
    wider = pd.DataFrame({"municipality_code": ["090"]}, dtype="string")
    found = municipality_from_code(value, wider, changes=CHANGES)
    assert plain(found.iloc[0]) == ["090", "code", None, None]


# By postcode

POSTCODES = text_frame(
    "postcode name_fi name_sv municipality_code type_code",
    """
    00010; LELUPOSTI; LEKPOST; 019; 2
    19430; PERTUNMAA; PERTUNMAA; 588; 1
    20100; TURKU; ÅBO; 853; 1
    20104; SMARTPOST; SMARTPOST; 853; 6
    79700; HEINÄVESI; HEINÄVESI; 090; 1
    """,
)


def test_municipality_from_postcode_reads_numbers_and_land_codes() -> None:
    values = pd.Series([10, "FI-20100", "fi 20104", " 20100", 20100.0, "20999", "FI-", None])
    found = municipality_from_postcode(values, POSTCODES)
    expected = ["019", "853", "853", "853", "853", None, None, None]
    assert plain(found["municipality_code"]) == expected
    assert plain(found["matched_by"]) == 5 * ["postcode"] + 3 * [None]


def test_municipality_from_postcode_leads_an_older_table_to_the_division() -> None:
    found = municipality_from_postcode(
        pd.Series([19430, 79700]), POSTCODES, municipalities=MUNICIPALITIES, changes=CHANGES
    )
    assert plain(found["municipality_code"]) == ["507", None]
    assert found["matched_by"].tolist() == ["postcode", "outside_area"]


# All together


def rows() -> pd.DataFrame:
    """Rows that are matched by code, name, postcode, not at all, and from outside."""
    return pd.DataFrame(
        {
            "who": ["a", "b", "c", "d", "e"],
            "code": ["019", None, "x", None, "090"],
            "place": ["Turku", "Pertunmaan kunta", None, "Lelula", "Salo"],
            "post": [20100, 20100, 20100, 99999, 20100],
        },
        index=[7, 7, 3, 1, 0],
    )


def test_assign_municipality_tries_code_then_name_then_postcode() -> None:
    frame = rows()
    assigned = assign_municipality(
        frame,
        MUNICIPALITIES,
        changes=CHANGES,
        postcodes=POSTCODES,
        code="code",
        name="place",
        postcode="post",
    )
    assert plain(assigned["municipality_code"]) == ["019", "507", "853", None, None]
    assert plain(assigned["matched_by"]) == [
        "code",
        "former_name",
        "postcode",
        None,
        "outside_area",
    ]
    assert plain(assigned["former_name"]) == [None, "Pertunmaa", None, None, None]
    assert plain(assigned["changed_on"]) == [None, "2025-01-01", None, None, "2021-01-01"]
    assert_frame_equal(assigned[frame.columns], frame)
    assert_frame_equal(frame, rows())


def test_assign_municipality_tries_the_point_last_and_keeps_geometry_and_crs() -> None:
    boundaries = SQUARES.assign(municipality_code=["853", "734", "588", "019"])
    frame = gpd.GeoDataFrame(
        {"place": ["Turku", None, "Lelula", None]},
        geometry=points((5, 5), (5, 5), (15, 5), (-0.5, 5)).to_crs("EPSG:4326").array,
        index=["d", "c", "b", "a"],
    )
    assigned = assign_municipality(
        frame,
        MUNICIPALITIES,
        changes=CHANGES,
        boundaries=boundaries,
        name="place",
        max_distance_m=1000,
    )
    assert assigned["municipality_code"].tolist() == ["853", "019", "507", "019"]
    assert assigned["matched_by"].tolist() == ["name_fi", "point", "point", "point_near"]
    assert isinstance(assigned, gpd.GeoDataFrame)
    assert assigned.crs == "EPSG:4326"
    assert assigned.index.tolist() == ["d", "c", "b", "a"]
    assert assigned.geometry.geom_equals(frame.geometry).all()


def test_assign_municipality_replaces_columns_of_an_earlier_run() -> None:
    once = assign_municipality(rows(), MUNICIPALITIES, name="place")
    twice = assign_municipality(once, MUNICIPALITIES, name="place", changes=CHANGES)
    assert twice.columns.tolist() == once.columns.tolist()
    assert plain(once["municipality_code"]) == ["853", None, None, None, "734"]
    assert plain(twice["municipality_code"]) == ["853", "507", None, None, "734"]


def test_assign_municipality_takes_a_frame_without_rows() -> None:
    assigned = assign_municipality(rows().iloc[:0], MUNICIPALITIES, name="place", code="code")
    assert len(assigned) == 0
    assert set(RESULT_COLUMNS) <= set(assigned.columns)
    assert {str(assigned[column].dtype) for column in RESULT_COLUMNS} == {"string"}


def test_assign_municipality_names_all_unmatched_places_and_nothing_else() -> None:
    frame = pd.DataFrame(
        {
            "person": ["Leelo Lelunen", "Nukke Nalle", "Pallo Palikka", "Heppa Hyrrä"],
            "place": ["Savonlinan kaupunki", "Koski", "Savonlinan kaupunki", None],
            "code": ["997", "998", None, None],
        }
    )
    with pytest.raises(UnmatchedPlaces) as caught:
        assign_municipality(frame, MUNICIPALITIES, code="code", name="place", on_unmatched="raise")
    assert list(caught.value.names) == ["Savonlinan kaupunki", "Koski"]
    assert caught.value.names["Savonlinan kaupunki"][0] == "Savonlinna"
    assert caught.value.names["Koski"][0] == "Koski Tl"
    message = str(caught.value)
    assert "'Savonlinan kaupunki' (near: Savonlinna" in message
    assert "1 row without a name" in message
    for unasked in ("Lelunen", "Nukke", "997", "998"):
        assert unasked not in message


def test_assign_municipality_raises_codes_where_no_name_was_asked_for() -> None:
    with pytest.raises(UnmatchedPlaces) as caught:
        assign_municipality(
            pd.DataFrame({"code": ["019", "997"]}),
            MUNICIPALITIES[["municipality_code"]],
            code="code",
            on_unmatched="raise",
        )
    assert caught.value.names == {"997": []}


def test_assign_municipality_quotes_twenty_names_and_keeps_all() -> None:
    frame = pd.DataFrame({"place": [f"Lelu {number}" for number in range(25)]})
    with pytest.raises(UnmatchedPlaces, match="5 more;") as caught:
        assign_municipality(frame, MUNICIPALITIES, name="place", on_unmatched="raise")
    assert len(caught.value.names) == 25


def test_assign_municipality_does_not_raise_for_a_place_outside() -> None:
    frame = pd.DataFrame({"place": ["Heinävesi"]})
    assigned = assign_municipality(
        frame, MUNICIPALITIES, changes=CHANGES, name="place", on_unmatched="raise"
    )
    assert assigned["matched_by"].tolist() == ["outside_area"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "nothing to match by"),
        ({"name": "plaice"}, "frame lacks plaice; it has who, code, place, post"),
        ({"postcode": "post"}, "without the table postcodes"),
        ({"name": "place", "on_unmatched": "drop"}, "on_unmatched is 'drop'"),
        ({"boundaries": SQUARES}, "points: no active geometry column"),
        ({"name": "place", "changes": CHANGES[["old_code"]]}, "changes lacks old_name_fi"),
    ],
)
def test_assign_municipality_says_what_is_missing(options: dict, message: str) -> None:
    with pytest.raises(GeoError, match=message):
        assign_municipality(rows(), MUNICIPALITIES, **options)


def test_every_way_in_keeps_order_and_a_doubled_index_and_its_input() -> None:
    index = pd.Index(["b", "a", "b"], name="key")
    words = pd.Series(["Turku", None, "Aura"], index=index)
    numbers = pd.Series([853, None, 19], index=index)
    before = words.copy(), numbers.copy(), MUNICIPALITIES.copy()
    for found in (
        municipality_from_name(words, MUNICIPALITIES, changes=CHANGES),
        municipality_from_code(numbers, MUNICIPALITIES, changes=CHANGES),
        municipality_from_point(points((15, 5), (30, 30), (5, 5)).set_axis(index), SQUARES),
    ):
        assert found.index.equals(index)
        assert found["municipality_code"].isna().tolist() == [False, True, False]
        assert {str(kind) for kind in found.dtypes} == {"string"}
    assert_series_equal(words, before[0])
    assert_series_equal(numbers, before[1])
    assert_frame_equal(MUNICIPALITIES, before[2])
