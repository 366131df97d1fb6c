"""Typst at work: data in, a tagged PDF out; here or in a process of its own that can be stopped.

``python -m dashboards.export.typesetting`` reads what to set from its input and writes the PDF.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

PATIENCE_S = 0.2
"""Seconds between two looks at whether the PDF is still wanted."""


class NotSet(RuntimeError):
    """Typst could not set a document; the message holds none of its words."""


def pdf_of(data: dict[str, Any], day: dt.date) -> bytes:
    """Set a document by the atlas's template.

    Parameters
    ----------
    data
        What the template takes, as JSON can hold it.
    day
        The date in the file: the same data on the same day gives the same bytes.

    Returns
    -------
    bytes
        PDF/UA-1, as far as typst can tell.

    Raises
    ------
    NotSet
        The document would break a rule of PDF/UA-1, or cannot be set at all.
    """
    import typst

    template = files("dashboards.export").joinpath("templates", "atlas.typ").read_bytes()
    try:
        pdf = typst.compile(
            template,
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=["ua-1"],
            timestamp=dt.datetime.combine(day, dt.time(), dt.UTC),
        )
    except typst.TypstError as error:
        raise NotSet(_without_words(str(error))) from None
    return bytes(pdf)


def pdf_set_apart(data: dict[str, Any], day: dt.date, *, look: Callable[[], None]) -> bytes:
    """Set a document in another process, so that its memory goes and it can be stopped.

    Parameters
    ----------
    data, day
        As `pdf_of`.
    look
        Called again and again until the PDF is there; what it raises stops the process.
    """
    # Files, not pipes: what waits to be written to a pipe is lost when waiting for it times out.
    with (
        tempfile.TemporaryFile() as work,
        tempfile.TemporaryFile() as pdf,
        tempfile.TemporaryFile() as said,
    ):
        work.write(json.dumps({"data": data, "day": day.isoformat()}).encode("ascii"))
        work.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboards.export.typesetting"],
            stdin=work,
            stdout=pdf,
            stderr=said,
            cwd=Path(__file__).resolve().parents[2],
        )
        try:
            _await(process, look)
        finally:
            process.kill()
            process.wait()
        pdf.seek(0)
        said.seek(0)
        if process.returncode:
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
            raise NotSet(lines[-1][-300:] if lines else f"typst ended with {process.returncode}")
        return pdf.read()


def _await(process: subprocess.Popen[bytes], look: Callable[[], None]) -> None:
    """Wait for the end of a process, and look again and again whether it is still wanted."""
    while True:
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            look()
        else:
            return


def main() -> None:
    """Set what the input holds."""
    work = json.load(sys.stdin.buffer)
    try:
        pdf = pdf_of(work["data"], dt.date.fromisoformat(work["day"]))
    except NotSet as error:
        raise SystemExit(str(error)) from None
    sys.stdout.buffer.write(pdf)


def _fonts() -> Any:
    """The fonts that come with matplotlib and no other: each machine sets the same pages."""
    import matplotlib
    import typst

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )


def _without_words(message: str) -> str:
    """A message of typst without the words of the document, which may be a person's name.

    Examples
    --------
    >>> _without_words('the text `"Esimerkki"` could not be displayed')
    'the text "..." could not be displayed'
    """
    return re.sub(r"`?\"[^\"]*\"`?", '"..."', message)


if __name__ == "__main__":
    main()
