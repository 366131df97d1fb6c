"""Grants of STEA to social and health organisations: applied for, proposed, granted.

Publisher: Sosiaali- ja terveysjärjestöjen avustuskeskus STEA
Page: https://avustukset.stea.fi/
Licence: Public decisions without a licence; facts quoted with their source
Updated: Once a year, as a file taken by hand; the newest year changes during the winter
Contains: Organisation, business identity code, year, purpose, kind of grant, area, and euros
    applied for, proposed and granted; refusals as well
Caveats: A refusal is a row with 0 granted: leave it out before counting grantees. The same
    organisation stands under several names. An area is what the applicant says, national work has
    none: shares of areas are not to be summed up. The older file (RAY, to 2016) proposes nothing,
    and a quarter of its euros have no business identity code.

The site has no documented interface: take its Excel file by hand (xlsx, xlsm or CSV), or fill in
``data/templates/stea_grants.csv``. Rows whose year says "esimerkki" are examples; they are set
aside. Where STEA has agreed to it (ask first: the interface is undocumented), what
``https://avustukset.stea.fi/api/organisation/{id}`` gave is read too, one organisation or a list.

What 0 granted means, where the file cannot say "not decided yet": a refusal; but in the newest
year of the file nothing is known (the cell stays empty) where no application of that year has been
granted anything, or where STEA proposes to grant this one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from loaders.source import Parsed, Source, Words
from loaders.sources._rows import SetAside, table_frame
from loaders.sources._stea_applications import SITE, Application, read_json, read_table
from loaders.tables import GRANTS

SOURCE = Source(
    id="stea_grants",
    title=Words(
        "STEAn avustukset sosiaali- ja terveysjärjestöille",
        "STEAs understöd till social- och hälsoorganisationer",
        "STEA's grants to social and health organisations",
    ),
    publisher=Words(
        "Sosiaali- ja terveysjärjestöjen avustuskeskus STEA",
        "Understödscentralen för social- och hälsoorganisationer STEA",
        "Funding Centre for Social Welfare and Health Organisations (STEA)",
    ),
    page=SITE,
    url=None,
    licence=Words(
        "Julkisia päätöksiä ilman lisenssiä; tiedot lainattu lähde mainiten",
        "Offentliga beslut utan licens; fakta citeras med källa",
        "Public decisions without a licence; facts quoted with their source",
    ),
    licence_url=None,
    attribution=Words(
        "Lähde: STEA / sosiaali- ja terveysministeriö, avustukset.stea.fi",
        "Källa: STEA / social- och hälsovårdsministeriet, avustukset.stea.fi",
        "Source: STEA / Ministry of Social Affairs and Health, avustukset.stea.fi",
    ),
    table=GRANTS.name,
    expected_rows=(1, 200_000),
    has_personal_data=False,
    updated="Once a year, as a file taken by hand; the newest year changes during the winter",
    fresh_years=1,
    note=Words(
        "Nolla myönnettyä on hylätty hakemus; tyhjä tarkoittaa, ettei päätöstä vielä ole.",
        "Noll beviljat är en avslagen ansökan; tomt betyder att beslut ännu saknas.",
        "Nothing granted is an application refused; empty means that there is no decision yet.",
    ),
)

PURPOSE_IN_ID = 80


def parse(body: bytes) -> Parsed:
    """Read the applications off a file given by hand.

    Parameters
    ----------
    body
        The Excel form or CSV with its headings (``_stea_applications.HEADINGS``), or the JSON of
        the site.

    Returns
    -------
    Parsed
        One row an application, columns of ``tables.GRANTS``, in the order of the file; money in
        euros. ``grant_id`` is the same for the same organisation, year, amount applied for and
        beginning of the purpose. Rejects have one of the reasons ``unknown_column``,
        ``repeated_column``, ``more_cells_than_headings``, ``example``, ``no_organisation``,
        ``bad_year``, ``bad_amount``, ``no_amounts``, ``duplicate`` (all the same as a row before),
        and of the JSON ``not_a_record``, ``no_applications`` and ``unknown_organisation``. A row
        with ``business_id_left_out`` is kept without the code, whose check digit is wrong.

    Raises
    ------
    SourceChanged
        It is neither, or a column that is needed is missing.
    """
    aside = SetAside(SOURCE.id)
    is_json = body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{"))
    applications = read_json(body, aside) if is_json else read_table(body, aside)
    for name in sorted(aside.surprises):
        aside.reject(1, name, "unknown_column")
    return Parsed(table_frame(GRANTS, _rows(applications, aside)), aside.frame())


def _rows(applications: Sequence[Application], aside: SetAside) -> list[dict[str, object]]:
    newest = max((one.year for one in applications), default=0)
    has_decisions = any(one.granted for one in applications if one.year == newest)
    seen: set[tuple[object, ...]] = set()
    counts: dict[str, int] = {}
    rows: list[dict[str, object]] = []
    for one in applications:
        content = one[1:]  # all but the line
        if content in seen:
            aside.reject(one.line, "", "duplicate")
            continue
        seen.add(content)
        grant_id = _grant_id(one)
        counts[grant_id] = counts.get(grant_id, 0) + 1
        is_open = one.year == newest and (not has_decisions or bool(one.proposed))
        rows.append(
            {
                "grant_id": grant_id if counts[grant_id] == 1 else f"{grant_id}-{counts[grant_id]}",
                "organisation_name": one.organisation,
                "business_id": one.business_id,
                "year": one.year,
                "purpose": one.purpose,
                "grant_type": one.grant_type,
                "area_name": one.area,
                "requested_eur": one.requested,
                "proposed_eur": one.proposed,
                "granted_eur": None if one.granted == 0 and is_open else one.granted,
                "source_url": one.source_url,
            }
        )
    return rows


def _grant_id(one: Application) -> str:
    requested = "" if one.requested is None else f"{one.requested:.2f}"
    purpose = (one.purpose or "").casefold()[:PURPOSE_IN_ID]
    parts = (one.organisation.casefold(), str(one.year), requested, purpose)
    return f"stea-{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:16]}"
