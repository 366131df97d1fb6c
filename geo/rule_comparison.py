"""The same election under every rule that can be computed, side by side.

Each rule lives in `geo.approval` or `geo.proportional`, each measure in `geo.election_outcomes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.approval import ApprovalResult, approval_result, approval_votes, rules_available
from geo.election_outcomes import (
    GroupSeats,
    VoterSatisfaction,
    nominee_parts,
    seats_by_group,
    voter_satisfaction,
)
from geo.errors import GeoError, require_columns
from geo.proportional import SeatedCouncil, equal_shares, sequential_phragmen
from geo.shares import shown_groups
from geo.tied_councils import Draw, TiedCouncils, tied_councils

RECORDED = "recorded"
"""The name under which the recorded result stands beside the rules."""


@dataclass(frozen=True, kw_only=True)
class RuleComparison:
    """Who is elected under each rule, and what that means; frames as `rules_compared` tells.

    ``baseline`` is the rule that the others are held against: ``recorded`` where a result is
    recorded of every nominee, else ``approval``. ``approval`` is the recount (None without
    votes), ``councils`` and ``ties`` have the proportional rules by name, ``group_seats`` and
    ``satisfaction`` all rules by name as far as they are known (the latter with ballots only).
    """

    baseline: str
    nominees: pd.DataFrame
    rules: pd.DataFrame
    groups: pd.DataFrame
    changes: pd.DataFrame
    approval: ApprovalResult | None
    councils: Mapping[str, SeatedCouncil]
    ties: Mapping[str, TiedCouncils]
    group_seats: Mapping[str, GroupSeats]
    satisfaction: Mapping[str, VoterSatisfaction]


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """A rule's result: outcomes by nominee, one council, and all that ties allow."""

    outcomes: pd.Series
    council: list[str] | None
    draws: tuple[Draw, ...] | None
    councils: int | None


def rules_compared(
    nominees: pd.DataFrame,
    nominee_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    seats: int,
    *,
    ballots: pd.DataFrame | None = None,
    ballot_ids: Sequence[str] | None = None,
    with_general: bool = False,
) -> RuleComparison:
    """Lay the results of all computable rules side by side.

    Without ballots only approval voting can be recounted, from the votes; with them votes are
    counted anew. Seats and satisfaction under a rule whose result hangs on a tie are those of the
    council that takes tied nominees in the order of the table; ``councils`` says of how many it
    is one, and ``seats_least`` and ``seats_most`` how far the others differ. Who is left out or
    let in is told only where it is sure, whichever way the ties are broken; what hangs on a tie,
    under the rule or the baseline, stands apart. Organisations are compared by name: one with
    several nominees has a seat when one of them has, and hangs on a tie when one is tied and none
    is elected.

    Parameters
    ----------
    nominees
        Needs ``nominee_id``, ``organisation``, ``votes``; ``is_elected`` if a result is recorded.
    nominee_groups
        Needs ``nominee_id``, ``target_group_code``: one row per pair.
    target_groups
        Needs ``target_group_code``, ``is_general``.
    seats
        Seats to fill, 1 or more.
    ballots
        Needs ``ballot_id``, ``nominee_id``: one row per approval.
    ballot_ids
        All ballots cast, as in `geo.ballots.ballot_groups`.
    with_general
        Keep general groups (everyone).

    Returns
    -------
    RuleComparison
        ``nominees``: one row per nominee, order and index as given: ``nominee_id``,
        ``organisation``, ``votes`` and a column per rule (``recorded`` first, if there is a
        result) with ``elected``, ``tied``, ``not_elected`` or ``unknown``.

        ``rules``: one row per rule: ``rule``, ``seats_given`` and ``unfilled`` (NA where votes
        or record are not known well enough), ``tied`` (nominees), ``councils`` (possible ones,
        as plain numbers: they can be huge; NA where they are not all known),
        ``groups_without_seat`` (of those a nominee speaks for; NA where a member's group is not
        known and may be one of them), ``left_out`` and ``let_in``
        (organisations against the baseline that are so for sure) and ``open`` (those that hang on
        a tie; all three NA for the baseline, and where the outcome of a nominee is not known),
        and with ballots
        ``mean_elected_approvals``, ``least_elected_approvals``, ``without_elected`` (ballots),
        ``share_without_elected`` (0-1).

        ``groups``: one row per rule and target group: ``rule``, the columns of
        `geo.election_outcomes.seats_by_group`, and ``seats_least``, ``seats_most`` over all
        possible councils (NA where they are not all known); for ``seats_most`` members of whom no
        group is known count in full for each.

        ``changes``: one row per rule and nominee whose organisation the baseline has and the
        rule has not, or the other way round, or that hangs on a tie: ``rule``, ``nominee_id``,
        ``organisation``, ``change``: ``left_out`` (these come first), ``let_in`` or ``open``; in
        the order of ``nominees``, index from 0. Of an organisation that is left out or let in its
        nominees with a seat, of one that is open its tied ones.

    Raises
    ------
    GeoError
        There is neither a vote, a ballot nor a recorded result, or a rule or measure finds fault.

    Examples
    --------
    Three voters approve a and b, two approve c: by votes c gets nothing.

    >>> nominees = pd.DataFrame(
    ...     {"nominee_id": list("abc"), "organisation": ["A ry", "B ry", "C ry"], "votes": pd.NA}
    ... )
    >>> ballots = pd.DataFrame(
    ...     {"ballot_id": list("11223345"), "nominee_id": list("abababcc")}
    ... )
    >>> links = pd.DataFrame({"nominee_id": ["c"], "target_group_code": ["old"]})
    >>> groups = pd.DataFrame({"target_group_code": ["old"], "is_general": False})
    >>> compared = rules_compared(nominees, links, groups, 2, ballots=ballots)
    >>> compared.nominees[["organisation", "approval", "phragmen"]]
      organisation     approval phragmen
    0         A ry      elected     tied
    1         B ry      elected     tied
    2         C ry  not_elected  elected

    Which of a and b makes room for c, only a lot can tell:

    >>> compared.changes.loc[compared.changes["rule"] == "phragmen", ["organisation", "change"]]
      organisation  change
    0         C ry  let_in
    1         A ry    open
    2         B ry    open
    """
    require_columns(nominees, ["nominee_id", "organisation", "votes"], of="nominees")
    counted = nominees
    if ballots is not None:
        counted = approval_votes(nominees, ballots, ballot_ids=ballot_ids)
    standings: dict[str, _Standing] = {}
    flags = nominees.get("is_elected")
    if flags is not None and flags.astype("boolean").fillna(False).any():
        standings[RECORDED] = _recorded(nominees)
    has_totals = bool(counted["votes"].notna().any())
    available = rules_available(has_totals=has_totals, has_ballots=ballots is not None)
    if not available and not standings:
        raise GeoError(
            "Compared rules: there is no vote, no ballot and no recorded result; expected one"
        )
    recount = approval_result(counted, seats) if available else None
    if recount is not None:
        standings["approval"] = _by_votes(recount)
    councils, ties = {}, {}
    if ballots is not None:
        rule_of = {"phragmen": sequential_phragmen, "equal_shares": equal_shares}
        for rule, count in rule_of.items():
            councils[rule] = count(nominees, ballots, seats, ballot_ids=ballot_ids)
            ties[rule] = tied_councils(nominees, ballots, seats, rule=rule, ballot_ids=ballot_ids)
            standings[rule] = _by_ballots(councils[rule], ties[rule])
    tables = (nominee_groups, target_groups)
    group_seats = {
        rule: seats_by_group(
            standing.council or [], counted, *tables, seats=seats, with_general=with_general
        )
        for rule, standing in standings.items()
    }
    parts = _wide_parts(counted, *tables, with_general=with_general)
    known = {rule: standing.council for rule, standing in standings.items() if standing.council}
    satisfaction = (
        {}
        if ballots is None
        else {
            rule: voter_satisfaction(ballots, council, ballot_ids=ballot_ids)
            for rule, council in known.items()
        }
    )
    baseline = next(iter(known or standings))
    changes = _changes(standings, baseline, nominees)
    return RuleComparison(
        baseline=baseline,
        nominees=_side_by_side(counted, standings),
        rules=_rules(standings, seats, group_seats, satisfaction).join(
            _change_counts(standings, changes, baseline), on="rule"
        ),
        groups=pd.concat(
            [
                _with_ranges(rule, group_seats[rule].groups, standing, parts)
                for rule, standing in standings.items()
            ],
            ignore_index=True,
        ),
        changes=changes,
        approval=recount,
        councils=councils,
        ties=ties,
        group_seats={rule: group_seats[rule] for rule in known},
        satisfaction=satisfaction,
    )


def _recorded(nominees: pd.DataFrame) -> _Standing:
    flags = nominees["is_elected"].astype("boolean")
    outcomes = flags.map({True: "elected", False: "not_elected"}).astype("string")
    council = nominees.loc[flags.fillna(False), "nominee_id"].tolist()
    # Where it is not known of everyone, those who are known to sit may not be the whole council.
    is_known = bool(flags.notna().all())
    return _Standing(
        outcomes=outcomes.fillna("unknown"),
        council=council if is_known else None,
        draws=_draw(council) if is_known else None,
        councils=1 if is_known else None,
    )


def _by_votes(recount: ApprovalResult) -> _Standing:
    sure, tied = recount.ids_of("elected"), recount.ids_of("tied")
    open_seats = recount.open_seats
    if open_seats is None:
        return _Standing(
            outcomes=recount.nominees["outcome"], council=None, draws=None, councils=None
        )
    seated = {*sure, *tied[:open_seats]}
    ids = recount.nominees["nominee_id"]
    return _Standing(
        outcomes=recount.nominees["outcome"],
        council=ids[ids.isin(seated)].tolist(),
        draws=((*_draw(sure)[0], (tuple(tied), open_seats)),),
        councils=recount.possible_outcomes,
    )


def _by_ballots(council: SeatedCouncil, tied: TiedCouncils) -> _Standing:
    return _Standing(
        outcomes=tied.nominees["outcome"],
        council=council.council_ids,
        draws=tied.draws if tied.is_complete else None,
        councils=tied.councils if tied.is_complete else None,
    )


def _draw(council: Iterable[str]) -> tuple[Draw, ...]:
    """One council alone, as a draw with nothing to draw."""
    members = tuple(council)
    return (((members, len(members)),),)


def _side_by_side(nominees: pd.DataFrame, standings: Mapping[str, _Standing]) -> pd.DataFrame:
    rows = nominees[["nominee_id", "organisation", "votes"]].astype(
        {"nominee_id": "string", "organisation": "string", "votes": "Int64"}
    )
    return rows.assign(**{rule: standing.outcomes for rule, standing in standings.items()})


def _is_comparable(standings: Mapping[str, _Standing], rule: str, baseline: str) -> bool:
    """Whether the outcome of every nominee is known under a rule and the baseline."""
    pair = (standings[name].outcomes for name in (rule, baseline))
    return rule != baseline and not any((outcomes == "unknown").any() for outcomes in pair)


def _changes(
    standings: Mapping[str, _Standing], baseline: str, nominees: pd.DataFrame
) -> pd.DataFrame:
    """Organisations left out or let in against the baseline for sure, or by a tie, by rule."""
    rows = nominees[["nominee_id", "organisation"]].astype("string")
    # A nominee without the name of an organisation stands for itself.
    name = rows["organisation"].fillna(rows["nominee_id"])
    empty = rows.iloc[:0].assign(change=pd.Series(dtype="string"))
    empty.insert(0, "rule", pd.Series(dtype="string"))
    frames = [empty]
    for rule, standing in standings.items():
        if not _is_comparable(standings, rule, baseline):
            continue
        before, after = standings[baseline].outcomes, standing.outcomes
        sat, sits = (_of_organisation(outcomes, name) for outcomes in (before, after))
        parts = {
            "left_out": (before == "elected") & (sits == "not_elected"),
            "let_in": (sat == "not_elected") & (after == "elected"),
            "open": (before == "tied") & (sat == "tied") | (after == "tied") & (sits == "tied"),
        }
        for change, those in parts.items():
            changed = rows[those.to_numpy(dtype=bool)].assign(change=change)
            changed.insert(0, "rule", rule)
            frames.append(changed)
    return pd.concat(frames, ignore_index=True).astype("string")


def _of_organisation(outcomes: pd.Series, name: pd.Series) -> pd.Series:
    """For each nominee the outcome of its organisation: the best of its nominees'."""
    best = pd.Series("not_elected", outcomes.index, "string")
    for outcome in ("tied", "elected"):
        best = best.mask(name.isin(name[outcomes == outcome]), outcome)
    return best


def _change_counts(
    standings: Mapping[str, _Standing], changes: pd.DataFrame, baseline: str
) -> pd.DataFrame:
    """By rule, how many organisations are left out, let in and open; NA where not compared."""
    name = changes["organisation"].fillna(changes["nominee_id"])
    by_change = name.groupby([changes["rule"], changes["change"]]).nunique()
    counts = {
        rule: [
            int(by_change.get((rule, change), 0))
            if _is_comparable(standings, rule, baseline)
            else pd.NA
            for change in ("left_out", "let_in", "open")
        ]
        for rule in standings
    }
    return pd.DataFrame.from_dict(
        counts, orient="index", columns=["left_out", "let_in", "open"]
    ).astype("Int64")


def _rules(
    standings: Mapping[str, _Standing],
    seats: int,
    group_seats: Mapping[str, GroupSeats],
    satisfaction: Mapping[str, VoterSatisfaction],
) -> pd.DataFrame:
    rows = []
    for rule, standing in standings.items():
        is_known = standing.council is not None
        given = len(standing.council or [])
        groups, voters = group_seats[rule].groups, satisfaction.get(rule)
        spoken_for = groups["nominees"] > 0
        rows.append(
            {
                "rule": rule,
                "seats_given": given if is_known else pd.NA,
                "unfilled": max(seats - given, 0) if is_known else pd.NA,
                "tied": int((standing.outcomes == "tied").sum()),
                "councils": pd.NA if standing.councils is None else standing.councils,
                "groups_without_seat": (
                    (groups.loc[spoken_for, "seats"] == 0).sum(skipna=False) if is_known else pd.NA
                ),
                "mean_elected_approvals": voters.mean if voters else pd.NA,
                "least_elected_approvals": voters.least if voters else pd.NA,
                "without_elected": voters.without_elected if voters else pd.NA,
                "share_without_elected": voters.share_without if voters else pd.NA,
            }
        )
    found = pd.DataFrame(rows)
    types = dict.fromkeys(found.columns, "Int64") | {"rule": "string", "councils": "object"}
    shares = dict.fromkeys(("mean_elected_approvals", "share_without_elected"), "Float64")
    return found.astype(types | shares)


def _with_ranges(
    rule: str,
    groups: pd.DataFrame,
    standing: _Standing,
    parts: tuple[pd.DataFrame, pd.DataFrame],
) -> pd.DataFrame:
    """A rule's groups with the fewest and most seats that its ties allow."""
    laid = groups.assign(seats_least=pd.NA, seats_most=pd.NA)
    laid.insert(0, "rule", rule)
    if standing.council is None:
        laid[["seats", "deficit_by_votes", "deficit_by_nominees"]] = pd.NA
    if standing.draws is not None:
        surely, at_most = (wide.reindex(columns=groups["target_group_code"]) for wide in parts)
        laid["seats_least"] = np.min([_ends(draw, surely)[0] for draw in standing.draws], axis=0)
        laid["seats_most"] = np.max([_ends(draw, at_most)[1] for draw in standing.draws], axis=0)
    figures = [name for name in laid.columns if "seats" in name or "deficit" in name]
    return laid.astype({"rule": "string"} | dict.fromkeys(figures, "Float64"))


def _wide_parts(
    nominees: pd.DataFrame,
    nominee_groups: pd.DataFrame,
    target_groups: pd.DataFrame,
    *,
    with_general: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each nominee's part for each group as it is known, and as it may be at most."""
    parts = nominee_parts(nominees, nominee_groups, target_groups, with_general=with_general)
    wide = parts.pivot(index="nominee_id", columns="target_group_code", values="part")
    groups = shown_groups(target_groups, with_general=with_general)["target_group_code"]
    ids = nominees["nominee_id"].astype("string")
    surely = wide.reindex(index=ids, columns=groups).astype(float).fillna(0.0)
    # Of whom no group is known may speak for any one alone.
    is_unknown = ~surely.index.isin(nominee_groups["nominee_id"])
    return surely, surely.mask(np.broadcast_to(is_unknown[:, None], surely.shape), 1.0)


def _ends(draw: Draw, wide: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Fewest and most seats of each group in the councils of one draw."""
    least, most = np.zeros(wide.shape[1]), np.zeros(wide.shape[1])
    for members, chosen in draw:
        rising = np.sort(wide.reindex(members, fill_value=0.0).to_numpy(), axis=0)
        least += rising[:chosen].sum(axis=0)
        most += rising[len(members) - chosen :].sum(axis=0)
    return least, most
