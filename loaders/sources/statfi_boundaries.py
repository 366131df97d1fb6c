"""The outlines of the municipalities of a year, generalised, from Statistics Finland.

Publisher: Tilastokeskus
Page: https://stat.fi/fi/palvelut/avoin-data/paikkatiedot
Licence: CC BY 4.0
Updated: Yearly, with the division into municipalities
Contains: The outline of each municipality on land, 1:4,500,000 or 1:1,000,000
Caveats: For drawing, not for measuring: generalised, the sea cut off. The WFS is asked, and the OGC
    API where it fails; of the latter it is not known whether it has the years from 2024 on
"""

from __future__ import annotations

from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.source import Gathered, Gathering, Scope, Source, Words
from loaders.sources._statfi_adapters import Asking, ask_ogc, ask_wfs
from loaders.sources._statfi_answers import (
    LICENCE,
    LICENCE_URL,
    PUBLISHER,
    Notes,
    chosen,
    is_municipality_code,
)
from loaders.sources._statfi_outlines import Outlines
from loaders.tables import BOUNDARIES

SOURCE = Source(
    id="statfi_boundaries",
    title=Words("Kuntien rajat", "Kommungränser", "Boundaries of municipalities"),
    publisher=PUBLISHER,
    page="https://stat.fi/fi/palvelut/avoin-data/paikkatiedot",
    url="https://geo.stat.fi/geoserver/tilastointialueet/wfs",
    licence=LICENCE,
    licence_url=LICENCE_URL,
    attribution=Words(
        "Lähde: Tilastokeskus, kuntapohjaiset tilastointialueet",
        "Källa: Statistikcentralen, kommunbaserade statistiska områden",
        "Source: Statistics Finland, municipality-based statistical units",
    ),
    table=BOUNDARIES.name,
    expected_rows=(1, 330),
    expected_per_municipality=(0.9, 1.0),
    has_personal_data=False,
    updated="Yearly, with the division into municipalities",
    note=Words(
        "Yleistetyt rajat, meri pois: piirtämistä varten, ei mittaamista.",
        "Generaliserade gränser, havet utelämnat: för att rita, inte för att mäta.",
        "Generalised boundaries, the sea left out: for drawing, not for measuring.",
    ),
    update_days=180,
    needs=("statfi_division",),
)

OGC_PATH = "/inspire/ogc/api/su"


def gather(scope: Scope) -> Gathering:
    """Ask for the outlines of the scope's municipalities in the division of ``scope.year``.

    Parameters
    ----------
    scope
        ``year``, ``municipality_codes``; options ``scale`` (4500k or 1000k), ``adapter`` (auto: the
        OGC API where the WFS fails; wfs or ogc: that one alone) and ``ogc_url`` (where the OGC API
        is, if not beside the WFS).

    Returns
    -------
    Gathering
        Table boundaries: one row a municipality, by code, MultiPolygon in EPSG:4326 with five
        decimals. Rejects have a reason ``bad_code``, ``other_year``, ``not_in_division``,
        ``outline_twice``, ``bad_outline``, ``outside_finland`` or ``no_outline`` (asked for, and
        did not come).

    Raises
    ------
    SourceChanged, SourceUnavailable
        No service gave an outline; the message has the reasons of each.
    LoaderError
        An option has a value that is not known.
    """
    scale = chosen(scope.options, "scale", ("4500k", "1000k"), source_id=SOURCE.id)
    adapter = chosen(scope.options, "adapter", ("auto", "wfs", "ogc"), source_id=SOURCE.id)
    odd = [code for code in scope.municipality_codes if not is_municipality_code(code)]
    if odd:
        # They become part of a question.
        raise LoaderError(f"{SOURCE.id}: {odd[0]!r} is no code of a municipality")
    faults: list[SourceChanged | SourceUnavailable] = []
    for name in ("wfs", "ogc") if adapter == "auto" else (adapter,):
        notes = Notes(SOURCE.id)
        if faults:
            notes.surprise("the WFS failed: outlines of the OGC API")
        outlines = Outlines(
            scope.municipality_codes, scope.year, is_national=scope.is_national, notes=notes
        )
        try:
            yield from _ask(name, scope, scale, outlines)
            return Gathered(
                frames={BOUNDARIES.name: outlines.frame()},
                rejects=notes.rejects,
                surprises=dict(notes.surprises),
                source_date=str(scope.year),
            )
        except (SourceChanged, SourceUnavailable) as error:
            faults.append(error)
    has_changed = any(isinstance(fault, SourceChanged) for fault in faults)
    raise (SourceChanged if has_changed else SourceUnavailable)(
        " ".join(str(fault) for fault in faults)
    )


def _ask(name: str, scope: Scope, scale: str, outlines: Outlines) -> Asking:
    if name == "wfs":
        return ask_wfs(scope, scale, outlines)
    # Both services stand on one host, also where that is another than the usual one.
    host = scope.base_url.partition("/geoserver/")[0]
    return ask_ogc(scope, scope.options.get("ogc_url", f"{host}{OGC_PATH}"), scale, outlines)
