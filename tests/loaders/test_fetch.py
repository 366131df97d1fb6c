from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import gzip
import hashlib
import io
import json
import os
import socket
import time
import traceback

import pytest
import requests
import urllib3
from requests.adapters import BaseAdapter
from werkzeug import Request, Response

from loaders import snapshots
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.fetch import fetch
from loaders.outcomes import NOTICES
from loaders.snapshots import Snapshot, read_saved

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)

# Without the time of day, which would name the tests differently in each process.
WHOLE = gzip.compress(b"whole", mtime=0)


@pytest.fixture
def clock(monkeypatch):
    """Set the clock of fetch to NOON."""
    monkeypatch.setattr("loaders.fetch._now", lambda: NOON)


@pytest.fixture
def good_copy(httpserver, settings) -> Snapshot:
    """A copy of b"old", fetched from /page of the server, which has then forgotten /page."""
    httpserver.expect_oneshot_request("/page").respond_with_data("old", headers={"ETag": '"1"'})
    return fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)


def asked(httpserver) -> int:
    return len(httpserver.log)


def files(settings) -> set[str]:
    return {path.name for path in (settings.cache_dir / "toy").iterdir()}


def no_space(*args: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Canned(BaseAdapter):
    """Answers without a net: address to status, headers and body."""

    def __init__(self, answers: dict[str, tuple[int, dict[str, str], bytes]]) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[str] = []

    def send(self, request, **options):
        self.asked.append(request.url)
        status, headers, body = self.answers[request.url]
        response = requests.Response()
        response.status_code = status
        response.headers.update(headers)
        response.url = request.url
        response.raw = urllib3.HTTPResponse(io.BytesIO(body), headers, preload_content=False)
        return response

    def close(self) -> None:
        pass


def canned_session(answers: dict[str, tuple[int, dict[str, str], bytes]]) -> requests.Session:
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, Canned(answers))
    return session


# A good answer


def test_fetch_saves_the_body_and_a_note(httpserver, settings, clock):
    headers = {
        "ETag": '"1"',
        "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT",
        "Content-Type": "text/html",
    }
    httpserver.expect_request("/page").respond_with_data("Juva", headers=headers)
    url = httpserver.url_for("/page")

    snapshot = fetch(url, source_id="toy", settings=settings)

    digest = hashlib.sha256(b"Juva").hexdigest()
    path = settings.cache_dir / "toy" / f"{digest}.body"
    assert snapshot == Snapshot(
        path=path,
        url=url,
        sha256=digest,
        fetched_at=NOON,
        etag='"1"',
        last_modified="Sat, 21 Nov 2026 10:00:00 GMT",
        content_type="text/html",
    )
    assert path.read_bytes() == b"Juva"
    assert json.loads((path.parent / "snapshot.json").read_text()) == {
        "url": url,
        "sha256": digest,
        "fetched_at": "2026-11-21T12:00:00+00:00",
        "etag": '"1"',
        "last_modified": "Sat, 21 Nov 2026 10:00:00 GMT",
        "content_type": "text/html",
    }
    assert read_saved(path.parent).snapshot == snapshot


def test_fetch_keeps_its_folder_to_the_user(good_copy):
    assert good_copy.path.parent.stat().st_mode & 0o077 == 0
    assert good_copy.path.stat().st_mode & 0o077 == 0


def test_fetch_says_who_asks(httpserver, settings):
    headers = {"User-Agent": settings.user_agent}
    httpserver.expect_request("/page", headers=headers).respond_with_data("Juva")

    assert not fetch(httpserver.url_for("/page"), source_id="toy", settings=settings).stale


def test_fetch_sends_no_credentials(httpserver, settings, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text(f"machine {httpserver.host} login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    httpserver.expect_request("/page").respond_with_data("Juva")

    url = httpserver.url_for("/page").replace("://", "://me:secret@")
    fetch(url, source_id="toy", settings=settings)

    ((request, _),) = httpserver.log
    assert "Authorization" not in request.headers


def test_fetch_unpacks_gzip(httpserver, settings):
    httpserver.expect_request("/page").respond_with_data(
        gzip.compress(b"Juva", mtime=0), headers={"Content-Encoding": "gzip"}
    )

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert snapshot.path.read_bytes() == b"Juva"


def test_fetch_asks_only_for_what_has_changed(httpserver, settings, good_copy, clock):
    httpserver.expect_request("/page", headers={"If-None-Match": '"1"'}).respond_with_data(
        "", status=304
    )

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert snapshot == dataclasses.replace(good_copy, fetched_at=NOON)
    assert read_saved(snapshot.path.parent).snapshot == snapshot


def test_fetch_asks_by_date_where_there_is_no_tag(httpserver, settings):
    date = "Sat, 21 Nov 2026 10:00:00 GMT"
    httpserver.expect_oneshot_request("/page").respond_with_data(
        "old", headers={"Last-Modified": date}
    )
    httpserver.expect_request("/page", headers={"If-Modified-Since": date}).respond_with_data(
        "", status=304
    )
    url = httpserver.url_for("/page")

    first = fetch(url, source_id="toy", settings=settings)
    second = fetch(url, source_id="toy", settings=settings)

    assert (second.sha256, second.stale) == (first.sha256, False)


def test_fetch_of_another_address_asks_for_all_of_it(httpserver, settings, good_copy):
    httpserver.expect_request("/moved").respond_with_data("new")

    fetch(httpserver.url_for("/moved"), source_id="toy", settings=settings)

    assert "If-None-Match" not in httpserver.log[-1][0].headers


def test_fetch_takes_an_unasked_304_for_an_error(httpserver, settings):
    httpserver.expect_request("/page").respond_with_data("", status=304)

    with pytest.raises(SourceUnavailable, match="304 Not Modified"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)


def test_fetch_replaces_the_copy_and_removes_the_old_body(httpserver, settings, good_copy):
    httpserver.expect_request("/page").respond_with_data("new")

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert snapshot.path.read_bytes() == b"new"
    assert files(settings) == {snapshot.path.name, "snapshot.json"}


def test_fetch_removes_what_dead_processes_left_and_spares_living_ones(
    httpserver, settings, good_copy
):
    folder = good_copy.path.parent
    for name in ("unfinished.dead.part", "unfinished.living.part"):
        (folder / name).write_bytes(b"half")
    two_hours_ago = time.time() - 7200
    os.utime(folder / "unfinished.dead.part", (two_hours_ago, two_hours_ago))
    httpserver.expect_request("/page").respond_with_data("new")

    fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert "unfinished.dead.part" not in files(settings)
    assert "unfinished.living.part" in files(settings)


def test_fetch_keeps_only_plain_headers(httpserver, settings):
    httpserver.expect_request("/page").respond_with_data(
        "Juva", headers={"ETag": '"' + "x" * 5000 + '"', "Last-Modified": "\xe4"}
    )

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert (snapshot.etag, snapshot.last_modified) == (None, None)


# Tries and waits


def test_fetch_keeps_the_last_good_copy_when_the_server_is_down(
    httpserver, settings, good_copy, pauses
):
    httpserver.expect_request("/page").respond_with_data("sorry", status=503)

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert snapshot == dataclasses.replace(
        good_copy, stale=True, notice="http_error", detail=snapshot.detail
    )
    assert "503 Service Unavailable, expected 200 (tried 4 times)" in snapshot.detail
    assert len(pauses) == 3


def test_fetch_tries_again_after_a_burst_of_503(httpserver, settings, pauses):
    for _ in range(3):
        httpserver.expect_ordered_request("/page").respond_with_data("sorry", status=503)
    httpserver.expect_ordered_request("/page").respond_with_data("Juva")

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert not snapshot.stale
    # Doubled each time, at least half of 1, 2 and 4 seconds.
    assert [0.5, 1.0, 2.0] <= pauses <= [1.0, 2.0, 4.0]
    assert all(low <= wait <= 2 * low for low, wait in zip([0.5, 1, 2], pauses, strict=True))


def test_fetch_waits_as_long_as_a_429_asks(httpserver, settings, pauses):
    httpserver.expect_ordered_request("/page").respond_with_data(
        "", status=429, headers={"Retry-After": "17"}
    )
    httpserver.expect_ordered_request("/page").respond_with_data("Juva")

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert not snapshot.stale
    assert pauses == [17.0]


def test_fetch_waits_until_the_date_a_server_names(httpserver, settings, pauses, clock):
    httpserver.expect_ordered_request("/page").respond_with_data(
        "", status=503, headers={"Retry-After": "Sat, 21 Nov 2026 12:00:40 GMT"}
    )
    httpserver.expect_ordered_request("/page").respond_with_data("Juva")

    fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert pauses == [40.0]


@pytest.mark.parametrize(
    "value",
    ["soon", "-5", "9" * 5000, "Fri, 99 Nov 2026 99:00:00 GMT", "Sat, 21 Nov 1970 12:00:00"],
)
def test_fetch_passes_over_a_wait_it_cannot_read(httpserver, settings, pauses, value):
    httpserver.expect_ordered_request("/page").respond_with_data(
        "", status=429, headers={"Retry-After": value}
    )
    httpserver.expect_ordered_request("/page").respond_with_data("Juva")

    fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert len(pauses) == 1
    assert 0.5 <= pauses[0] <= 1.0


def test_fetch_gives_up_where_the_wait_is_longer_than_the_total(httpserver, settings, pauses):
    httpserver.expect_request("/page").respond_with_data(
        "", status=429, headers={"Retry-After": "61"}
    )

    with pytest.raises(SourceUnavailable, match="429 Too Many Requests"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert (asked(httpserver), pauses) == (1, [])


def test_fetch_does_not_ask_twice_for_what_is_not_there(httpserver, settings, pauses):
    httpserver.expect_request("/page").respond_with_data("gone", status=404)

    with pytest.raises(SourceUnavailable) as caught:
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert (asked(httpserver), pauses) == (1, [])
    message = str(caught.value)
    assert f"toy: asked {httpserver.url_for('/page')}; it answered 404 Not Found" in message
    assert f"No saved copy in {settings.cache_dir / 'toy'}." in message
    assert NOTICES["http_error"] in message


def test_fetch_without_a_server_tries_and_then_tells(settings, pauses):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(SourceUnavailable, match=r"no connection \(tried 4 times\)"):
        fetch(f"http://127.0.0.1:{port}/", source_id="toy", settings=settings)

    assert len(pauses) == 3


def test_fetch_holds_the_read_timeout(rude_server, settings):
    url = rude_server(lambda connection: time.sleep(0.5))
    hurried = dataclasses.replace(settings, read_timeout_s=0.05, tries=2)

    with pytest.raises(SourceUnavailable, match=r"did not answer in time \(tried 2 times\)"):
        fetch(url, source_id="toy", settings=hurried)


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_fetch_holds_the_total_timeout_against_a_server_that_drips(rude_server, settings, start):
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(40):
            connection.sendall(b"H")
            time.sleep(0.05)

    hurried = dataclasses.replace(settings, total_timeout_s=0.3)
    started = time.monotonic()

    with pytest.raises(SourceUnavailable, match="no whole answer within the total timeout"):
        fetch(rude_server(drip), source_id="toy", settings=hurried)

    assert time.monotonic() - started < 1.5


# Redirects


def test_fetch_follows_redirects_within_the_host(httpserver, settings):
    for number, status in enumerate((301, 302, 303, 307, 308)):
        httpserver.expect_request(f"/{number}").respond_with_data(
            "", status=status, headers={"Location": f"/{number + 1}"}
        )
    httpserver.expect_request("/5").respond_with_data("Juva")

    snapshot = fetch(httpserver.url_for("/0"), source_id="toy", settings=settings)

    assert snapshot.path.read_bytes() == b"Juva"
    assert snapshot.url == httpserver.url_for("/0")


def test_fetch_does_not_read_the_body_of_a_redirect(httpserver, settings):
    given = []

    def endless(request: Request) -> Response:
        def blocks():
            while True:
                given.append(1)
                yield b"x" * 10_000

        return Response(blocks(), status=302, headers={"Location": "/page"})

    httpserver.expect_request("/long").respond_with_handler(endless)
    httpserver.expect_request("/page").respond_with_data("Juva")

    snapshot = fetch(httpserver.url_for("/long"), source_id="toy", settings=settings)

    assert snapshot.path.read_bytes() == b"Juva"
    assert len(given) < 10_000


def test_fetch_leaves_a_redirect_loop(httpserver, settings):
    httpserver.expect_request("/page").respond_with_data(
        "", status=302, headers={"Location": "/page"}
    )

    with pytest.raises(SourceUnavailable, match="redirects more than 5 times"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert asked(httpserver) == 6


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("http://127.0.0.1:{port}/other?name=someone", "'http://127.0.0.1'"),
        ("//evil.example/", "'http://evil.example'"),
        ("http://localhost.evil.example/", "'http://localhost.evil.example'"),
        ("http://localhost@evil.example/", "'http://evil.example'"),
        ("file:///etc/passwd", "'file://'"),
        ("ftp://localhost/", "'ftp://localhost'"),
    ],
)
def test_fetch_follows_no_redirect_to_elsewhere(httpserver, settings, location, told):
    httpserver.expect_request("/page").respond_with_data(
        "", status=302, headers={"Location": location.format(port=httpserver.port)}
    )
    httpserver.expect_request("/other").respond_with_data("evil")

    with pytest.raises(SourceUnavailable) as caught:
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert f"it redirects to {told}" in str(caught.value)
    assert "someone" not in str(caught.value)
    assert asked(httpserver) == 1


def test_fetch_follows_to_https_and_to_www(settings):
    session = canned_session(
        {
            "http://example.fi/": (301, {"Location": "https://example.fi/"}, b""),
            "https://example.fi/": (301, {"Location": "https://www.example.fi/"}, b""),
            "https://www.example.fi/": (301, {"Location": "https://example.fi/a"}, b""),
            "https://example.fi/a": (200, {}, b"Juva"),
        }
    )

    snapshot = fetch("http://example.fi/", source_id="toy", settings=settings, session=session)

    assert snapshot.path.read_bytes() == b"Juva"


@pytest.mark.parametrize("location", ["http://[oops/", "http://example.fi:port/", "\xe4\xff"])
def test_fetch_survives_a_redirect_it_cannot_read(settings, location):
    session = canned_session({"http://example.fi/": (301, {"Location": location}, b"")})

    with pytest.raises(SourceUnavailable, match=r"an unreadable address|request failed"):
        fetch("http://example.fi/", source_id="toy", settings=settings, session=session)


def test_fetch_does_not_give_up_https(settings):
    session = canned_session(
        {"https://example.fi/": (301, {"Location": "http://example.fi/"}, b"")}
    )

    with pytest.raises(SourceUnavailable, match=r"redirects to 'http://example\.fi'"):
        fetch("https://example.fi/", source_id="toy", settings=settings, session=session)


# Bad bodies


def test_fetch_refuses_what_is_announced_as_too_large(httpserver, settings, pauses):
    httpserver.expect_request("/page").respond_with_data("x" * 101)
    small = dataclasses.replace(settings, max_bytes=100)

    with pytest.raises(SourceUnavailable, match=r"more than 100 bytes.*JARJESTOKARTTA_MAX_BYTES"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=small)

    assert pauses == []


def test_fetch_takes_a_body_of_just_the_limit(httpserver, settings):
    httpserver.expect_request("/page").respond_with_data("x" * 100)
    small = dataclasses.replace(settings, max_bytes=100)

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=small)

    assert snapshot.path.stat().st_size == 100


def test_fetch_stops_a_body_without_length_at_the_limit(httpserver, settings):
    given = []

    def endless(request: Request) -> Response:
        def blocks():
            while True:
                given.append(1)
                yield b"x" * 10_000

        return Response(blocks())

    httpserver.expect_request("/page").respond_with_handler(endless)
    small = dataclasses.replace(settings, max_bytes=100_000)

    with pytest.raises(SourceUnavailable, match="more than 100000 bytes"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=small)

    assert len(given) < 10_000


def test_fetch_stops_a_gzip_bomb_at_the_limit(httpserver, settings):
    bomb = gzip.compress(bytes(50_000_000))  # some 50 kB
    httpserver.expect_request("/page").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    small = dataclasses.replace(settings, max_bytes=1_000_000)

    with pytest.raises(SourceUnavailable, match="more than 1000000 bytes"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=small)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + WHOLE[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip at all",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + WHOLE * 2,
    ],
)
def test_fetch_keeps_the_last_good_copy_when_the_answer_is_cut_off(
    rude_server, settings, good_copy, pauses, answer
):
    snapshot = fetch(
        rude_server(lambda connection: connection.sendall(answer)),
        source_id="toy",
        settings=settings,
    )

    assert (snapshot.stale, snapshot.notice) == (True, "cut_off")
    assert snapshot.path.read_bytes() == b"old"
    assert len(pauses) == 3


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x00\xff garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nx"],
)
def test_fetch_survives_what_is_no_http(rude_server, settings, answer):
    url = rude_server(lambda connection: connection.sendall(answer))

    with pytest.raises(SourceUnavailable, match=r"no connection|request failed|broke off"):
        fetch(url, source_id="toy", settings=settings)


def test_fetch_refuses_a_packing_it_did_not_ask_for(httpserver, settings):
    httpserver.expect_request("/page").respond_with_data("x", headers={"Content-Encoding": "br"})

    with pytest.raises(SourceUnavailable, match="packs its answer as 'br', expected gzip"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)


@pytest.mark.parametrize("body", ["", " \r\n\t"])
def test_fetch_keeps_the_last_good_copy_when_the_answer_is_empty(
    httpserver, settings, good_copy, body
):
    httpserver.expect_request("/page").respond_with_data(body)

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert (snapshot.stale, snapshot.notice) == (True, "empty")


# The disk


def test_fetch_keeps_the_last_good_copy_when_the_disk_is_full(
    httpserver, settings, good_copy, monkeypatch
):
    httpserver.expect_request("/page").respond_with_data("new")
    monkeypatch.setattr("os.fsync", no_space)

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert (snapshot.stale, snapshot.notice) == (True, "not_stored")
    assert "No space left on device" in snapshot.detail
    assert snapshot.path.read_bytes() == b"old"
    assert files(settings) == {good_copy.path.name, "snapshot.json"}


def test_fetch_names_the_folder_when_the_disk_is_full(httpserver, settings, monkeypatch):
    httpserver.expect_request("/page").respond_with_data("new")
    monkeypatch.setattr("os.fsync", no_space)

    with pytest.raises(SourceUnavailable) as caught:
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert f"could not be written to {settings.cache_dir / 'toy'}" in str(caught.value)
    assert "JARJESTOKARTTA_CACHE_DIR" in str(caught.value)


def test_fetch_names_the_folder_where_a_file_is_in_its_place(httpserver, settings):
    httpserver.expect_request("/page").respond_with_data("new")
    settings.cache_dir.write_text("a file")

    with pytest.raises(SourceUnavailable, match="could not be written to"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)


def test_fetch_calls_a_confirmed_copy_fresh_even_when_its_date_cannot_be_saved(
    httpserver, settings, good_copy, monkeypatch
):
    httpserver.expect_request("/page").respond_with_data("", status=304)
    monkeypatch.setattr("os.fsync", no_space)

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert not snapshot.stale
    assert "the date could not be saved" in snapshot.detail


def test_a_kill_between_body_and_note_leaves_the_copy_before(
    httpserver, settings, good_copy, monkeypatch
):
    def killed(snapshot: Snapshot) -> None:
        raise KeyboardInterrupt

    httpserver.expect_request("/page").respond_with_data("new")
    monkeypatch.setattr(snapshots, "write_note", killed)

    with pytest.raises(KeyboardInterrupt):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings)

    assert read_saved(settings.cache_dir / "toy").snapshot == good_copy
    assert read_saved(settings.cache_dir / "toy").body == b"old"


def damaged_body(copy: Snapshot) -> None:
    copy.path.write_bytes(b"0ld")


def missing_body(copy: Snapshot) -> None:
    copy.path.unlink()


def write_note(copy: Snapshot, **changes: object) -> None:
    path = copy.path.parent / "snapshot.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def raw_note(text: str):
    return lambda copy: (copy.path.parent / "snapshot.json").write_text(text)


DAMAGES = [
    damaged_body,
    missing_body,
    raw_note(""),
    raw_note("[]"),
    raw_note("{}"),
    raw_note("null"),
    raw_note("[" * 90_000),
    raw_note(" " * 200_000),
    lambda copy: write_note(copy, sha256="../../../etc/passwd"),
    lambda copy: write_note(copy, sha256=7),
    lambda copy: write_note(copy, fetched_at="yesterday"),
    lambda copy: write_note(copy, fetched_at="2026-11-21T12:00:00"),
    lambda copy: write_note(copy, fetched_at="0001-01-01T00:00:00+10:00"),
    lambda copy: write_note(copy, etag=["x"]),
    lambda copy: write_note(copy, url=None),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_fetch_takes_a_damaged_copy_for_none(httpserver, settings, good_copy, damage):
    damage(good_copy)
    url = httpserver.url_for("/page")

    httpserver.expect_oneshot_request("/page").respond_with_data("gone", status=404)
    with pytest.raises(SourceUnavailable, match=r"The saved copy in .* is damaged"):
        fetch(url, source_id="toy", settings=settings)

    httpserver.expect_oneshot_request("/page").respond_with_data("new")
    assert fetch(url, source_id="toy", settings=settings).path.read_bytes() == b"new"
    assert "If-None-Match" not in httpserver.log[-1][0].headers


@pytest.mark.parametrize("source_id", ["", "..", "a/b", "A", "a b", "a\n", "/etc", "ä"])
def test_fetch_lets_no_id_name_a_folder_elsewhere(settings, source_id):
    with pytest.raises(LoaderError, match="expected letters a-z, digits and _ only"):
        fetch("http://127.0.0.1:9/", source_id=source_id, settings=settings)

    assert not settings.cache_dir.exists()


# Without the net


def test_fetch_offline_gives_the_saved_copy(httpserver, settings, good_copy):
    offline = dataclasses.replace(settings, is_offline=True)

    snapshot = fetch(httpserver.url_for("/page"), source_id="toy", settings=offline)

    assert (snapshot.stale, snapshot.notice) == (True, "offline")
    assert snapshot.path.read_bytes() == b"old"
    assert asked(httpserver) == 1


def test_fetch_offline_without_a_copy_says_what_to_do(settings):
    offline = dataclasses.replace(settings, is_offline=True)

    with pytest.raises(SourceUnavailable, match=r"did not ask http://127\.0\.0\.1:9/; .*_OFFLINE"):
        fetch("http://127.0.0.1:9/", source_id="toy", settings=offline)


# Bodies that are refused


def refuse_new(body: bytes) -> None:
    if body == b"new":
        raise SourceChanged("toy: no heading.")


def test_fetch_keeps_the_copy_before_when_the_new_body_is_refused(httpserver, settings, good_copy):
    httpserver.expect_request("/page").respond_with_data("new")

    snapshot = fetch(
        httpserver.url_for("/page"), source_id="toy", settings=settings, accept=refuse_new
    )

    refused = settings.cache_dir / "toy" / "refused.body"
    assert (snapshot.stale, snapshot.notice) == (True, "source_changed")
    assert snapshot.detail == f"toy: no heading. The answer is kept in {refused}."
    assert snapshot.path.read_bytes() == b"old"
    assert refused.read_bytes() == b"new"
    assert read_saved(refused.parent).snapshot == good_copy


def test_fetch_without_a_copy_raises_when_the_body_is_refused(httpserver, settings):
    httpserver.expect_request("/page").respond_with_data("new")

    with pytest.raises(SourceChanged, match=r"no heading\. The answer is kept in .*refused\.body"):
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings, accept=refuse_new)

    assert read_saved(settings.cache_dir / "toy").snapshot is None


def test_fetch_removes_the_refused_body_once_there_is_a_good_one(httpserver, settings, good_copy):
    url = httpserver.url_for("/page")
    httpserver.expect_ordered_request("/page").respond_with_data("new")
    httpserver.expect_ordered_request("/page").respond_with_data("newer")

    fetch(url, source_id="toy", settings=settings, accept=refuse_new)
    snapshot = fetch(url, source_id="toy", settings=settings, accept=refuse_new)

    assert files(settings) == {snapshot.path.name, "snapshot.json"}


def test_fetch_asks_last_about_the_body_it_gives_out(httpserver, settings, good_copy, monkeypatch):
    httpserver.expect_request("/page").respond_with_data("new")
    monkeypatch.setattr("os.fsync", no_space)
    asked_about: list[bytes] = []

    fetch(
        httpserver.url_for("/page"),
        source_id="toy",
        settings=settings,
        accept=asked_about.append,
    )

    assert asked_about == [b"new", b"old"]


@pytest.mark.parametrize("status", [304, 404])
def test_fetch_raises_when_the_saved_copy_is_no_longer_accepted(
    httpserver, settings, good_copy, status
):
    def refuse(body: bytes) -> None:
        raise SourceChanged("toy: no heading.")

    httpserver.expect_request("/page").respond_with_data("", status=status)

    with pytest.raises(SourceChanged) as caught:
        fetch(httpserver.url_for("/page"), source_id="toy", settings=settings, accept=refuse)

    assert "toy: no heading." in str(caught.value)
    assert str(good_copy.path) in str(caught.value)


# What may be said


@pytest.mark.parametrize("path", ["/gone", "/elsewhere", "/rude"])
def test_no_error_tells_the_query_or_a_password(httpserver, rude_server, settings, path):
    httpserver.expect_request("/elsewhere").respond_with_data(
        "", status=302, headers={"Location": "http://me:secret@evil.example/?q=secret"}
    )
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    url = rude_server(lambda connection: None) if path == "/rude" else httpserver.url_for(path)

    with pytest.raises(SourceUnavailable) as caught:
        fetch(
            url.replace("://", "://me:secret@") + "?q=secret",
            source_id="toy",
            settings=settings,
        )

    told = "".join(traceback.format_exception(caught.value))
    assert "secret" not in told.replace('url.replace("://", "://me:secret@") + "?q=secret"', "")
    assert url in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "esavo", "file:///etc/passwd", "http://", "http://[", "http://ä .fi"]
)
def test_fetch_of_what_is_no_address_is_a_clear_error(settings, url):
    with pytest.raises(SourceUnavailable, match=r"the request failed|no connection"):
        fetch(url, source_id="toy", settings=settings)


def test_every_notice_says_what_to_do():
    assert all(notice.isidentifier() and advice.endswith(".") for notice, advice in NOTICES.items())
