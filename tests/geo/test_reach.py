"""Wider reach: counted with the local ones, and the organisations of an area one by one."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.reach import counts_with_reach, organisations_reaching
from geo.services import organisation_counts, target_group_matrix
from tests.geo.toy_places import plain, text_frame

TOWNS = text_frame(
    "municipality_code region_code",
    """
    001; 90
    002; 90
    003; 91
    """,
).assign(population=pd.array([20_000, 5_000, 0], dtype="Int64"))
# a sits in 001 and states work there too; b reaches region 90 and states work in 002;
# c reaches the whole country; d sits in 003.
AREAS = text_frame(
    "organisation_id relation area_code",
    """
    a; stated; 001
    a; domiciled; 001
    b; regional; 90
    b; stated; 002
    c; national; FI
    d; domiciled; 003
    """,
)
GROUPS = text_frame(
    "organisation_id target_group_code",
    """
    a; old
    b; old
    c; young
    """,
)
KINDS = text_frame("target_group_code", "old\nyoung")


def test_counts_with_reach_adds_those_beside_the_local_ones_and_counts_the_rate_anew():
    counts = organisation_counts(TOWNS, AREAS)
    before = counts.copy()

    found = counts_with_reach(counts, population=TOWNS["population"])

    # 001: a, with b and c; 002: b, with c; 003: d, with c.
    assert found["local"].tolist() == [3, 2, 2]
    assert found["regional"].tolist() == [2, 1, 1]
    # 3 of 20,000 and 2 of 5,000; nobody lives in 003.
    assert plain(found["local_per_10k"]) == [1.5, 4.0, None]
    assert_frame_equal(counts, before)


@pytest.mark.parametrize("with_reach", [False, True])
@pytest.mark.parametrize("town", ["001", "002", "003"])
@pytest.mark.parametrize("group", ["old", "young"])
def test_organisations_reaching_lists_those_that_a_cell_of_the_matrix_counts(
    town, group, with_reach
):
    matrix = target_group_matrix(TOWNS, AREAS, GROUPS, KINDS)
    if with_reach:
        matrix = counts_with_reach(matrix)
    cell = matrix.set_index(["municipality_code", "target_group_code"]).loc[(town, group), "local"]

    found = organisations_reaching(AREAS, TOWNS, municipality_code=town, with_reach=with_reach)

    serving = GROUPS.loc[GROUPS["target_group_code"] == group, "organisation_id"]
    assert found["organisation_id"].isin(serving).sum() == cell


def test_organisations_reaching_tells_the_nearest_tie():
    found = organisations_reaching(AREAS, TOWNS, municipality_code="002", with_reach=True)
    assert list(found.itertuples(index=False, name=None)) == [("b", "stated"), ("c", "national")]


def test_organisations_reaching_counts_those_of_the_whole_region_to_the_region():
    found = organisations_reaching(AREAS, TOWNS, region_code="90")
    # b states work in 002 of the region, which is nearer than its reach.
    assert dict(found.itertuples(index=False, name=None)) == {"a": "domiciled", "b": "stated"}


@pytest.mark.parametrize("area", [{}, {"municipality_code": "999"}])
def test_organisations_reaching_wants_an_area_that_is_known(area):
    with pytest.raises(GeoError, match="expected one that is known"):
        organisations_reaching(AREAS, TOWNS, **area)
