"""How a file gets its place: whole or not at all, with faults in words and nothing left behind."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from dashboards.export.faults import Cancelled, ExportError, unknown
from dashboards.export.files import FileExport, Tell, made, quiet, safe_name, save
from dashboards.export.scope import Scope
from dashboards.texts import LANGUAGES, texts


@dataclass(frozen=True, kw_only=True)
class Note(FileExport):
    """A file with a few letters, or one that fails half way."""

    body: bytes = b"Esimerkki"
    fault: BaseException | None = None
    suffix = ".txt"  # type: ignore[assignment]
    stem = "esimerkki"  # type: ignore[assignment]

    def write(self, path: Path, tell: Tell = quiet) -> None:
        """Write the letters; half of them before a fault."""
        path.write_bytes(self.body[:3])
        tell(1, 2)
        if self.fault:
            raise self.fault
        path.write_bytes(self.body)


@pytest.fixture(scope="module")
def scope(store) -> Scope:
    return Scope(store=store)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_save_gives_the_file_its_own_name_in_a_folder_that_it_makes(scope, tmp_path):
    path = save(Note(scope=scope), tmp_path / "new" / "deep")
    assert path == tmp_path / "new" / "deep" / "esimerkki.txt"
    assert path.read_bytes() == b"Esimerkki"
    assert left(path.parent) == ["esimerkki.txt"]


def test_save_takes_a_name_that_is_given_and_only_its_own_ending(scope, tmp_path):
    assert save(Note(scope=scope), tmp_path / "a.txt").name == "a.txt"
    with pytest.raises(ExportError, match=r"must end in \.txt"):
        save(Note(scope=scope), tmp_path / "a.pdf")
    assert left(tmp_path) == ["a.txt"]


def test_save_replaces_a_file_only_when_asked_to(scope, tmp_path):
    path = save(Note(scope=scope), tmp_path)
    with pytest.raises(ExportError, match="--overwrite"):
        save(Note(scope=scope, body=b"other"), tmp_path)
    assert path.read_bytes() == b"Esimerkki"
    save(Note(scope=scope, body=b"other"), tmp_path, overwrite=True)
    assert path.read_bytes() == b"other"
    assert left(tmp_path) == ["esimerkki.txt"]


def test_save_never_replaces_a_folder(scope, tmp_path):
    (tmp_path / "esimerkki.txt").mkdir()
    with pytest.raises(ExportError) as fault:
        save(Note(scope=scope), tmp_path, overwrite=True)
    assert fault.value.key == "is_folder"


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EACCES, "not_writable"),
        (errno.EROFS, "not_writable"),
        (errno.EBUSY, "in_use"),
        (errno.EIO, "not_written"),
    ],
)
def test_a_fault_of_the_disk_leaves_the_old_file_and_says_why(scope, tmp_path, number, key):
    path = save(Note(scope=scope), tmp_path)
    fault = OSError(number, os.strerror(number), "/home/somebody/secret")
    with pytest.raises(ExportError) as said:
        save(Note(scope=scope, body=b"other", fault=fault), tmp_path, overwrite=True)
    assert said.value.key == key
    assert "somebody" not in str(said.value)
    assert path.read_bytes() == b"Esimerkki"
    assert left(tmp_path) == ["esimerkki.txt"]


def test_a_file_that_another_program_has_open_stays_and_is_told(scope, tmp_path, monkeypatch):
    path = save(Note(scope=scope), tmp_path)

    def refused(*_: object) -> None:  # as os.replace does on Windows
        raise PermissionError(errno.EACCES, "Access is denied")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(ExportError) as said:
        save(Note(scope=scope, body=b"other"), tmp_path, overwrite=True)
    assert said.value.key == "in_use"
    assert path.read_bytes() == b"Esimerkki"
    assert left(tmp_path) == ["esimerkki.txt"]


def test_a_full_device_is_told_of_as_full(scope, tmp_path):
    class Full(Note):
        def write(self, path: Path, tell: Tell = quiet) -> None:
            with Path("/dev/full").open("wb", buffering=0) as full:
                full.write(b"x")

    with pytest.raises(ExportError) as said:
        save(Full(scope=scope), tmp_path)
    assert said.value.key == "disk_full"
    assert left(tmp_path) == []


@pytest.mark.parametrize("fault", [Cancelled(), KeyboardInterrupt(), ValueError("any")])
def test_whatever_ends_the_making_nothing_half_done_is_left(scope, tmp_path, fault):
    with pytest.raises(type(fault)):
        save(Note(scope=scope, fault=fault), tmp_path)
    assert left(tmp_path) == []


def test_whoever_is_told_of_progress_can_cancel(scope, tmp_path):
    told = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        raise Cancelled

    with pytest.raises(Cancelled):
        save(Note(scope=scope), tmp_path, tell=tell)
    assert told == [(1, 2)]
    assert left(tmp_path) == []


def test_a_saved_file_can_be_read_as_any_other_of_its_owner(scope, tmp_path):
    path = save(Note(scope=scope), tmp_path)
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_made_gives_what_is_in_the_file(scope):
    assert made(Note(scope=scope)) == b"Esimerkki"


def test_a_name_of_any_words_is_short_and_plain():
    assert safe_name('"Uusi" / Nya\N{GRINNING FACE}', "Åbo") == "uusi-nya-abo"
    assert len(safe_name("kunta " * 100)) <= 80
    assert safe_name("..", "/") == "jarjestokartta"


def test_unknown_offers_the_nearest_and_shortens_what_came():
    fault = unknown("area", "x" * 500, {"mikkeli": "491"})
    assert fault.values == {"given": "x" * 60, "near": "491"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_can_be_said(lang):
    for key, said in texts(lang).items():
        if key.startswith("export.fault."):
            fault, _, form = key.removeprefix("export.fault.").partition(".")
            blanks = {name: name for _, name, _, _ in Formatter().parse(said) if name}
            blanks |= {"count": 2} if form else {}
            assert ExportError(fault, **blanks).said(lang)
