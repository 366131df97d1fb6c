"""Municipality to region and county, totals, and the way back through the changes."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.areas import area_totals, municipalities_of, municipality_history, with_area_names
from geo.errors import GeoError


def toys() -> pd.DataFrame:
    """Four toy municipalities in two regions and two counties that cross."""
    texts = pd.DataFrame(
        {
            "municipality_code": ["001", "002", "003", "004"],
            "region_code": ["92", "91", "92", "91"],
            "wellbeing_county_code": ["91", "91", "92", "91"],
        },
        index=[8, 6, 4, 2],
        dtype="string",
    )
    return texts.assign(
        population=pd.array([100, 200, 300, 400], dtype="Int64"),
        land_km2=pd.array([1.5, 2.5, 3.5, 4.5], dtype="Float64"),
    )


AREAS = pd.DataFrame(
    [
        ("region", "91", "Lelumaa", "Leksaksland", "Toyland"),
        ("region", "92", "Nukkemaa", "Dockland", "Dollland"),
        ("wellbeing_county", "91", "Lelun hyvinvointialue", "Leks välfärdsområde", "Toy county"),
    ],
    columns=["level", "code", "name_fi", "name_sv", "name_en"],
    dtype="string",
)

CHANGES = pd.DataFrame(
    [
        ("803", "001", "2020-01-01", "merged"),
        ("802", "803", "2009-01-01", "merged"),
        ("801", "802", "1990-01-01", "merged"),
        ("800", "001", "2009-01-01", "merged"),
        ("001", "001", "2012-01-01", "renamed"),
        ("002", "002", "2021-01-01", "moved_region"),
        ("811", "812", "1990-01-01", "merged"),
        ("812", "811", "1995-01-01", "merged"),
    ],
    columns=["old_code", "new_code", "valid_from", "kind"],
    dtype="string",
)


def test_municipalities_of_selects_by_region_by_county_and_by_both() -> None:
    def codes(**options: str) -> list[str]:
        return municipalities_of(toys(), **options)["municipality_code"].tolist()

    assert codes(region="92") == ["001", "003"]
    assert codes(wellbeing_county="91") == ["001", "002", "004"]
    assert codes(region="92", wellbeing_county="91") == ["001"]
    assert codes(region="91", wellbeing_county="92") == []
    assert codes() == ["001", "002", "003", "004"]


def test_municipalities_of_gives_a_copy_with_the_index_as_it_was() -> None:
    given = toys()
    chosen = municipalities_of(given, region="91")
    assert chosen.index.tolist() == [6, 2]
    chosen["population"] = 0
    assert_frame_equal(given, toys())


def test_municipalities_of_passes_over_a_municipality_without_an_area() -> None:
    given = toys()
    given.loc[8, "region_code"] = pd.NA
    assert municipalities_of(given, region="92")["municipality_code"].tolist() == ["003"]


def test_municipalities_of_names_the_known_codes_at_an_unknown_one() -> None:
    with pytest.raises(GeoError, match=r"region '2' is not among .*; known are 91, 92"):
        municipalities_of(toys(), region="2")
    with pytest.raises(GeoError, match="wellbeing_county '93'"):
        municipalities_of(toys(), wellbeing_county="93")
    with pytest.raises(GeoError, match="municipalities lacks region_code"):
        municipalities_of(toys()[["municipality_code"]], region="91")


def test_municipality_history_follows_chains_in_the_order_of_time() -> None:
    history = municipality_history("001", CHANGES)
    assert history["old_code"].tolist() == ["801", "800", "802", "001", "803"]
    assert history.index.tolist() == [2, 3, 1, 4, 0]
    assert history.columns.equals(CHANGES.columns)


def test_municipality_history_has_moves_and_ends_in_circles() -> None:
    assert municipality_history("002", CHANGES)["kind"].tolist() == ["moved_region"]
    assert municipality_history("811", CHANGES)["old_code"].tolist() == ["811", "812"]


def test_municipality_history_is_empty_where_nothing_happened() -> None:
    history = municipality_history("004", CHANGES)
    assert history.empty
    assert history.columns.equals(CHANGES.columns)


@pytest.mark.parametrize(
    ("lang", "regions", "county"),
    [
        ("fi", ["Nukkemaa", "Lelumaa", "Nukkemaa", "Lelumaa"], "Lelun hyvinvointialue"),
        ("sv", ["Dockland", "Leksaksland", "Dockland", "Leksaksland"], "Leks välfärdsområde"),
        ("en", ["Dollland", "Toyland", "Dollland", "Toyland"], "Toy county"),
    ],
)
def test_with_area_names_adds_both_names_in_the_language(
    lang: str, regions: list[str], county: str
) -> None:
    given = toys()
    named = with_area_names(given, AREAS, lang)
    assert named["region_name"].tolist() == regions
    # County 92 is not in the table of areas, and region 92 must not lend it its name.
    assert named["wellbeing_county_name"].isna().tolist() == [False, False, True, False]
    assert set(named["wellbeing_county_name"].dropna()) == {county}
    assert_frame_equal(named[given.columns], toys())
    assert_frame_equal(given, toys())


def test_with_area_names_names_the_known_languages_at_an_unknown_one() -> None:
    with pytest.raises(GeoError, match="lang is 'se'; known are fi, sv, en"):
        with_area_names(toys(), AREAS, "se")


def test_area_totals_count_and_add_up_by_area() -> None:
    totals = area_totals(toys())
    assert totals["region_code"].tolist() == ["91", "92"]
    assert totals["municipalities"].tolist() == [2, 2]
    assert totals["population"].tolist() == [600, 400]
    assert totals["land_km2"].tolist() == [7.0, 5.0]
    by_county = area_totals(toys(), by="wellbeing_county_code")
    assert by_county["population"].tolist() == [700, 300]
    kinds = totals[["municipalities", "population", "land_km2"]].dtypes.astype(str)
    assert kinds.tolist() == ["Int64", "Int64", "Float64"]


def test_area_totals_leave_a_total_with_an_unknown_part_unknown() -> None:
    given = toys()
    given.loc[6, "population"] = pd.NA
    totals = area_totals(given).set_index("region_code")
    assert totals["population"].isna().to_dict() == {"91": True, "92": False}
    assert totals.loc["91", "municipalities"] == 2
    assert totals.loc["91", "land_km2"] == 7.0


def test_area_totals_show_municipalities_without_an_area_in_a_row_of_their_own() -> None:
    given = toys()
    given.loc[[8, 4], "region_code"] = pd.NA
    totals = area_totals(given)
    assert totals["region_code"].isna().tolist() == [False, True]
    assert totals["population"].tolist() == [600, 400]


def test_area_totals_of_no_municipalities_have_no_rows() -> None:
    assert area_totals(toys().iloc[:0]).empty
    with pytest.raises(GeoError, match="municipalities lacks country_code"):
        area_totals(toys(), by="country_code")
