"""Funnels of a few groups, their losses worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_series_equal

from geo.errors import GeoError
from geo.funnel import EVENTS, funnel


def step(frame: pd.DataFrame, stage: str, column: str) -> dict[str, float | str | None]:
    """A column of one stage by group, None for what is missing."""
    rows = frame[frame["stage"] == stage]
    cells = rows[column].astype(object).where(rows[column].notna(), None)
    return dict(zip(rows["target_group_code"], cells, strict=True))


def test_funnel_gives_shares_and_the_logarithm_of_their_ratio() -> None:
    frame = funnel(
        {
            "organisations": pd.Series({"old": 50, "young": 40, "ill": 10}),
            "nominees": pd.Series({"old": 6, "young": 2, "ill": 2}),
            "elected": pd.Series({"old": 3, "young": 1, "ill": 0}),
        }
    )
    assert step(frame, "organisations", "share") == {"old": 0.5, "young": 0.4, "ill": 0.1}
    assert set(step(frame, "organisations", "log_loss").values()) == {None}
    # 0.6 / 0.5, 0.2 / 0.4, 0.2 / 0.1
    assert step(frame, "nominees", "log_loss") == pytest.approx(
        {"old": math.log(1.2), "young": math.log(0.5), "ill": math.log(2)}
    )
    # 0.75 / 0.6, 0.25 / 0.2, 0 / 0.2
    assert step(frame, "elected", "log_loss") == pytest.approx(
        {"old": math.log(1.25), "young": math.log(1.25), "ill": -math.inf}
    )
    assert step(frame, "elected", "event") == {"old": None, "young": None, "ill": "falls_out"}
    assert step(frame, "elected", "previous")["old"] == "nominees"


def test_funnel_leaves_out_stages_without_data_and_steps_over_them() -> None:
    nothing = pd.Series({"old": pd.NA, "young": pd.NA}, dtype="Float64")
    frame = funnel(
        {
            "population": None,
            "organisations": pd.Series({"old": 1, "young": 3}),
            "voters": nothing,
            "nominees": None,
            "elected": pd.Series({"old": 1, "young": 1}),
        }
    )
    assert frame["stage"].unique().tolist() == ["organisations", "elected"]
    assert set(step(frame, "elected", "previous").values()) == {"organisations"}
    # 0.5 / 0.25 and 0.5 / 0.75
    assert step(frame, "elected", "log_loss") == pytest.approx(
        {"old": math.log(2), "young": math.log(2 / 3)}
    )


def test_a_group_without_a_figure_takes_nothing_from_the_others() -> None:
    # No population figure of the ill: 600 and 400 people meet 4 and 4 organisations of these two,
    # 0.5 / 0.6 and 0.5 / 0.4, whatever the 8 of the ill are. From there all three go on.
    frame = funnel(
        {
            "population": pd.Series({"old": 600, "young": 400}),
            "organisations": pd.Series({"old": 4, "young": 4, "ill": 8}),
            "elected": pd.Series({"old": 1, "young": 1, "ill": 2}),
        }
    )
    assert step(frame, "population", "share") == {"old": 0.6, "young": 0.4, "ill": None}
    assert step(frame, "organisations", "share") == {"old": 0.25, "young": 0.25, "ill": 0.5}
    assert step(frame, "organisations", "share_after") == {"old": 0.5, "young": 0.5, "ill": None}
    losses = step(frame, "organisations", "log_loss")
    assert losses.pop("ill") is None
    assert losses == pytest.approx({"old": math.log(5 / 6), "young": math.log(5 / 4)})
    assert step(frame, "elected", "log_loss") == {"old": 0, "young": 0, "ill": 0}


def test_funnel_marks_who_falls_out_enters_and_was_never_there() -> None:
    frame = funnel(
        {
            "organisations": pd.Series({"old": 1, "young": 1, "ill": 0, "carers": 0}),
            "elected": pd.Series({"old": 1, "young": 0, "ill": 1, "carers": 0}),
        }
    )
    events = {"old": None, "young": "falls_out", "ill": "enters", "carers": "absent"}
    assert step(frame, "elected", "event") == events
    losses = {"old": 0, "young": -math.inf, "ill": math.inf, "carers": None}
    assert step(frame, "elected", "log_loss") == losses
    assert set(events.values()) - {None} == set(EVENTS)


def test_a_group_falls_out_even_where_the_shares_of_those_compared_are_nothing() -> None:
    # Of the two groups with a population figure none has an organisation: 0 of 0.
    frame = funnel(
        {
            "population": pd.Series({"old": 600, "young": 400}),
            "organisations": pd.Series({"old": 0, "young": 0, "ill": 2}),
        }
    )
    assert step(frame, "organisations", "event") == {
        "old": "falls_out",
        "young": "falls_out",
        "ill": None,
    }
    assert step(frame, "organisations", "share_after") == dict.fromkeys(("old", "young", "ill"))


def test_zeros_alone_are_data_and_everyone_falls_out() -> None:
    frame = funnel(
        {
            "organisations": pd.Series({"old": 1, "young": 1, "ill": 0}),
            "nominees": pd.Series({"old": 0, "young": pd.NA, "ill": 0}, dtype="Float64"),
            "elected": pd.Series({"old": 2, "young": 1, "ill": 0}),
        }
    )
    assert frame["stage"].unique().tolist() == ["organisations", "nominees", "elected"]
    assert step(frame, "nominees", "value") == {"old": 0, "young": None, "ill": 0}
    # 0 of 0 is no share.
    assert step(frame, "nominees", "share") == dict.fromkeys(("old", "young", "ill"))
    events = {"old": "falls_out", "young": None, "ill": "absent"}
    assert step(frame, "nominees", "event") == events
    assert step(frame, "nominees", "log_loss") == {"old": -math.inf, "young": None, "ill": None}
    assert step(frame, "elected", "event") == {"old": "enters", "young": None, "ill": "absent"}


def test_a_figure_not_known_is_no_zero() -> None:
    frame = funnel(
        {
            "organisations": pd.Series({"old": 1, "young": 1}),
            "elected": pd.Series({"old": 2, "young": pd.NA}, dtype="Float64"),
        }
    )
    assert step(frame, "elected", "event") == {"old": None, "young": None}
    assert step(frame, "elected", "log_loss") == {"old": 0, "young": None}


def test_funnel_without_data_is_empty_with_its_columns() -> None:
    frame = funnel({"population": None, "elected": None})
    assert frame.empty
    assert list(frame.columns) == list(funnel({"elected": pd.Series({"old": 1})}).columns)


@pytest.mark.parametrize("wrong", [pd.Series({"old": -1}), pd.Series([1, 2], ["old", "old"])])
def test_funnel_refuses_figures_below_zero_and_groups_named_twice(wrong: pd.Series) -> None:
    with pytest.raises(GeoError, match="'nominees'"):
        funnel({"nominees": wrong})


figures = st.lists(st.integers(1, 60), min_size=3, max_size=3)


@settings(max_examples=12, deadline=None)
@given(stages=st.lists(figures, min_size=2, max_size=5))
def test_losses_of_the_same_groups_add_up_to_that_from_first_to_last(stages) -> None:
    series = [pd.Series(values, ["a", "b", "c"]) for values in stages]
    frame = funnel({f"s{number}": values for number, values in enumerate(series)})
    first, last = (values / values.sum() for values in (series[0], series[-1]))
    for group in "abc":
        losses = frame.loc[frame["target_group_code"] == group, "log_loss"].sum()
        assert losses == pytest.approx(math.log(last[group] / first[group]), abs=1e-9)


def test_funnel_does_not_change_its_series() -> None:
    values = pd.Series({"old": 1, "young": 0})
    kept = values.copy(deep=True)
    funnel({"organisations": values, "elected": values})
    assert_series_equal(values, kept)
