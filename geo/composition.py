"""Composition rules of a body: what is asked, of whom, by which law and with what force.

The words of a rule live in the texts; who meets a rule is counted in ``composition_checks``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo.errors import GeoError

BODY_KINDS = ("statutory_council", "appointed_body", "ngo_council")
"""Youth, older people's or disability council of a county; a body appointed by an authority;
the NGOs' own council."""

KINDS = ("municipality_seats", "group_seats", "sex_share")
FORCES = ("binding", "recommended", "not_applicable")
ROLES = ("member", "deputy")
SEXES = ("female", "male")


@dataclass(frozen=True, kw_only=True)
class CompositionRule:
    """One rule on who sits on a body; to change its force, use ``dataclasses.replace``.

    ``kind`` says what is counted: ``municipality_seats`` (members from each municipality of
    ``codes``), ``group_seats`` (members that speak for each target group of ``codes``; one who
    speaks for several counts as one for each) or ``sex_share`` (women and men, at least
    ``least_percent`` of each). ``least`` and ``most`` bound the first two, None is no bound.
    ``force`` is one of ``FORCES``: only ``binding`` rules make a council impossible. ``role`` says
    whose composition it is: members' or deputies'. ``law`` and ``guidance`` are keys of texts:
    the section of the law, and the reading that the force rests on; None is a rule of one's own.

    Raises
    ------
    GeoError
        A kind, force or role is not known, or the bounds leave nothing.
    """

    id: str
    kind: str
    force: str = "recommended"
    law: str | None = None
    guidance: str | None = None
    role: str = "member"
    codes: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    least_percent: int = 40

    def __post_init__(self) -> None:
        faults = [
            f"{name} is {value!r}, expected one of {', '.join(known)}"
            for name, value, known in (
                ("kind", self.kind, KINDS),
                ("force", self.force, FORCES),
                ("role", self.role, ROLES),
            )
            if value not in known
        ]
        least, most = self.least or 0, self.least or 0 if self.most is None else self.most
        if not 0 <= least <= most:
            faults.append(
                f"bounds are {self.least!r} to {self.most!r}, expected 0 or more, in order"
            )
        if not 0 <= self.least_percent <= 50:
            faults.append(f"least_percent is {self.least_percent!r}, expected 0 to 50")
        if faults:
            raise GeoError(f"Made composition rule {self.id!r}: {'; '.join(faults)}")


def least_of_each_sex(seats: int, *, percent: int = 40) -> int:
    """Count how many women, and how many men, a body of some size needs at least.

    The share rounded up, but never more than the half that can be had of both: a body of three
    needs one of each.

    Parameters
    ----------
    seats
        Members, or deputies: each are counted on their own.
    percent
        The share asked for, 0-50.

    Returns
    -------
    int
        Persons of each sex.

    References
    ----------
    Act on Equality between Women and Men 609/1986, section 4 a; the Ombudsman for Equality's
    table of minimum numbers for bodies of 2 to 20, and statement TAS 426/2010 on bodies of three.

    Examples
    --------
    >>> [least_of_each_sex(seats) for seats in (2, 3, 5, 8, 15)]
    [1, 1, 2, 4, 6]
    """
    return min(-(-seats * percent // 100), seats // 2)


def rules_for(
    body_kind: str, *, municipality_codes: Iterable[str] = ()
) -> tuple[CompositionRule, ...]:
    """List the rules of law on a body's composition, with their force for that kind of body.

    A statutory council has members from each corresponding municipal council of its county; where
    several municipalities share one council, give the code of one of them only. The 40 % of each
    sex bind a body that an authority appoints. They do not bind the statutory councils, which are
    channels of influence, nor a council that NGOs choose themselves: there it is recommended.

    Parameters
    ----------
    body_kind
        One of ``BODY_KINDS``.
    municipality_codes
        The municipalities of the county; needed for a statutory council.

    Returns
    -------
    tuple of CompositionRule
        ``each_municipality``, ``sex_of_members``, ``sex_of_deputies``; one that does not bear on
        the kind of body is there too, as ``not_applicable``.

    Raises
    ------
    GeoError
        The kind of body is not known, or a statutory council comes without municipalities.

    References
    ----------
    Act on Wellbeing Services Counties 611/2021, section 32; Act on Equality between Women and Men
    609/1986, section 4 a; Ombudsman for Equality, statements TAS 427/2022 and TAS 182/2023 (the
    share is recommended for the statutory councils); Supreme Administrative Court 1997:49
    (members and deputies each on their own).

    Examples
    --------
    >>> [(rule.id, rule.force) for rule in rules_for("ngo_council")]
    [('each_municipality', 'not_applicable'), ('sex_of_members', 'recommended'), \
('sex_of_deputies', 'recommended')]
    """
    if body_kind not in BODY_KINDS:
        raise GeoError(
            f"Looked for the rules of body kind {body_kind!r}: expected one of "
            f"{', '.join(BODY_KINDS)}"
        )
    codes = tuple(dict.fromkeys(municipality_codes))
    is_statutory, is_appointed = body_kind == "statutory_council", body_kind == "appointed_body"
    if is_statutory and not codes:
        raise GeoError(
            "Looked for the rules of a statutory council without municipality_codes: it needs a "
            "member from each municipality of its county; give their codes"
        )
    guidance = {"statutory_council": "statutory_councils_sex", "ngo_council": "ngo_council_sex"}
    return (
        CompositionRule(
            id="each_municipality",
            kind="municipality_seats",
            force="binding" if is_statutory else "not_applicable",
            law="wellbeing_counties_32",
            codes=codes,
            least=1,
        ),
        *(
            CompositionRule(
                id=f"sex_of_{them}",
                kind="sex_share",
                force="binding" if is_appointed else "recommended",
                law="equality_4a",
                guidance=guidance.get(body_kind),
                role=role,
            )
            for role, them in (("member", "members"), ("deputy", "deputies"))
        ),
    )
