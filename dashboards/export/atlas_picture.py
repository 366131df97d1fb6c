"""The map on the first page of the atlas and of the report: the ladder, its words as text."""

from __future__ import annotations

from dashboards.export.map_figure import picture
from dashboards.export.scope import Scope

WIDTH_MM, HEIGHT_MM = 178.0, 104.0
"""What is left of the width of an A4 sheet between its margins, and a third of its height."""


def ladder_picture(scope: Scope) -> bytes:
    """The map of the ladder as SVG, in the languages of the scope."""
    return picture(
        scope,
        "ladder",
        lang="+".join(scope.langs),
        format="svg",
        width_mm=WIDTH_MM,
        height_mm=HEIGHT_MM,
    )
