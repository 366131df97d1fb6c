"""What folium and Leaflet give a page: the map's element and script, and what lets only them run.

Leaflet stands beside this module (``vendor/leaflet``) as npm has it, with its licence; what the
page says is the business of ``dashboards.export.map_page``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, cast

import geopandas as gpd
import shapely
from markupsafe import Markup

from geo.crs import to_metric

DECIMALS = 4
"""Of a coordinate in degrees: some ten metres, finer than the outlines are."""

LABEL_TOLERANCE_M = 500
FINLAND = (64.5, 26.0)
"""What a map without any outline looks at: latitude, longitude."""

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def is_drawn(shape: Any) -> bool:
    """Whether there is an outline at all."""
    return shape is not None and not shape.is_empty


def leaflet() -> dict[str, Markup]:
    """Leaflet's script and style as they stand in a page, without the files they would ask for."""
    script = _vendored("leaflet.js").partition("//# sourceMappingURL")[0]
    style = re.sub(r"url\(images/[^)]*\)", "none", _vendored("leaflet.css"))
    licence = f"/*!\n{_vendored('LICENSE')}\n*/\n"
    return {
        "script": Markup(licence + script.strip()),  # noqa: S704 - the vendored file
        "style": Markup(style),  # noqa: S704 - the vendored file
    }


@cache
def _vendored(name: str) -> str:
    folder = files("dashboards.export").joinpath("vendor", "leaflet")
    return folder.joinpath(name).read_text(encoding="utf-8").strip()


def drawing(municipalities: gpd.GeoDataFrame) -> dict[str, Markup]:
    """Draw the outlines as folium does, once: a script of the page lays the colours on them.

    Parameters
    ----------
    municipalities
        Columns municipality_code, geometry; any CRS. One without an outline is left out.

    Returns
    -------
    dict
        The HTML ``element`` and the ``script``, which leaves ``map_municipalities`` and, where
        there is any outline, ``geo_json_outlines``.
    """
    import folium
    from branca.element import Figure
    from folium.utilities import JsCode

    class PlainMap(folium.Map):
        """A map that takes no script and no style from anywhere: they stand in the page."""

        default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as folium declares it
        default_css: list[tuple[str, str]] = []  # noqa: RUF012

    plain = PlainMap(
        location=FINLAND,
        zoom_start=5,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        scroll_wheel_zoom=False,
        zoom_animation=cast(
            "Any", JsCode("!matchMedia('(prefers-reduced-motion: reduce)').matches")
        ),
        zoom_snap=0.25,
        zoom_delta=0.5,
    )
    plain._id = "municipalities"  # folium's own are drawn by lot: no two files would be the same
    found = outlines(municipalities)
    if found["features"]:
        layer = folium.GeoJson(
            found, control=False, smooth_factor=0, color="#3d3d3d", weight=0.8, fillOpacity=1
        )
        layer._id = "outlines"
        layer.add_to(plain)
    figure = cast("Figure", plain.get_root())
    figure.render()
    return {
        "element": Markup(figure.html.render()),  # noqa: S704 - folium's own, only ids in it
        "script": Markup(figure.script.render()),  # noqa: S704 - codes and coordinates
    }


def outlines(municipalities: gpd.GeoDataFrame) -> dict[str, Any]:
    """The outlines as GeoJSON in EPSG:4326, with the code of each and nothing else."""
    shapes = municipalities.geometry.to_crs("EPSG:4326")
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code},
                "geometry": _rounded(shapely.geometry.mapping(shape)),
            }
            for code, shape in zip(municipalities["municipality_code"], shapes, strict=True)
            if is_drawn(shape)
        ],
    }


def _rounded(shape: dict[str, Any]) -> dict[str, Any]:
    def each(part: Any) -> Any:
        return round(part, DECIMALS) if isinstance(part, float) else [each(one) for one in part]

    return {"type": shape["type"], "coordinates": each(shape["coordinates"])}


def name_spots(municipalities: gpd.GeoDataFrame) -> dict[str, list[float]]:
    """Where each name stands, as latitude and longitude: the widest room of the largest part.

    By residents, most first: where two names meet, the larger municipality keeps its own.
    """
    drawn = municipalities[[is_drawn(shape) for shape in municipalities.geometry]]
    if drawn.empty:
        return {}
    drawn = drawn.sort_values("population", ascending=False, kind="stable")
    middles = [
        shapely.maximum_inscribed_circle(
            max(shapely.get_parts(shape), key=lambda part: part.area), tolerance=LABEL_TOLERANCE_M
        ).coords[0]
        for shape in to_metric(drawn.geometry)
    ]
    points = gpd.GeoSeries(shapely.points(middles), crs="EPSG:3067").to_crs("EPSG:4326")
    return {
        str(code): [round(point.y, DECIMALS), round(point.x, DECIMALS)]
        for code, point in zip(drawn["municipality_code"], points, strict=True)
    }


def embedded_json(data: Any) -> Markup:
    """JSON that may stand within a script element: nothing in it can end the element.

    Examples
    --------
    >>> embedded_json({"name": "</script>"})
    Markup('{"name":"\\\\u003c/script\\\\u003e"}')
    """
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&":
        written = written.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(written)  # noqa: S704 - no mark of HTML is left in it


def security_policy(page: str) -> str:
    """The content security policy by which only the page's own scripts and styles are run.

    Examples
    --------
    >>> policy = security_policy("<style>p{}</style><script>1</script>")
    >>> [part.split()[0] for part in policy.split("; ")]
    ['default-src', 'script-src', 'style-src', 'img-src', 'base-uri', 'form-action']
    """
    scripts, styles = (
        " ".join(f"'sha256-{_digest(body)}'" for body in dict.fromkeys(pattern.findall(page)))
        for pattern in (_SCRIPT, _STYLE)
    )
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(body: str) -> str:
    return base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
