"""A slider of the browser's own: Panel's has no name for those who do not see it."""

from __future__ import annotations

from importlib.resources import files
from typing import ClassVar

import param
from panel.custom import JSComponent

_TEMPLATES = files("dashboards").joinpath("templates")


class Slider(JSComponent):
    """A labelled ``<input type="range">`` of whole numbers, moved by finger, mouse or arrow keys.

    Every number has its words, shown beside the label and read out as the value.
    """

    label: param.String = param.String(default="", doc="What is chosen.")
    value: param.Integer = param.Integer(default=1, doc="The number chosen.")
    start: param.Integer = param.Integer(default=1, doc="The least that can be chosen.")
    value_texts: param.List[list[str]] = param.List(
        default=[""], item_type=str, doc="Each number in words, from the least to the greatest."
    )

    _esm = _TEMPLATES.joinpath("slider.js").read_text(encoding="utf-8")
    _stylesheets: ClassVar[list[str]] = [
        _TEMPLATES.joinpath("slider.css").read_text(encoding="utf-8")
    ]
