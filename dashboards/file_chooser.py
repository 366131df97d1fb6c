"""A file of the user's own, read in the browser: too large a one is refused before it is sent.

Panel's own input has no name for those who do not see it, and what is larger than the server's
limit it loses in silence.
"""

from __future__ import annotations

import base64
import binascii
from importlib.resources import files
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

_TEMPLATES = files("dashboards").joinpath("templates")


class FileChooser(JSComponent):
    """A labelled ``<input type="file">``; ``body`` is the file chosen last, kept in memory alone.

    Neither the file's name nor its place comes to the server. ``chosen`` counts the files that
    have come, so that who watches it can look at ``body`` anew.
    """

    label: param.String = param.String(default="", doc="What file is wanted.")
    hint: param.String = param.String(default="", doc="What it must hold, in a sentence.")
    accept: param.String = param.String(default="", doc="Endings of files, parted by commas.")
    remove: param.String = param.String(default="", doc="The words of the button that removes it.")
    removes: param.String = param.String(default="", doc="The same with what is removed, to hear.")
    too_large: param.String = param.String(default="", doc="Said of a file that is too large.")
    unreadable: param.String = param.String(default="", doc="Said of one that cannot be read.")
    max_bytes: param.Integer = param.Integer(default=0, doc="The largest file that is sent.")
    chosen: param.Integer = param.Integer(default=0, doc="How many files have come so far.")
    cleared: param.Integer = param.Integer(default=0, doc="Raise it to forget the file.")

    _esm = _TEMPLATES.joinpath("file_chooser.js").read_text(encoding="utf-8")
    _stylesheets: ClassVar[list[str]] = [
        _TEMPLATES.joinpath("file_chooser.css").read_text(encoding="utf-8")
    ]

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.body: bytes | None = None

    def forget(self) -> None:
        """Have no file, here and in the browser."""
        self.body = None
        self.cleared += 1

    def _handle_msg(self, data: Any) -> None:
        """Take the file that the browser has sent, or that there is none any more."""
        self.body = _file_of(data)
        self.chosen += 1


def _file_of(data: Any) -> bytes | None:
    """The bytes of a message; None where it holds no file, whoever made it up."""
    content = data.get("content") if isinstance(data, dict) else None
    if not isinstance(content, str):
        return None
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return None
