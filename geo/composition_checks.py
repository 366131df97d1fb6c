"""Who meets the rules of composition: the members of a body, and any choice of nominees.

The rules themselves live in ``composition``; which councils they leave in ``councils``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.composition import SEXES, CompositionRule, least_of_each_sex
from geo.errors import GeoError, require_columns


@dataclass(frozen=True, kw_only=True)
class RuleConstraints:
    """Rules as linear constraints on a choice of nominees, one row per bound.

    A council x (0 or 1 per nominee) meets row i when ``lower[i] <= matrix[i] @ x <= upper[i]``.
    ``rule_ids`` and ``forces`` tell whose bound a row is. ``not_known`` names rules that cannot
    be laid on these nominees at all, because their column is missing.
    """

    matrix: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    rule_ids: tuple[str, ...]
    forces: tuple[str, ...]
    not_known: tuple[str, ...]

    def of(self, force: str) -> RuleConstraints:
        """Keep the rows of one force."""
        return self._kept([own == force for own in self.forces])

    def of_rule(self, rule_id: str) -> RuleConstraints:
        """Keep the rows of one rule."""
        return self._kept([own == rule_id for own in self.rule_ids])

    def met_by(self, totals: np.ndarray) -> np.ndarray:
        """Tell which councils meet all rows, from ``matrix @ x`` (a column per council)."""
        above = totals >= self.lower[:, None]
        return np.asarray((above & (totals <= self.upper[:, None])).all(axis=0))

    def _kept(self, kept: list[bool]) -> RuleConstraints:
        return RuleConstraints(
            matrix=self.matrix[kept],
            lower=self.lower[kept],
            upper=self.upper[kept],
            rule_ids=tuple(
                one for one, is_kept in zip(self.rule_ids, kept, strict=True) if is_kept
            ),
            forces=tuple(one for one, is_kept in zip(self.forces, kept, strict=True) if is_kept),
            not_known=self.not_known,
        )


def rules_checked(
    members: pd.DataFrame, member_groups: pd.DataFrame, rules: Sequence[CompositionRule]
) -> pd.DataFrame:
    """Hold the members of a body against rules of composition, in three values.

    Parameters
    ----------
    members
        Those who sit, each once: ``nominee_id``; ``role`` (a row without one, or no such column,
        is a member); ``municipality_code`` and ``sex`` (``female``, ``male``) where a rule asks.
    member_groups
        ``nominee_id``, ``target_group_code``; a member without a row may speak for any group.
    rules
        The rules.

    Returns
    -------
    pandas.DataFrame
        One row per rule and municipality, group or sex it asks about, in the order of the rules
        and their codes: ``rule_id``, ``kind``, ``force``, ``law``, ``guidance``, ``role``,
        ``subject`` (code or sex; NA where the rule could not be laid out); ``least``, ``most``
        (NA: no bound); ``found`` and ``not_known`` (members; those who may be one more);
        ``holds`` (NA: not known); ``reason`` why that is so: ``not_applicable``, ``no_column``,
        ``nobody`` (no row of the role), ``not_known`` (it hangs on rows that are not known).
        Each row is taken on its own: one member of unknown place may be the missing one of any
        municipality.

    Raises
    ------
    GeoError
        A column is missing, or a sex is neither female, male nor empty.

    Examples
    --------
    >>> from geo.composition import rules_for
    >>> members = pd.DataFrame(
    ...     {"nominee_id": ["a", "b", "c"], "sex": ["female", "female", None]}
    ... )
    >>> groups = pd.DataFrame({"nominee_id": [], "target_group_code": []})
    >>> checked = rules_checked(members, groups, rules_for("appointed_body")[1:2])
    >>> checked[["subject", "least", "found", "not_known", "holds"]]
      subject  least  found  not_known  holds
    0  female      1      2          1   True
    1    male      1      0          1   <NA>
    """
    require_columns(members, ["nominee_id"], of="members")
    require_columns(member_groups, ["nominee_id", "target_group_code"], of="member_groups")
    _check_sexes(members)
    rows = [row for rule in rules for row in _checked(rule, members, member_groups)]
    texts = ["rule_id", "kind", "force", "law", "guidance", "role", "subject", "reason"]
    counts = ["least", "most", "found", "not_known"]
    columns = [*texts[:-1], *counts, "holds", "reason"]
    types = dict.fromkeys(texts, "string") | dict.fromkeys(counts, "Int64") | {"holds": "boolean"}
    return pd.DataFrame(rows, columns=columns).astype(types)


def rule_constraints(
    rules: Sequence[CompositionRule],
    nominees: pd.DataFrame,
    nominee_groups: pd.DataFrame,
    seats: int,
    *,
    reading: str = "possible",
) -> RuleConstraints:
    """Write rules on members as linear constraints on which nominees are chosen.

    Rules on deputies and rules that are not applicable give no rows.

    Parameters
    ----------
    rules
        The rules.
    nominees
        ``nominee_id``; ``municipality_code`` and ``sex`` where a rule asks.
    nominee_groups
        ``nominee_id``, ``target_group_code``.
    seats
        Members to choose.
    reading
        What a nominee counts for whose municipality, group or sex is not known: ``possible`` (for
        whatever helps, so that only what surely breaks a rule is forbidden) or ``sure`` (for
        whatever harms).

    Returns
    -------
    RuleConstraints
        A row per bound that can be broken, in the order of the rules; a column per nominee.

    Raises
    ------
    GeoError
        As ``rules_checked``; or the reading is not known.

    Examples
    --------
    >>> nominees = pd.DataFrame({"nominee_id": ["a", "b"], "municipality_code": ["001", "002"]})
    >>> groups = pd.DataFrame({"nominee_id": [], "target_group_code": []})
    >>> rule = CompositionRule(id="own", kind="municipality_seats", codes=("002",), least=1)
    >>> constraints = rule_constraints([rule], nominees, groups, 1)
    >>> constraints.matrix.tolist(), constraints.lower.tolist()
    ([[0, 1]], [1])
    """
    require_columns(nominees, ["nominee_id"], of="nominees")
    require_columns(nominee_groups, ["nominee_id", "target_group_code"], of="nominee_groups")
    if reading not in ("possible", "sure"):
        raise GeoError(f"Wrote rules in reading {reading!r}: expected possible or sure")
    _check_sexes(nominees)
    is_open = reading == "possible"
    rows: list[tuple[np.ndarray, int, int, CompositionRule]] = []
    not_known: list[str] = []
    for rule in rules:
        if rule.force == "not_applicable" or rule.role != "member":
            continue
        demands = _demands(rule, nominees, nominee_groups, seats)
        if demands is None:
            not_known.append(rule.id)
            continue
        for demand in demands:
            with_open = demand.is_one | demand.may_be
            if demand.least > 0:
                rows.append((with_open if is_open else demand.is_one, demand.least, seats, rule))
            if demand.most is not None and demand.most < seats:
                rows.append((demand.is_one if is_open else with_open, 0, demand.most, rule))
    matrix = np.array([row[0] for row in rows], dtype=np.int64).reshape(len(rows), len(nominees))
    return RuleConstraints(
        matrix=matrix,
        lower=np.array([row[1] for row in rows], dtype=np.int64),
        upper=np.array([row[2] for row in rows], dtype=np.int64),
        rule_ids=tuple(row[3].id for row in rows),
        forces=tuple(row[3].force for row in rows),
        not_known=tuple(not_known),
    )


class _Demand(NamedTuple):
    """What one rule asks about one subject, and which persons count for it."""

    subject: str
    least: int
    most: int | None
    is_one: np.ndarray
    may_be: np.ndarray


def _demands(
    rule: CompositionRule, people: pd.DataFrame, groups: pd.DataFrame, seats: int
) -> list[_Demand] | None:
    """What the rule asks of these persons; None where their table lacks its column."""
    if rule.kind == "group_seats":
        ids = people["nominee_id"]
        is_open = ~_plain(ids.isin(groups["nominee_id"]))
        by_code = groups["nominee_id"].groupby(groups["target_group_code"])
        speaking = {code: set(those) for code, those in by_code}
        return [
            _Demand(code, rule.least or 0, rule.most, _plain(ids.isin(those)), is_open)
            for code in rule.codes
            for those in [speaking.get(code, set())]
        ]
    column = "sex" if rule.kind == "sex_share" else "municipality_code"
    if column not in people.columns:
        return None
    is_open = _plain(people[column].isna())
    is_by_sex = rule.kind == "sex_share"
    share = least_of_each_sex(seats, percent=rule.least_percent)
    least, most = (share, None) if is_by_sex else (rule.least or 0, rule.most)
    return [
        _Demand(subject, least, most, _plain(people[column] == subject), is_open)
        for subject in (SEXES if is_by_sex else rule.codes)
    ]


def _checked(
    rule: CompositionRule, members: pd.DataFrame, groups: pd.DataFrame
) -> list[dict[str, object]]:
    """The rows of one rule."""
    about: dict[str, object] = {
        "rule_id": rule.id,
        "kind": rule.kind,
        "force": rule.force,
        "law": rule.law,
        "guidance": rule.guidance,
        "role": rule.role,
    }
    own = members[_is_of_role(members, rule.role)]
    if rule.force == "not_applicable":
        return [about | {"reason": "not_applicable"}]
    if own.empty:
        return [about | {"reason": "nobody"}]
    demands = _demands(rule, own, groups, len(own))
    if demands is None:
        return [about | {"reason": "no_column"}]
    rows = []
    for demand in demands:
        found, more = int(demand.is_one.sum()), int(demand.may_be.sum())
        most = len(own) if demand.most is None else demand.most
        is_sure = demand.least <= found and found + more <= most
        is_possible = demand.least <= found + more and found <= most
        rows.append(
            about
            | {
                "subject": demand.subject,
                "least": demand.least,
                "most": demand.most,
                "found": found,
                "not_known": more,
                "holds": is_sure if is_sure == is_possible else None,
                "reason": None if is_sure == is_possible else "not_known",
            }
        )
    return rows


def _is_of_role(people: pd.DataFrame, role: str) -> np.ndarray:
    """Who is of the role; without a role one is a member."""
    if "role" not in people.columns:
        return np.full(len(people), role == "member")
    return _plain(people["role"].astype("string").fillna("member") == role)


def _check_sexes(people: pd.DataFrame) -> None:
    if "sex" in people.columns:
        others = sorted({str(sex) for sex in people["sex"].dropna()} - set(SEXES))
        if others:
            raise GeoError(
                f"Counted sexes and met {others!r}: expected female, male or empty; correct the "
                "column sex"
            )


def _plain(flags: pd.Series) -> np.ndarray:
    return flags.astype("boolean").fillna(False).to_numpy(dtype=bool)
