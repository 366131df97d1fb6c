"""A link to a file that the server has made, worked by mouse, finger and keyboard.

Panel's own is a button around a link: whoever presses it by keyboard gets nothing.
"""

from __future__ import annotations

from importlib.resources import files
from typing import ClassVar

import param
from panel.custom import JSComponent

_TEMPLATES = files("dashboards").joinpath("templates")


class FileLink(JSComponent):
    """An ``<a download>`` to ``body``, which the browser holds as long as the link is there."""

    label: param.String = param.String(default="", doc="What the link says.")
    filename: param.String = param.String(default="", doc="The name under which it is kept.")
    body: param.Bytes = param.Bytes(default=b"", doc="The file; nothing is shown without one.")

    _esm = _TEMPLATES.joinpath("file_link.js").read_text(encoding="utf-8")
    _stylesheets: ClassVar[list[str]] = [
        _TEMPLATES.joinpath("file_link.css").read_text(encoding="utf-8")
    ]

    def offer(self, body: bytes, filename: str, label: str) -> None:
        """Show the link to a file."""
        self.param.update(body=body, filename=filename, label=label)

    def clear(self) -> None:
        """Have no file, here and in the browser."""
        self.param.update(body=b"", filename="", label="")
