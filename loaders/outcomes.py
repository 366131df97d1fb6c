"""What is given out where a fetch brought no new body to keep; no HTTP here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from loaders.errors import SourceChanged, SourceUnavailable
from loaders.snapshots import Saved, Snapshot, write_note, write_whole

NOTICES: Mapping[str, str] = {
    "offline": "Unset JARJESTOKARTTA_OFFLINE to fetch it.",
    "unreachable": "Check the connection, or try again later.",
    "timed_out": "Try again later, or raise JARJESTOKARTTA_TOTAL_TIMEOUT.",
    "http_error": "See in a browser whether the page has moved, or try again later.",
    "redirected": "See in a browser where the page is now; its source file names the address.",
    "too_large": "See whether it is the right page; if so raise JARJESTOKARTTA_MAX_BYTES.",
    "cut_off": "Try again later.",
    "empty": "See in a browser whether the page has moved, or try again later.",
    "source_changed": "The source's parser has to be mended.",
    "not_stored": "Make room there, or choose another folder with JARJESTOKARTTA_CACHE_DIR.",
}
"""Why a copy could not be renewed, as a code, and what a user can do about it."""


@dataclass(eq=False)
class FetchError(Exception):
    """An attempt that gave nothing: its notice, what came, and whether it may pass by itself."""

    notice: str
    what: str
    is_passing: bool = False
    wait_s: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What is given out, and said, where there is no new body to store."""

    url: str
    source_id: str
    saved: Saved
    accept: Callable[[bytes], None]

    def confirmed(self, fetched_at: dt.datetime) -> Snapshot:
        """The saved copy, which the server has just called the newest."""
        if self.saved.snapshot is None:  # it was not asked for changes alone
            raise SourceUnavailable(f"{self.source_id}: no body came. {self.saved.state}")
        try:
            self.accept(self.saved.body)
        except SourceChanged as error:
            raise SourceChanged(f"{error} The saved copy is {self.saved.snapshot.path}.") from error
        snapshot = replace(self.saved.snapshot, fetched_at=fetched_at)
        try:
            write_note(snapshot)
        except OSError as error:
            # The content is right all the same; only the date of the check is lost.
            return replace(snapshot, detail=f"the date could not be saved ({error.strerror})")
        return snapshot

    def refused(self, error: SourceChanged, path: Path, body: bytes) -> Snapshot:
        """The saved copy, because the new body does not mean what it should."""
        try:
            write_whole(path, body)
            kept = f"The answer is kept in {path}."
        except OSError as fault:
            kept = f"The answer could not be kept in {path} ({fault.strerror})."
        if self.saved.snapshot is None:
            raise SourceChanged(f"{error} {kept} {self.saved.state}") from error
        return self.last_good(FetchError("source_changed", f"{error} {kept}"))

    def last_good(self, failure: FetchError) -> Snapshot:
        """The saved copy, marked stale; without one the failure becomes an error."""
        detail = failure.what
        if failure.notice != "source_changed":
            detail = attempt(self.source_id, self.url, failure)
        if self.saved.snapshot is None:
            # Chained to nothing: what lies beneath quotes the address with its query.
            raise unavailable(f"{detail} {self.saved.state}", failure.notice) from None
        try:
            self.accept(self.saved.body)
        except SourceChanged as error:
            raise SourceChanged(
                f"{detail} The saved copy {self.saved.snapshot.path} is refused as well: {error}"
            ) from None
        return replace(self.saved.snapshot, stale=True, notice=failure.notice, detail=detail)


def attempt(source_id: str, url: str, failure: FetchError) -> str:
    """Say what was asked, and what came: a sentence for a log."""
    tried = "did not ask" if failure.notice == "offline" else "asked"
    return f"{source_id}: {tried} {shown_address(url)}; {failure.what}."


def unavailable(told: str, notice: str) -> SourceUnavailable:
    """Make the error of a source that gave nothing: what happened, and what to do about it."""
    error = SourceUnavailable(f"{told} {NOTICES[notice]}")
    error.notice = notice
    return error


def shown_address(url: str) -> str:
    """Give an address as it may stand in a message: without query, fragment, user and password.

    Examples
    --------
    >>> shown_address("https://user:secret@example.fi/a?name=someone#there")
    'https://example.fi/a'
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an unreadable address"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
