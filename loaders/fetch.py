"""Fetches one address and keeps the last good copy; the only module that speaks HTTP.

What a body means is not known here: the caller hands in ``accept``, which refuses a body by
raising SourceChanged. A refused body never takes the place of a good one.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import random
import re
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import tenacity
import urllib3.exceptions
from requests import Session

from loaders.errors import SourceChanged
from loaders.outcomes import FetchError, Outcome
from loaders.settings import Settings
from loaders.snapshots import REFUSED, Snapshot, read_saved, source_folder, store

MAX_REDIRECTS = 5
BLOCK_BYTES = 65_536
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0

_pause = time.sleep
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class _Answer:
    """What a server gave; ``body`` is None where it said that nothing has changed."""

    body: bytes | None
    etag: str | None
    last_modified: str | None
    content_type: str | None


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
    try:
        answer = _asked(url, saved.snapshot, settings, session)
    except FetchError as failure:
        return outcome.last_good(failure)
    if answer.body is None:
        return outcome.confirmed(_now())
    try:
        outcome.accept(answer.body)
    except SourceChanged as error:
        return outcome.refused(error, folder / REFUSED, answer.body)
    try:
        return store(
            folder,
            answer.body,
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


def _asked(
    url: str, saved: Snapshot | None, settings: Settings, session: Session | None
) -> _Answer:
    """Ask until there is an answer or no hope; raise the last FetchError."""
    headers = {"User-Agent": settings.user_agent, "Accept-Encoding": "gzip"}
    if saved is not None and saved.url == url:
        if saved.etag:
            headers["If-None-Match"] = saved.etag
        if saved.last_modified:
            headers["If-Modified-Since"] = saved.last_modified
    deadline = time.monotonic() + settings.total_timeout_s
    # A dead server must not be asked for ever: the wait counts towards the total.
    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(settings.tries)
        | tenacity.stop_before_delay(settings.total_timeout_s),
        wait=_wait_s,
        retry=tenacity.retry_if_exception(
            lambda error: isinstance(error, FetchError) and error.is_passing
        ),
        sleep=lambda seconds: _pause(seconds),
        reraise=True,
    )
    used = session or Session()
    try:
        return retrying(_within, deadline, lambda: _attempt(url, headers, used, settings, deadline))
    except FetchError as failure:
        tries = retrying.statistics.get("attempt_number", 1)
        if tries > 1:
            failure.what += f" (tried {tries} times)"
        raise
    finally:
        if session is None:
            used.close()


def _wait_s(state: tenacity.RetryCallState) -> float:
    """Seconds until the next try: doubled each time, with jitter, never less than asked for."""
    failure = state.outcome.exception() if state.outcome else None
    asked_s = failure.wait_s if isinstance(failure, FetchError) else 0.0
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(state.attempt_number, 16))
    return max(asked_s, random.uniform(longest / 2, longest))  # noqa: S311 - no secret


def _within(deadline: float, work: Callable[[], _Result]) -> _Result:
    """Do the work until the deadline and no longer.

    Neither the look-up of a name nor a server that sends a byte now and then is held by the
    timeouts of requests; so the work has its own thread, which is left behind when time is up.
    """
    future: Future[_Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            future.set_exception(error)

    threading.Thread(target=run, name="loaders.fetch", daemon=True).start()
    try:
        return future.result(timeout=max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        raise FetchError("timed_out", "no whole answer within the total timeout") from None


def _attempt(
    url: str,
    headers: dict[str, str],
    session: Session,
    settings: Settings,
    deadline: float,
) -> _Answer:
    try:
        with _response(url, headers, session, settings) as response:
            is_conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
            is_unchanged = is_conditional and response.status_code == HTTPStatus.NOT_MODIFIED
            if not is_unchanged:
                _require_ok(response)
            return _Answer(
                body=None if is_unchanged else _body(response, settings.max_bytes, deadline),
                etag=_kept_header(response, "ETag"),
                last_modified=_kept_header(response, "Last-Modified"),
                content_type=_kept_header(response, "Content-Type"),
            )
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


def _response(
    url: str, headers: dict[str, str], session: Session, settings: Settings
) -> requests.Response:
    """The answer behind at most MAX_REDIRECTS redirects; its body is not read yet."""
    address = url
    for _ in range(MAX_REDIRECTS + 1):
        request = session.prepare_request(
            # With no auth requests would send what it finds in a .netrc, or in the address.
            requests.Request("GET", address, headers, auth=session.auth or _no_credentials)
        )
        where = request.url or address
        options: Any = session.merge_environment_settings(where, {}, True, None, None)
        # Not session.send(): even when told to follow no redirect it reads the whole body of one,
        # without a limit.
        response = session.get_adapter(where).send(
            request,
            timeout=(settings.connect_timeout_s, settings.read_timeout_s),
            **options,
        )
        location = session.get_redirect_target(response)
        if location is None:
            return response
        response.close()
        address = _next_address(address, location)
    raise FetchError("redirected", f"it redirects more than {MAX_REDIRECTS} times")


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _next_address(url: str, location: str) -> str:
    """The address of a redirect, if it stays with the same host and does not give up https."""
    try:
        target = urljoin(url, location)
        old, new = urlsplit(url), urlsplit(target)
        is_same = _host(old) == _host(new)
    except ValueError:
        raise FetchError("redirected", "it redirects to an unreadable address") from None
    is_kept = new.scheme == "https" or (new.scheme == "http" and old.scheme == "http")
    if not (is_same and is_kept):
        where = f"{new.scheme}://{_host(new)}"[:100]
        raise FetchError("redirected", f"it redirects to {where!r}, which is not followed")
    return target


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").removeprefix("www.")


def _require_ok(response: requests.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "unknown status"
    raise FetchError(
        "http_error",
        f"it answered {status} {phrase}, expected 200",
        is_passing=status == HTTPStatus.TOO_MANY_REQUESTS or 500 <= status <= 599,
        wait_s=_retry_after_s(response.headers.get("Retry-After", "")),
    )


def _retry_after_s(value: str) -> float:
    """Seconds the server asks to wait; 0 where it does not say, or not readably."""
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        return max(0.0, (moment - _now()).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0


def _kept_header(response: requests.Response, name: str) -> str | None:
    """A header worth keeping: it is written to disk and sent back, so only short plain text is."""
    value = response.headers.get(name, "")
    return value if re.fullmatch(r"[\x21-\x7e][\x20-\x7e]{0,255}", value) else None


def _body(response: requests.Response, max_bytes: int, deadline: float) -> bytes:
    """The whole body, unpacked; never more than max_bytes of it in memory."""
    too_large = FetchError("too_large", f"it gives more than {max_bytes} bytes")
    length = response.headers.get("Content-Length", "")
    is_whole = re.fullmatch(r"[0-9]{1,18}", length) and "Transfer-Encoding" not in response.headers
    announced = int(length) if is_whole else None
    if announced is not None and announced > max_bytes:
        raise too_large
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError("cut_off", f"it packs its answer as {encoding[:40]!r}, expected gzip")
    # Unpacked here and not by urllib3: only so does a bomb stop at the limit.
    unpack: Any = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in encoding else None
    body, received = bytearray(), 0
    try:
        for block in response.raw.stream(BLOCK_BYTES, decode_content=False):
            received += len(block)
            room = max_bytes + 1 - len(body)
            body += unpack.decompress(block, room) if unpack else block[:room]
            if len(body) > max_bytes or received > max_bytes:
                raise too_large
            if time.monotonic() > deadline:
                raise FetchError("timed_out", "no whole answer within the total timeout")
    except urllib3.exceptions.TimeoutError:
        raise
    except (zlib.error, OSError, HTTPException, urllib3.exceptions.HTTPError):
        raise FetchError("cut_off", "its answer broke off or is garbled", is_passing=True) from None
    is_short = announced is not None and received < announced
    is_torn = unpack is not None and (not unpack.eof or unpack.unused_data)
    if received and (is_short or is_torn):
        raise FetchError("cut_off", f"its answer broke off after {received} bytes", is_passing=True)
    if not body.strip():
        raise FetchError("empty", "its answer is empty")
    return bytes(body)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
