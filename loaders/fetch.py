"""Fetches what is asked of one address; the only module that speaks HTTP.

What a body means is not known here: of a source of one body the caller hands in ``accept``, which
refuses a body by raising SourceChanged. A refused body never takes the place of a good one. The
answers of a source of several requests are kept by ``loaders.asking``.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, BinaryIO

import requests
import tenacity
import urllib3.exceptions
from requests import Session

from loaders.addresses import host_of, may_keep_secrets, next_address
from loaders.answers import answer_fault
from loaders.bodies import Body, limited, taken
from loaders.errors import SourceChanged
from loaders.headers import announced_bytes, kept_header, retry_after_s
from loaders.outcomes import FetchError, Outcome
from loaders.pace import HostHeld, Pace
from loaders.settings import Settings
from loaders.snapshots import REFUSED, Snapshot, read_saved, source_folder, store
from loaders.source import Request

MAX_REDIRECTS = 5
BLOCK_BYTES = 65_536
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
LARGE_PATIENCE = 15
"""How many times the total timeout a large file may take."""

_pause = time.sleep


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a server gave to a request: a body, or that there is nothing new, or nothing at all."""

    body: Body | None = None
    is_unchanged: bool = False
    is_missing: bool = False
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None


def fetch(
    url: str,
    *,
    source_id: str,
    settings: Settings,
    session: Session | None = None,
    accept: Callable[[bytes], None] | None = None,
) -> Snapshot:
    """Fetch an address, or give the last good copy where that fails.

    Asks only for what has changed since, tries again where waiting may help, follows redirects
    within the host, and replaces the saved copy only by a whole, accepted body.

    Parameters
    ----------
    url
        What to fetch, http or https.
    source_id
        Names the folder of the copy, within ``settings.cache_dir``.
    settings
        Folders, timeouts, limits, tries.
    session
        Used for the requests; a new one when left out.
    accept
        Called with each body before it is given out, the last time with the body of the snapshot
        returned; raises SourceChanged to refuse it.

    Returns
    -------
    Snapshot
        The saved answer; ``stale``, with a notice, where it could not be renewed.

    Raises
    ------
    SourceUnavailable
        There was no usable answer, and no saved copy.
    SourceChanged
        The answer was refused, and no saved copy is accepted either; the message names the file
        that holds the refused answer.
    LoaderError
        The id cannot name a folder.
    """
    folder = source_folder(source_id, settings.cache_dir)
    saved = read_saved(folder)
    outcome = Outcome(url, source_id, saved, accept or _accept_all)
    if settings.is_offline:
        return outcome.last_good(FetchError("offline", "work without the net is set"))
    request = Request(url=url, label=source_id, expects="any")
    try:
        answer = asked(
            request, saved=saved.snapshot, settings=settings, session=session, pace=lone_pace()
        )
    except FetchError as failure:
        return outcome.last_good(failure)
    if answer.body is None:
        return outcome.confirmed(_now())
    body = answer.body.content
    try:
        outcome.accept(body)
    except SourceChanged as error:
        return outcome.refused(error, folder / REFUSED, body)
    try:
        return store(
            folder,
            body,
            url=url,
            fetched_at=_now(),
            before=saved.snapshot.path if saved.snapshot else None,
            etag=answer.etag,
            last_modified=answer.last_modified,
            content_type=answer.content_type,
        )
    except OSError as error:
        what = f"the answer came but could not be written to {folder} ({error.strerror})"
        return outcome.last_good(FetchError("not_stored", what))


def _accept_all(body: bytes) -> None:
    """Refuse nothing."""


def lone_pace() -> Pace:
    """Give the manners of somebody who asks alone."""
    return Pace(sleep=lambda seconds: _pause(seconds))


def asked(
    request: Request,
    *,
    saved: Snapshot | None,
    settings: Settings,
    session: Session | None,
    pace: Pace,
    sink: BinaryIO | None = None,
) -> Reply:
    """Ask until there is an answer or no hope.

    Parameters
    ----------
    request
        What to ask, and what kind of answer is expected.
    saved
        The copy at hand: where it answers the same address, only what has changed is asked for.
    settings
        Timeouts, limits, tries.
    session
        Used for the requests; a new one when left out.
    pace
        Says when the host may be asked, and is told when it wants to rest.
    sink
        The file for a large body, open for reading and writing; emptied before each try.

    Returns
    -------
    Reply
        The whole body and of the kind expected, or that there is none.

    Raises
    ------
    FetchError
        The last of the failures.
    Stopped
        All asking was told to stop.
    """
    host = host_of(request.url)
    allowed_s = settings.total_timeout_s * (LARGE_PATIENCE if sink else 1)
    deadline = time.monotonic() + allowed_s
    used = session or Session()
    headers = _headers(request, saved, settings)

    def one_try() -> Reply:
        nonlocal deadline
        try:
            with pace.turn(host, patience_s=allowed_s) as waited_s:
                deadline += waited_s  # to wait for others is no fault of the server
                attempt = _Attempt(request, headers, used, settings, sink, deadline, pace)
                return pace.within(deadline, attempt.reply)
        except FetchError as failure:
            if failure.is_passing and failure.wait_s:
                pace.hold(host, failure.wait_s)
            raise
        except TimeoutError:
            what = "no whole answer within the total timeout"
            raise FetchError("timed_out", what) from None
        except HostHeld as held:
            what = f"its host wants to be left alone for {held.wait_s:.0f} s more"
            raise FetchError("http_error", what) from None

    retrying = tenacity.Retrying(
        # A dead server must not be asked for ever: the wait counts towards the total.
        stop=lambda state: (
            state.attempt_number >= settings.tries
            or time.monotonic() + state.upcoming_sleep >= deadline
        ),
        wait=_wait_s,
        retry=tenacity.retry_if_exception(
            lambda error: isinstance(error, FetchError) and error.is_passing
        ),
        sleep=lambda seconds: pace.rest(host, seconds),
        reraise=True,
    )
    try:
        return retrying(one_try)
    except FetchError as failure:
        tries = retrying.statistics.get("attempt_number", 1)
        if tries > 1:
            failure.what += f" (tried {tries} times)"
        raise
    finally:
        if session is None:
            used.close()


def _headers(request: Request, saved: Snapshot | None, settings: Settings) -> dict[str, str]:
    headers = {"User-Agent": settings.user_agent, "Accept-Encoding": "gzip", **request.headers}
    if saved is not None and saved.url == request.url and request.json is None:
        if saved.etag:
            headers["If-None-Match"] = saved.etag
        if saved.last_modified:
            headers["If-Modified-Since"] = saved.last_modified
    return headers


def _wait_s(state: tenacity.RetryCallState) -> float:
    """Seconds until the next try: doubled each time, with jitter, never less than asked for."""
    failure = state.outcome.exception() if state.outcome else None
    asked_s = failure.wait_s if isinstance(failure, FetchError) else 0.0
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(state.attempt_number, 16))
    return max(asked_s, random.uniform(longest / 2, longest))  # noqa: S311 - no secret


@dataclass(frozen=True)
class _Attempt:
    """One try: everything that it needs, since it runs in a thread of its own."""

    request: Request
    headers: dict[str, str] = field(repr=False)
    session: Session
    settings: Settings
    sink: BinaryIO | None
    deadline: float
    pace: Pace

    def reply(self) -> Reply:
        try:
            with self._response() as response:
                return self._read(response)
        # The errors' own texts and tracebacks are left out: they quote whole addresses.
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise FetchError("timed_out", "it did not answer in time", is_passing=True) from None
        except requests.exceptions.SSLError:
            raise FetchError("unreachable", "its certificate is not trusted") from None
        except requests.ConnectionError:
            raise FetchError("unreachable", "no connection", is_passing=True) from None
        except (OSError, ValueError, HTTPException, urllib3.exceptions.HTTPError) as error:
            what = f"the request failed ({type(error).__name__})"
            raise FetchError("unreachable", what) from None

    def _response(self) -> requests.Response:
        """The answer behind at most MAX_REDIRECTS redirects; its body is not read yet."""
        address, headers = self.request.url, self.headers
        for _ in range(MAX_REDIRECTS + 1):
            response = self._sent(address, headers)
            location = self.session.get_redirect_target(response)
            if location is None:
                return response
            response.close()
            if response.status_code == HTTPStatus.SEE_OTHER and self.request.json is not None:
                raise FetchError("redirected", "it answers a question by a redirect (303)")
            target = next_address(address, location)
            if not may_keep_secrets(address, target):
                headers = {
                    name: value
                    for name, value in headers.items()
                    if name not in self.request.headers
                }
            address = target
        raise FetchError("redirected", f"it redirects more than {MAX_REDIRECTS} times")

    def _sent(self, address: str, headers: dict[str, str]) -> requests.Response:
        method = "GET" if self.request.json is None else "POST"
        request = self.session.prepare_request(
            # With no auth requests would send what it finds in a .netrc, or in the address.
            requests.Request(
                method,
                address,
                headers,
                json=self.request.json,
                auth=self.session.auth or _no_credentials,
            )
        )
        where = request.url or address
        options: Any = self.session.merge_environment_settings(where, {}, True, None, None)
        # Not session.send(): even when told to follow no redirect it reads the whole body of one,
        # without a limit.
        return self.session.get_adapter(where).send(
            request,
            timeout=(self.settings.connect_timeout_s, self.settings.read_timeout_s),
            **options,
        )

    def _read(self, response: requests.Response) -> Reply:
        kept: dict[str, Any] = {
            "etag": kept_header(response.headers, "ETag"),
            "last_modified": kept_header(response.headers, "Last-Modified"),
            "content_type": kept_header(response.headers, "Content-Type"),
        }
        is_conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        if is_conditional and response.status_code == HTTPStatus.NOT_MODIFIED:
            return Reply(is_unchanged=True, **kept)
        if self.request.may_miss and response.status_code == HTTPStatus.NOT_FOUND:
            return Reply(is_missing=True)
        _require_ok(response)
        max_bytes = self.settings.max_file_bytes if self.sink else self.settings.max_bytes
        pieces = limited(
            self._blocks(response),
            encoding=response.headers.get("Content-Encoding", "").strip().lower(),
            announced=announced_bytes(response.headers),
            max_bytes=max_bytes,
        )
        body = taken(pieces, self.sink)
        if not body.size or not (body.head.strip() or body.tail.strip()):
            raise FetchError("empty", "its answer is empty")
        fault = answer_fault(self.request.expects, body.head, body.tail, kept["content_type"])
        if fault:
            raise fault
        return Reply(body=body, **kept)

    def _blocks(self, response: requests.Response) -> Iterator[bytes]:
        """The body as it comes; not unpacked by urllib3, which knows no limit."""
        try:
            for block in response.raw.stream(BLOCK_BYTES, decode_content=False):
                self.pace.check()
                if time.monotonic() > self.deadline:
                    raise FetchError("timed_out", "no whole answer within the total timeout")
                yield block
        except urllib3.exceptions.TimeoutError:
            raise FetchError("timed_out", "it did not answer in time", is_passing=True) from None
        except (OSError, HTTPException, urllib3.exceptions.HTTPError):
            what = "its answer broke off or is garbled"
            raise FetchError("cut_off", what, is_passing=True) from None


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _require_ok(response: requests.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "unknown status"
    raise FetchError(
        "http_error",
        f"it answered {status} {phrase}, expected 200",
        is_passing=status == HTTPStatus.TOO_MANY_REQUESTS or 500 <= status <= 599,
        wait_s=retry_after_s(response.headers.get("Retry-After", ""), _now()),
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
