"""Map classes: zero and no data apart, no class empty, no limit twice."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.classify import NO_DATA, ZERO, How, classes
from geo.errors import GeoError

HOWS = ["quantile", "equal"]


def test_classes_by_quantile_put_as_many_rows_in_each() -> None:
    found = classes(pd.Series(range(1, 11)), k=5)
    assert found.codes.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert found.edges == (0, 2, 4, 6, 8, 10)


def test_classes_by_equal_steps_run_from_zero_to_the_largest() -> None:
    found = classes(pd.Series([1, 20, 21, 45, 61, 99, 100]), k=5, how="equal")
    assert found.codes.tolist() == [1, 1, 2, 3, 4, 5, 5]
    assert found.edges == (0, 20, 40, 60, 80, 100)


def test_classes_by_equal_steps_join_a_step_without_rows_to_the_one_above() -> None:
    # Steps of 25: nothing lies between 25 and 75.
    found = classes(pd.Series([10, 25, 80, 100]), k=4, how="equal")
    assert found.codes.tolist() == [1, 1, 2, 2]
    assert found.edges == (0, 25, 100)


@pytest.mark.parametrize("how", HOWS)
def test_classes_keep_zero_and_no_data_apart(how: How) -> None:
    values = pd.Series([0, None, 5, -0.0, 10], index=list("abcde"), name="per_10k")
    found = classes(values, k=2, how=how)
    assert found.codes.tolist() == [ZERO, NO_DATA, 1, ZERO, 2]
    assert found.edges == (0, 5, 10)
    assert found.codes.index.tolist() == list("abcde")
    assert found.codes.name == "per_10k"
    assert found.codes.dtype == "Int64"


def test_classes_do_not_let_zeros_move_the_limits() -> None:
    with_zeros = classes(pd.Series([0] * 50 + [1, 2, 3, 4], dtype="Int64"), k=2)
    assert with_zeros.edges == classes(pd.Series([1, 2, 3, 4]), k=2).edges == (0, 2, 4)


def test_classes_give_each_of_few_values_its_own_class() -> None:
    # By quantiles alone 1 and 2 would share the first class.
    found = classes(pd.Series([1] * 10 + [2, 3]), k=3)
    assert found.codes.tolist() == [1] * 10 + [2, 3]
    assert found.edges == (0, 1, 2, 3)


def test_classes_are_fewer_where_ties_are_heavy() -> None:
    found = classes(pd.Series([1] * 10 + [2, 3, 4]), k=3)
    assert found.codes.tolist() == [1] * 10 + [2, 2, 2]
    assert found.edges == (0, 1, 4)


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("values", [[], [None, None], [0.0, None], [0, 0]])
def test_classes_without_a_value_above_zero_have_no_edges(
    how: How, values: list[float | None]
) -> None:
    found = classes(pd.Series(values, dtype="Float64"), how=how)
    assert found.edges == ()
    assert found.codes.tolist() == [NO_DATA if value is None else ZERO for value in values]


@pytest.mark.parametrize("how", HOWS)
def test_classes_of_one_value_are_one_class(how: How) -> None:
    found = classes(pd.Series([7, 7, 7]), how=how)
    assert found.codes.tolist() == [1, 1, 1]
    assert found.edges == (0, 7)


@pytest.mark.parametrize("wrong", [-1, math.inf, -math.inf])
def test_classes_stop_at_negative_and_infinite_values(wrong: float) -> None:
    values = pd.Series([1.0, wrong, wrong], index=["019", "046", "097"])
    with pytest.raises(
        GeoError, match="2 of 3 values are negative or infinite, the first at '046'"
    ):
        classes(values)


def test_classes_stop_at_text_and_unknown_options() -> None:
    with pytest.raises(GeoError, match="numbers are needed"):
        classes(pd.Series(["many", "few"]))
    with pytest.raises(GeoError, match="k is 0"):
        classes(pd.Series([1]), k=0)
    with pytest.raises(GeoError, match="how is 'jenks'; known are quantile, equal"):
        classes(pd.Series([1]), how="jenks")  # type: ignore[arg-type]


@settings(deadline=None)
@given(
    st.lists(st.none() | st.floats(0, allow_infinity=False) | st.integers(0, 20).map(float)),
    st.integers(1, 9),
    st.sampled_from(HOWS),
)
def test_classes_hold_each_value_between_its_edges_and_none_is_empty(
    given_values: list[float | None], k: int, how: How
) -> None:
    values = pd.Series(given_values, dtype="Float64")
    codes, edges = classes(values, k=k, how=how)
    assert all(np.diff(edges) > 0)
    count = max(len(edges) - 1, 0)
    distinct = {value for value in given_values if value}
    assert count <= min(k, len(distinct))
    assert {code for code in codes if code > 0} == set(range(1, count + 1))
    for value, code in zip(given_values, codes, strict=True):
        if value is None:
            assert code == NO_DATA
        elif value == 0:
            assert code == ZERO
        else:
            assert edges[code - 1] < value <= edges[code]
