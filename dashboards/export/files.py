"""How a file gets its place: a name out of words, a temporary file that is moved, faults in words.

What stands in the files is the business of the modules beside this one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from dashboards.export.faults import ExportError
from dashboards.export.scope import Scope
from dashboards.texts import text

Tell = Callable[[int, int], None]
"""Told how much is done and of how much; it may raise ``Cancelled``."""

MAX_NAME = 80
"""Letters of a file's name: with a long folder before it, still less than any system allows."""

FAULTS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EACCES: "not_writable",
    errno.EPERM: "not_writable",
    errno.EROFS: "not_writable",
    errno.ENOTDIR: "not_writable",
    errno.EEXIST: "not_writable",
    errno.EBUSY: "in_use",
    errno.ETXTBSY: "in_use",
    errno.ENAMETOOLONG: "long_name",
}


def quiet(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class FileExport(ABC):
    """A file that can be made of a scope; what can be chosen of it are its fields.

    A wrong choice raises ``ExportError`` as soon as it is made. ``kind`` names the file: the key of
    its word under ``export.file``; an empty one where what is chosen tells enough.
    """

    kind: ClassVar[str] = ""

    scope: Scope

    @property
    @abstractmethod
    def suffix(self) -> str:
        """How the file's name ends, with the dot."""

    @property
    def chosen(self) -> tuple[str, ...]:
        """What was chosen besides area and languages, as far as the file's name tells it."""
        return ()

    @property
    def has_persons(self) -> bool:
        """Whether the file may tell of liaisons."""
        return self.scope.with_contacts

    @property
    def stem(self) -> str:
        """The beginning of the file's name: area, kind, what was chosen, filters, languages."""
        scope = self.scope
        words = [safe_name(scope.name(scope.lang))[:30]]
        words += [text(f"export.file.{self.kind}", scope.lang)] if self.kind else []
        words += [word[:24] for word in (*self.chosen, *scope.filter_words)]
        words += scope.langs
        words += [text("export.file.persons", scope.lang)] if self.has_persons else []
        return safe_name(*words)

    @abstractmethod
    def write(self, path: Path, tell: Tell = quiet) -> None:
        """Write the file at ``path``, where none is yet, and tell of progress if it takes long."""


def safe_name(*words: str) -> str:
    """Give a file name of words: plain letters and digits, parted by hyphens.

    Examples
    --------
    >>> safe_name("322", "Kemi\\N{LATIN SMALL LETTER O WITH DIAERESIS}nsaari")
    '322-kemionsaari'
    >>> safe_name("../a/b", "\\N{SNOWMAN}")
    'a-b'
    >>> safe_name("\\N{SNOWMAN}")
    'jarjestokartta'
    """
    plain = unicodedata.normalize("NFKD", " ".join(words).lower()).encode("ascii", "ignore")
    name = "-".join(re.findall(r"[a-z0-9]+", plain.decode("ascii")))
    return name[:MAX_NAME].strip("-") or "jarjestokartta"


def save(export: FileExport, out: Path, *, overwrite: bool = False, tell: Tell = quiet) -> Path:
    """Make a file and put it in its place at once, whole or not at all.

    Parameters
    ----------
    export
        What to make.
    out
        A folder, which is made where it is missing, or a file. Without a suffix it is a folder.
    overwrite
        Whether a file that is there already may be replaced.
    tell
        Told of progress.

    Returns
    -------
    Path
        Where the file is.

    Raises
    ------
    ExportError
        It cannot be made or written, or one is there already.
    """
    target = out / f"{export.stem}{export.suffix}" if _is_folder(out) else out
    if target.suffix.lower() != export.suffix:
        raise ExportError("suffix", name=target.name, suffix=export.suffix)
    with _said_in_words(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise ExportError("is_folder", name=target.name)
        if target.exists() and not overwrite:
            raise ExportError("exists", name=target.name)
        with _beside(target) as temporary:
            export.write(temporary, tell)
            _put(temporary, target)
    return target


def _put(temporary: Path, target: Path) -> None:
    """Move the file to its place; Windows refuses where another program has the old one open."""
    try:
        temporary.replace(target)
    except PermissionError as error:
        if not target.exists():
            raise
        raise ExportError("in_use", name=target.name, why=error.strerror or "") from error


def made(export: FileExport, *, tell: Tell = quiet) -> bytes:
    """Make a file and give what is in it; nothing of it stays on the disk."""
    with tempfile.TemporaryDirectory(prefix="jarjestokartta-") as folder:
        path = Path(folder) / f"file{export.suffix}"
        with _said_in_words(path):
            export.write(path, tell)
            return path.read_bytes()


def _is_folder(out: Path) -> bool:
    return out.is_dir() or (not out.suffix and not out.is_file())


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A name for a file beside another that nobody else has; gone afterwards, whatever happens."""
    handle, name = tempfile.mkstemp(prefix=".export-", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    temporary.unlink()  # those that write databases want to begin with nothing
    try:
        yield temporary
    finally:
        for left in target.parent.glob(f"{temporary.name}*"):  # a database has files beside it
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def _said_in_words(target: Path) -> Iterator[None]:
    """Faults of the disk, with the file's name alone: folders may bear a person's name."""
    try:
        yield
    except OSError as error:
        key = FAULTS.get(error.errno or 0, "not_written")
        raise ExportError(key, name=target.name, why=error.strerror or "") from error
