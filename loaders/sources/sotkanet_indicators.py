"""Figures of Sotkanet on the municipalities: what the NGOs' work meets there, never a gap.

Publisher: Terveyden ja hyvinvoinnin laitos (THL)
Page: https://sotkanet.fi/
Licence: CC BY 4.0
Updated: Each indicator in its own rhythm, most of them once a year
Contains: The newest years of a chosen list of indicators by municipality, with title, producer,
    kind of value and the years of the series
Caveats: A value that is missing, or rests on fewer than five persons, has no row at the source and
    none here. The newest year differs from one indicator to the next. A survey's share for one
    municipality is very uncertain, and few municipalities have one.

Options: ``sotkanet_indicators.ids`` (numbers with commas between), ``sotkanet_indicators.years``
(how many of the newest years; 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from loaders.errors import LoaderError
from loaders.source import Gathered, Gathering, Request, Scope, Source, Words
from loaders.sources._rows import SetAside, table_frame
from loaders.sources._sotkanet_answers import (
    SITE,
    Regions,
    read_indicator,
    read_regions,
    read_values,
)
from loaders.tables import INDICATOR_VALUES, INDICATORS

_CC_BY = "CC BY 4.0"

SOURCE = Source(
    id="sotkanet_indicators",
    title=Words(
        "Sotkanetin indikaattorit kunnittain",
        "Sotkanets indikatorer kommunvis",
        "Indicators of Sotkanet by municipality",
    ),
    publisher=Words(
        "Terveyden ja hyvinvoinnin laitos (THL)",
        "Institutet för hälsa och välfärd (THL)",
        "Finnish Institute for Health and Welfare (THL)",
    ),
    page="https://sotkanet.fi/",
    url=SITE,
    licence=Words(_CC_BY, _CC_BY, _CC_BY),
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution=Words(
        "Lähde: THL, Tilasto- ja indikaattoripankki Sotkanet.fi; tuottaja mainitaan "
        "indikaattorin kohdalla",
        "Källa: THL, Statistik- och indikatorbanken Sotkanet.fi; producenten nämns vid indikatorn",
        "Source: THL, Statistics and Indicator Bank Sotkanet.fi; the producer is named with the "
        "indicator",
    ),
    table=INDICATOR_VALUES.name,
    more_tables=(INDICATORS.name,),
    expected_rows=(1, 2_000_000),
    # Survey shares exist for few municipalities; a long list of ids for many years gives hundreds.
    expected_per_municipality=(0.05, 5_000),
    has_personal_data=False,
    updated="Each indicator in its own rhythm, most of them once a year",
    update_days=30,
    needs=("statfi_division",),
    fresh_years=2,
    calls_per_minute=30,
    note=Words(
        "Taustatietoa tarpeesta. Puuttuva luku on tuntematon, ei nolla, ja uusin vuosi vaihtelee "
        "indikaattorista toiseen.",
        "Bakgrund om behovet. Ett tal som saknas är okänt, inte noll, och det senaste året "
        "varierar från indikator till indikator.",
        "Background on the need. A figure that is missing is unknown, not zero, and the newest "
        "year differs from one indicator to the next.",
    ),
)

DEFAULT_IDS = ("1068", "391", "324", "74", "181", "326", "2420", "2421", "2345", "676")
"""What is asked for when no ids are set, each the share or rate of a group that NGOs work for.

Aged 65 and over (1068) and of these living alone (391), single-person households (324),
single-parent families (74), unemployed (181) and of these long-term (326), disability allowance of
adults (2420) and children (2421), sickness allowance for mental health (2345), informal care of
the old (676). All come from registers, so every municipality can have a value; the surveys on
loneliness and on taking part (4284-4297) have few, and may have ended.
"""
DEFAULT_YEARS = 3
MAX_IDS = 100
MAX_YEARS = 50


def gather(scope: Scope) -> Gathering:
    """Ask for the regions once, then for each indicator what it is and its newest values.

    Parameters
    ----------
    scope
        Needs the municipalities; takes the options ``ids`` and ``years``.

    Returns
    -------
    Gathering
        Frames of ``indicator_values`` (one row a municipality and year that has a value) and
        ``indicators``. Rejects are ``unknown_indicator`` (the service has none such; the others go
        on) and the reasons of ``_sotkanet_answers``. ``source_date`` is that of the indicator
        changed last.

    Raises
    ------
    LoaderError
        An option cannot be read.
    SourceChanged
        An answer is not of the form it had.
    """
    ids, newest = _asked_ids(scope.options), _asked_years(scope.options)
    aside = SetAside(SOURCE.id)
    base = scope.base_url.rstrip("/")
    answer = yield Request(url=f"{base}/regions", label="regions")
    regions = read_regions(answer.body, aside)
    wanted = _wanted(scope, regions, aside)
    indicators: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for line, indicator_id in enumerate(ids, start=1):
        address = f"{base}/indicators/{indicator_id}"
        answer = yield Request(url=address, label=f"indicator {indicator_id}", may_miss=True)
        if answer.is_missing:
            aside.reject(line, indicator_id, "unknown_indicator")
            continue
        indicator = read_indicator(answer.body, indicator_id, aside, line=line)
        if indicator is None:
            continue
        indicators.append(indicator)
        years = _newest_years(indicator, newest)
        query = [("indicator", indicator_id), *(("years", str(year)) for year in years)]
        answer = yield Request(
            url=f"{base}/json?{urlencode([*query, ('genders', 'total')])}",
            label=f"values of indicator {indicator_id}",
        )
        found = read_values(answer.body, indicator, years, regions, aside)
        values += [
            {"indicator_id": indicator_id, "municipality_code": code, "year": year, "value": value}
            for (code, year), value in sorted(found.items())
            if code in wanted
        ]
    dates = [str(row["source_date"]) for row in indicators if row["source_date"]]
    return Gathered(
        frames={
            INDICATOR_VALUES.name: table_frame(INDICATOR_VALUES, values),
            INDICATORS.name: table_frame(INDICATORS, indicators),
        },
        rejects=aside.frame(),
        surprises=dict(aside.surprises),
        source_date=max(dates, default=None),
    )


def _asked_ids(options: Mapping[str, str]) -> tuple[str, ...]:
    if not options.get("ids"):
        return DEFAULT_IDS
    ids = tuple(dict.fromkeys(part for part in options["ids"].split(",") if part))
    if not 1 <= len(ids) <= MAX_IDS or not all(re.fullmatch("[1-9][0-9]{0,6}", i) for i in ids):
        raise LoaderError(
            f"{SOURCE.id}.ids={options['ids'][:100]!r}: expected 1 to {MAX_IDS} numbers of "
            "indicators with commas between, such as 1068,324."
        )
    return ids


def _asked_years(options: Mapping[str, str]) -> int:
    text = options.get("years") or str(DEFAULT_YEARS)
    if not re.fullmatch("[0-9]{1,2}", text) or not 1 <= int(text) <= MAX_YEARS:
        raise LoaderError(
            f"{SOURCE.id}.years={text[:100]!r}: expected how many of the newest years, 1 to "
            f"{MAX_YEARS}."
        )
    return int(text)


def _wanted(scope: Scope, regions: Regions, aside: SetAside) -> frozenset[str]:
    for code in sorted({*scope.municipality_codes} - {*regions.codes.values()}):
        aside.surprise(f"no region for municipality {code}")
    return frozenset(scope.municipality_codes)


def _newest_years(indicator: Mapping[str, Any], count: int) -> range:
    last = indicator["last_year"]
    first = indicator["first_year"]
    return range(max(last - count + 1, last - MAX_YEARS if first is None else first), last + 1)
