"""The funnel of representation: at which step from the people to the seats a group falls out.

What is counted at a step lives elsewhere: residents in ``geo.population``, organisations in
``geo.shares``, seats in ``geo.representation``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.errors import GeoError

STAGES = ("population", "organisations", "voters", "nominees", "elected")
"""The steps from the people to the seats, in order."""

EVENTS = ("falls_out", "enters", "absent")
"""What a loss that is no number means: the last of a group, its first, or none before and after."""


def funnel(stages: Mapping[str, pd.Series | None]) -> pd.DataFrame:
    """Follow each group's share from stage to stage, and what it loses on the way.

    The loss of a step is ``ln(share after / share before)``: below 0 where a group shrinks, and
    over several steps the losses add up to that from the first to the last. A step leads from
    one stage with data to the next one with data; a stage without data is left out. Its two
    shares are among those groups that have a figure at both stages, so that a group without a
    figure takes nothing from the others. **The losses of several steps add up only where they
    rest on the same groups**; one without a population figure begins at the organisations.

    Parameters
    ----------
    stages
        Stage to counts or shares by group (index: group code; 0 or more, NA where not known),
        in order; only proportions matter. None, or a series without one known figure: a stage
        without data. Zeros alone are data: nobody is there. Groups may overlap, as the young and
        those in families do: a person then counts for each, and shares are of the sum over groups.

    Returns
    -------
    pandas.DataFrame
        One row per stage with data and group, stages in order and groups as they first appear:
        ``stage``, ``target_group_code``, ``value`` (as given), ``share`` (of the groups with a
        figure at this stage, 0-1; NA where these are all 0), ``previous`` (the stage before, NA at
        the first),
        ``share_before`` and ``share_after`` (of the groups with a figure at both), ``log_loss``
        (natural logarithm; -inf where the group falls out, inf where it enters; NA where a share
        is not known or both are 0) and ``event`` (``EVENTS``; NA for a loss that is a number or
        not known). Index from 0.

    Raises
    ------
    GeoError
        A figure is below zero, or a stage names a group twice.

    References
    ----------
    Theil 1967 (logarithms of ratios of shares, which add up over steps).

    Examples
    --------
    Half of the organisations serve the young, who have one seat of four:

    >>> organisations = pd.Series({"old": 5, "young": 5})
    >>> seats = pd.Series({"old": 3, "young": 1})
    >>> steps = funnel({"organisations": organisations, "voters": None, "elected": seats})
    >>> steps.loc[steps["stage"] == "elected", ["target_group_code", "share", "log_loss"]].round(3)
      target_group_code  share  log_loss
    2               old   0.75     0.405
    3             young   0.25    -0.693
    """
    figures = {name: _figures(name, values) for name, values in stages.items()}
    known = {name: values for name, values in figures.items() if values is not None}
    groups = pd.Index([], dtype="string")
    for values in known.values():
        groups = groups.append(values.index[~values.index.isin(groups)])
    frames = []
    previous: str | None = None
    for name, values in known.items():
        before = known[previous] if previous is not None else None
        frames.append(_step(name, previous, groups, values, before))
        previous = name
    if not frames:
        frames = [_step("", None, groups, pd.Series(dtype="Float64"), None)]
    return pd.concat(frames, ignore_index=True)


def _figures(name: str, values: pd.Series | None) -> pd.Series | None:
    """The figures of a stage, or None where it has no data."""
    if values is None:
        return None
    figures = values.astype("Float64")
    if not figures.index.is_unique or (figures < 0).fillna(False).any():
        raise GeoError(
            f"Cannot follow stage {name!r} with figures {values.to_dict()!r}: expected figures of "
            "0 or more and each group once"
        )
    figures.index = figures.index.astype("string")
    return figures if figures.notna().any() else None


def _step(
    name: str,
    previous: str | None,
    groups: pd.Index,
    values: pd.Series,
    before: pd.Series | None,
) -> pd.DataFrame:
    """The rows of one stage."""
    after = values.reindex(groups)
    first = pd.Series(pd.NA, groups, "Float64") if before is None else before.reindex(groups)
    in_both = after.notna() & first.notna()
    share_after, share_before = (_shares(part.where(in_both)) for part in (after, first))
    event = pd.Series(pd.NA, groups, "string")
    for kind, was, became in (
        ("falls_out", True, False),
        ("enters", False, True),
        ("absent", False, False),
    ):
        is_so = ((first > 0) == was) & ((after > 0) == became) & in_both
        event = event.mask(is_so.fillna(False), kind)
    loss = _logarithm(share_after / share_before.where(share_before > 0))
    for kind, infinity in (("falls_out", -math.inf), ("enters", math.inf)):
        loss = loss.mask((event == kind).fillna(False), infinity)
    return pd.DataFrame(
        {
            "stage": pd.Series(name, groups, "string"),
            "target_group_code": pd.Series(groups, groups, "string"),
            "value": after,
            "share": _shares(after),
            "previous": pd.Series(pd.NA if previous is None else previous, groups, "string"),
            "share_before": share_before,
            "share_after": share_after,
            "log_loss": loss,
            "event": event,
        }
    ).reset_index(drop=True)


def _shares(figures: pd.Series) -> pd.Series:
    """Shares of the known figures, NA where there is nothing to share."""
    total = figures.sum()
    return figures / total if total > 0 else figures.where(figures.isna())


def _logarithm(ratios: pd.Series) -> pd.Series:
    """The natural logarithm, NA where there is none."""
    plain = ratios.where(ratios > 0).to_numpy(dtype=float, na_value=math.nan)
    logs = pd.Series(np.log(plain), index=ratios.index)
    return logs.astype("Float64").where(ratios > 0)
