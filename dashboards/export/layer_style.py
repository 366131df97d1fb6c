"""How a layer of municipalities looks in QGIS: classes with their inks, headings for its columns.

A style is written as QGIS saves it (QML), and told in the table ``layer_styles`` of a GeoPackage.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from dashboards.inks import Ink

BRUSHES: Mapping[str, str] = {
    "dot": "dense6",
    "horizontal_line": "horizontal",
    "diagonal_cross": "diagonal_x",
    "right_diagonal_line": "b_diag",
}
"""Hatches of the page to the brushes of QGIS that come nearest."""
OUTLINE = "61,61,61,255"
QGIS_VERSION = "3.34.0-Prizren"

# As QGIS makes the table itself when a style is saved with its data.
STYLES_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""


def layer_style(
    column: str,
    inks: Mapping[str, Ink],
    names: Mapping[str, str],
    *,
    headings: Mapping[str, str],
) -> str:
    """Write the style of a layer that shows the classes of a column, also those nobody is in.

    Parameters
    ----------
    column
        The column that holds the codes of the classes.
    inks
        Code to ink, in the order of the legend.
    names
        Code to the name in the legend.
    headings
        Column of the layer to the heading that QGIS shows for it.
    """
    root = ET.Element(
        "qgis", version=QGIS_VERSION, styleCategories="Symbology|Fields|Forms|AttributeTable"
    )
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol",
        attr=column,
        enableorderby="0",
        forceraster="0",
        symbollevels="0",
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for at, (code, ink) in enumerate(inks.items()):
        ET.SubElement(
            categories,
            "category",
            type="string",
            value=code,
            label=names[code],
            symbol=str(at),
            render="true",
        )
        _symbol(symbols, str(at), ink)
    aliases = ET.SubElement(root, "aliases")
    for at, (field, heading) in enumerate(headings.items()):
        ET.SubElement(aliases, "alias", index=str(at), field=field, name=heading)
    ET.SubElement(root, "layerGeometryType").text = "2"
    body = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}"


def _symbol(symbols: ET.Element, name: str, ink: Ink) -> None:
    """A fill, and its hatch above it."""
    symbol = ET.SubElement(
        symbols, "symbol", type="fill", name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    _layer(symbol, color=_rgba(ink.fill), style="solid", outline_style="solid")
    if ink.hatch in BRUSHES:
        brush = BRUSHES[ink.hatch]
        _layer(symbol, color=_rgba(ink.hatch_color), style=brush, outline_style="no")


def _layer(symbol: ET.Element, *, color: str, style: str, outline_style: str) -> None:
    layer = ET.SubElement(
        symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = ET.SubElement(layer, "Option", type="Map")
    for name, value in {
        "color": color,
        "style": style,
        "outline_color": OUTLINE,
        "outline_style": outline_style,
        "outline_width": "0.2",
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
    }.items():
        ET.SubElement(options, "Option", type="QString", name=name, value=value)


def _rgba(color: str) -> str:
    """#0b5c4d as QGIS writes it: 11,92,77,255."""
    parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return ",".join(str(part) for part in (*parts, 255))
