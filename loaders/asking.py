"""Asks a source's requests one by one and keeps the answers as one set; knows no HTTP.

An answer that cannot be had is an error here, never an older copy: a table is made of answers that
belong together.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from loaders.addresses import host_of, is_loopback
from loaders.bodies import NO_BODY
from loaders.fetch import Reply, Session, asked
from loaders.outcomes import FetchError, attempt, unavailable
from loaders.pace import Pace
from loaders.pending import (
    PENDING,
    accept_pending,
    drop_pending,
    drop_unasked,
    request_folder,
    store_pending,
)
from loaders.settings import Settings
from loaders.snapshots import (
    Saved,
    Snapshot,
    put_in_place,
    read_saved,
    source_folder,
    unfinished,
)
from loaders.source import Answer, Request


@dataclass(kw_only=True)
class Asking:
    """The requests of one source, from the first to the verdict on the whole.

    After the last request call ``accept`` or ``refuse``; without either the answers wait on disk
    for another process, which reuses those saved at ``since`` or later. ``requests`` and ``bytes``
    count what came over the net, ``answers`` what was given out, from the net or from disk;
    ``oldest`` is when the oldest answer came.
    """

    source_id: str
    settings: Settings
    session: Session
    pace: Pace
    calls_per_minute: int = 60
    since: dt.datetime | None = None
    requests: int = 0
    bytes: int = 0
    answers: int = 0
    oldest: dt.datetime | None = None
    _good: dict[Path, Path | None] = field(default_factory=dict)
    _has_failed: bool = False

    def answer(self, request: Request) -> Answer:
        """Give the answer to a request: a new one, or one confirmed or saved just now.

        Raises
        ------
        SourceUnavailable
            There is none to be had, after as many tries as the settings allow; what is saved
            stays as it was.
        Stopped
            All asking was told to stop.
        """
        folder = request_folder(self.source_id, request, self.settings.cache_dir)
        question = _Question.of(request, folder)
        try:
            saved = self._offline(question) if self.settings.is_offline else self._online(question)
        except FetchError as failure:
            self._has_failed = True
            told = f"{attempt(self.source_id, request.url, failure)} It was for {request.label}."
            state = f" {question.good.state}" if failure.notice == "offline" else ""
            # Chained to nothing: what lies beneath quotes the address with its query.
            raise unavailable(told + state, failure.notice) from None
        return self._given(request, saved)

    def accept(self) -> None:
        """Make all the answers the good ones: the source was read and found right.

        What is saved of its other requests, which were not made this time, is removed; not where a
        request failed that the source can do without, for then it may not have asked all it wanted.
        """
        for folder in self._good:
            accept_pending(folder)
        # Without the net nothing is asked, and then nothing is known to be out of use.
        if self._good and not self._has_failed:
            drop_unasked(source_folder(self.source_id, self.settings.cache_dir), self._good)
        self._good.clear()

    def refuse(self) -> Path | None:
        """Take all the answers away, the good ones before them stay.

        Returns
        -------
        Path or None
            The file in which the last answer is left, for whoever mends the parser.
        """
        left = None
        for folder, good in self._good.items():
            is_last = folder == next(reversed(self._good))
            left = drop_pending(folder, keep=good, is_refused=is_last)
        self._good.clear()
        return left

    def _offline(self, question: _Question) -> Saved:
        if question.good.snapshot is None:
            raise FetchError("offline", "work without the net is set")
        return question.good

    def _online(self, question: _Question) -> Saved:
        self._good[question.folder] = question.good_path
        reusable = filter(self._is_reusable, (question.waiting, question.good))
        return next(reusable, None) or self._renewed(question)

    def _is_reusable(self, saved: Saved) -> bool:
        """Whether a copy was saved within the time that is to be gone on with."""
        if self.since is None or saved.snapshot is None:
            return False
        # A date to come was written by a clock that went wrong: it says nothing.
        return self.since <= saved.snapshot.fetched_at <= _now()

    def _renewed(self, question: _Question) -> Saved:
        """A new answer, or the copy at hand where the server calls it the newest."""
        url = question.request.url
        if not is_loopback(url):  # nobody there is to be spared
            self.pace.limit(host_of(url), self.calls_per_minute)
        try:
            # Before the folder within it, so that neither is open to others.
            question.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not question.request.is_large:
                return question.stored(self._asked(question))
            with unfinished(question.folder) as (file, part):
                reply = self._asked(question, file)
                if reply.body is not None:
                    put_in_place(file, part, question.folder / f"{reply.body.sha256}.body")
                return question.stored(reply)
        except OSError as error:
            what = f"the answer could not be written to {question.folder} ({error.strerror})"
            raise FetchError("not_stored", what) from None

    def _asked(self, question: _Question, sink: BinaryIO | None = None) -> Reply:
        self.requests += 1
        reply = asked(
            question.request,
            saved=question.newest.snapshot,
            settings=self.settings,
            session=self.session,
            pace=self.pace,
            sink=sink,
        )
        self.bytes += reply.body.size if reply.body else 0
        return reply

    def _given(self, request: Request, saved: Saved) -> Answer:
        snapshot = saved.snapshot
        assert snapshot is not None  # noqa: S101 - for mypy
        self.answers += 1
        self.oldest = min(self.oldest or snapshot.fetched_at, snapshot.fetched_at)
        return Answer(
            body=saved.body,
            fetched_at=snapshot.fetched_at,
            path=snapshot.path if request.is_large and not snapshot.is_missing else None,
            is_missing=snapshot.is_missing,
        )


@dataclass(frozen=True, kw_only=True)
class _Question:
    """A request, and what its folder held before it was asked."""

    request: Request
    folder: Path
    good: Saved
    waiting: Saved

    @classmethod
    def of(cls, request: Request, folder: Path) -> _Question:
        return cls(
            request=request,
            folder=folder,
            good=read_saved(folder, is_large=request.is_large),
            waiting=read_saved(folder, note_name=PENDING, is_large=request.is_large),
        )

    @property
    def newest(self) -> Saved:
        return self.waiting if self.waiting.snapshot else self.good

    @property
    def good_path(self) -> Path | None:
        return self.good.snapshot.path if self.good.snapshot else None

    def stored(self, reply: Reply) -> Saved:
        """Put the reply where it waits for the rest; a large body is in its place already."""
        newest = self.newest
        if reply.is_unchanged and newest.snapshot is not None:
            snapshot = replace(newest.snapshot, fetched_at=_now())
            store_pending(snapshot, None, keep=self.good_path)
            return replace(newest, snapshot=snapshot)
        body = reply.body or NO_BODY
        snapshot = Snapshot(
            path=self.folder / f"{body.sha256}.body",
            url=self.request.url,
            sha256=body.sha256,
            fetched_at=_now(),
            etag=reply.etag,
            last_modified=reply.last_modified,
            content_type=reply.content_type,
            is_missing=reply.is_missing,
        )
        is_in_place = self.request.is_large and not reply.is_missing
        store_pending(snapshot, None if is_in_place else body.content, keep=self.good_path)
        return Saved(snapshot=snapshot, body=body.content, state="")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
