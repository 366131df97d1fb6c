"""Each fault of the net, the disk, the clock and the process: the old data is there afterwards."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import errno
import gzip
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from loaders import asking
from loaders.errors import SourceChanged, SourceUnavailable
from loaders.gathering import Part, gather
from loaders.pace import Pace
from tests.loaders import toy_source
from tests.loaders.toy_source import Line, codes_answer, http, scope, toy_module, use

ROOT = Path(__file__).resolve().parents[2]
PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Sorry</body></html>"
XML = b'<?xml version="1.0"?><ows:ExceptionReport><ows:Exception/></ows:ExceptionReport>'
GOOD = ("KR1.1", "KR1.2")
BETTER = ("KR2",)
TWO_GB = 2**31


@pytest.fixture(params=["small", "large"])
def size(request) -> str:
    """Whether the source asks for a body, or for a file."""
    return request.param


@pytest.fixture
def server(size, monkeypatch) -> Iterator[Line]:
    """A server of the toy source."""
    is_large = size == "large"
    source = toy_source.one_large_request if is_large else toy_source.one_request
    use(monkeypatch, toy_module(gather=source))
    with toy_source.line() as line:
        yield line


@pytest.fixture
def settings(settings):
    """Limits that a test can reach."""
    return dataclasses.replace(
        settings, read_timeout_s=10.0, max_bytes=1_000_000, max_file_bytes=1_000_000
    )


def hurried(settings):
    """Settings of somebody who does not wait."""
    return dataclasses.replace(settings, read_timeout_s=0.1, connect_timeout_s=0.1)


def ask(server: Line, settings, **options: object) -> Part:
    return gather("toy", scope(server.url), settings=settings, **options)


def codes(part: Part) -> tuple[str, ...]:
    return tuple(part.frames["seat_target_groups"]["target_group_code"])


def files(settings) -> dict[str, bytes]:
    """Every file of the cache, byte for byte."""
    return {
        str(path.relative_to(settings.cache_dir)): path.read_bytes()
        for path in settings.cache_dir.rglob("*")
        if path.is_file()
    }


def bodies(settings) -> list[bytes]:
    return [content for name, content in files(settings).items() if name.endswith(".body")]


def half(connection: socket.socket, number: int) -> None:
    """Send half a body, then nothing for longer than anybody waits."""
    connection.sendall(http(b'["KR', Content_Length="999"))
    time.sleep(1.0)


def endless(connection: socket.socket, number: int) -> None:
    """Send 2 GB in parts, without saying how much it will be."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(TWO_GB // 65_536):
        connection.sendall(b"10000\r\n" + b"[" * 65_536 + b"\r\n")


def always(answer: bytes) -> Callable[[socket.socket, int], object]:
    return lambda connection, number: connection.sendall(answer)


def to(address: str) -> Callable[[socket.socket, int], object]:
    return always(http(b"", 302, Location=address))


BOMB = gzip.compress(b"[" + b" " * 50_000_000 + b"]", mtime=0)
PACKED = {"Content_Encoding": "gzip"}

FAULTS = {
    "400": (always(http(b'{"code": 400}', 400)), 1, "http_error"),
    "401": (always(http(b'{"message": "key"}', 401)), 1, "http_error"),
    "403": (always(http(b"too many cells", 403)), 1, "http_error"),
    "404": (always(http(b'{"errorMessage": "none"}', 404)), 1, "http_error"),
    "429 at once": (always(http(b"Too many requests", 429)), 4, "http_error"),
    "429 in 7 s": (always(http(b"Too many requests", 429, Retry_After="7")), 4, "http_error"),
    "429 in an hour": (always(http(b"Tomorrow", 429, Retry_After="3600")), 1, "http_error"),
    "500": (always(http(b'{"errorMessage": "trace 0"}', 500)), 4, "http_error"),
    "503": (always(http(b"query took too long", 503)), 4, "http_error"),
    "204": (always(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"), 1, "http_error"),
    "silence": (lambda connection, number: time.sleep(1.0), 4, "timed_out"),
    "silence in mid-body": (half, 4, "timed_out"),
    "line cut in mid-body": (always(http(b'["KR', Content_Length="999")), 4, "cut_off"),
    "line cut before the head": (lambda connection, number: None, 4, "unreachable"),
    "JSON cut off, length right": (always(http(b'["KR1.1", "KR')), 4, "cut_off"),
    "gzip cut off": (always(http(gzip.compress(b"[]", mtime=0)[:-5], **PACKED)), 4, "cut_off"),
    "HTML called HTML": (always(http(PAGE, Content_Type="text/html")), 1, "http_error"),
    "HTML called JSON": (always(http(PAGE, Content_Type="application/json")), 1, "http_error"),
    "XML": (always(http(XML, Content_Type="text/xml")), 1, "http_error"),
    "XML called JSON": (always(http(XML, Content_Type="application/json")), 1, "http_error"),
    "text": (always(http(b"Too many requests", Content_Type="text/plain")), 1, "http_error"),
    "nothing": (always(http(b"")), 1, "empty"),
    "gzip bomb": (always(http(BOMB, **PACKED)), 1, "too_large"),
    "2 GB announced": (always(http(b"[", Content_Length=str(TWO_GB))), 1, "too_large"),
    "2 GB in parts": (endless, 1, "too_large"),
    "redirect loop": (to("/codes"), 6, "redirected"),
    "redirect to another host": (to("https://evil.example/codes"), 1, "redirected"),
    "redirect to a private address": (to("http://10.0.0.1/codes"), 1, "redirected"),
    "redirect to the cloud's own": (to("http://169.254.169.254/latest"), 1, "redirected"),
    "redirect to this machine": (to("http://127.0.0.1:1/codes"), 1, "redirected"),
    "redirect to a file": (to("file:///etc/passwd"), 1, "redirected"),
}


# A body that never comes is none of a large one either; those that come are read in two ways.
SIZES = [(fault, "small") for fault in FAULTS] + [
    (fault, "large")
    for fault, (_, _, notice) in FAULTS.items()
    if notice not in ("http_error", "redirected") or "HTML" in fault
]


@pytest.mark.parametrize(("fault", "size"), SIZES)
def test_after_a_fault_of_the_net_the_old_data_is_there_and_a_good_answer_replaces_it(
    server, settings, pauses, fault
):
    behaviour, requests, notice = FAULTS[fault]
    server.say(codes_answer(*GOOD))
    assert codes(ask(server, settings)) == GOOD
    before = files(settings)

    server.do(behaviour)
    with pytest.raises(SourceUnavailable) as caught:
        ask(server, hurried(settings) if notice == "timed_out" else settings)

    assert caught.value.notice == notice
    assert len(server.asked) == requests
    assert len(pauses) == (3 if requests == 4 else 0)
    assert files(settings) == before
    offline = dataclasses.replace(settings, is_offline=True)
    assert codes(ask(server, offline)) == GOOD

    server.say(codes_answer(*BETTER))
    assert codes(ask(server, settings)) == BETTER
    assert len(server.asked) == 1
    assert bodies(settings) == [json.dumps(BETTER).encode()]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_burst_of_errors_is_sat_out(server, settings, pauses, status):
    server.say(*[http(b"busy", status)] * 3, codes_answer(*GOOD))

    assert codes(ask(server, settings)) == GOOD
    assert len(server.asked) == 4
    assert all(low <= wait <= 2 * low for low, wait in zip([0.5, 1, 2], pauses, strict=True))


def test_a_429_is_waited_out_as_long_as_it_asks(server, settings, pauses):
    server.say(http(b"Too many requests", 429, Retry_After="17"), codes_answer(*GOOD))

    assert codes(ask(server, settings)) == GOOD
    assert (len(server.asked), pauses) == (2, [17.0])


def test_a_file_is_fetched_from_its_beginning_after_it_broke_off(server, settings, pauses):
    whole = codes_answer(*GOOD)
    server.say(whole[:-5], codes_answer(*BETTER)[:-2], whole)

    assert codes(ask(server, settings)) == GOOD
    assert (len(server.asked), len(pauses)) == (3, 2)
    assert all(b"Range" not in request for request in server.asked)


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/octet-stream"])
def test_json_under_a_wrong_name_is_taken(server, settings, content_type):
    server.say(codes_answer(*GOOD, Content_Type=content_type))

    assert codes(ask(server, settings)) == GOOD


# What the parser refuses


@pytest.mark.parametrize(
    "body", [b'{"codes": []}', b'[{"code": "KR1.1"}]', b"[null]", b"[]", b"[1]", b"[" * 9999 + b"]"]
)
def test_after_an_answer_in_another_form_the_old_data_is_there(server, settings, pauses, body):
    server.say(codes_answer(*GOOD))
    ask(server, settings)
    before = files(settings)

    server.say(http(body))
    with pytest.raises(SourceChanged) as caught:
        ask(server, settings)

    (refused,) = settings.cache_dir.rglob("refused.body")
    assert refused.read_bytes() == body
    assert str(refused) in str(caught.value)
    assert (caught.value.notice, len(server.asked), pauses) == ("source_changed", 1, [])
    name = str(refused.relative_to(settings.cache_dir))
    assert files(settings) == before | {name: body}

    server.say(codes_answer(*BETTER))
    assert codes(ask(server, settings)) == BETTER
    assert bodies(settings) == [json.dumps(BETTER).encode()]


# No connection


@contextlib.contextmanager
def deaf(port: int) -> Iterator[None]:
    """Listen on a port without ever taking a connection: who comes now is left standing."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(socket.create_server(("127.0.0.1", port), backlog=0))
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        yield


@pytest.mark.parametrize(
    ("listening", "notice"), [(deaf, "timed_out"), (lambda port: contextlib.nullcontext(), "")]
)
def test_without_a_connection_the_old_data_is_there(server, settings, pauses, listening, notice):
    server.say(codes_answer(*GOOD))
    ask(server, settings)
    before = files(settings)

    server.close()
    with listening(server.port), pytest.raises(SourceUnavailable) as caught:
        ask(server, hurried(settings))

    assert caught.value.notice == (notice or "unreachable")
    assert len(pauses) == 3
    assert files(settings) == before

    server.open()
    server.say(codes_answer(*BETTER))
    assert codes(ask(server, settings)) == BETTER


def test_after_an_expired_certificate_the_old_data_is_there(
    settings, pauses, monkeypatch, tmp_path
):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    use(monkeypatch, toy_module())

    def context(**dates: dt.datetime) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", **dates).configure_cert(made)
        return made

    year = dt.timedelta(days=365)
    now = dt.datetime.now(dt.UTC)
    with toy_source.line(context()) as server:
        server.say(codes_answer(*GOOD))
        ask(server, settings)
        before = files(settings)

        server.context = context(not_before=now - 2 * year, not_after=now - year)
        server.say(codes_answer("EVIL"))
        with pytest.raises(SourceUnavailable, match="certificate is not trusted") as caught:
            ask(server, settings)

        # Not one request was put to a server that could not say who it is.
        assert (caught.value.notice, len(server.asked), pauses) == ("unreachable", 0, [])
        assert files(settings) == before

        server.context = context()
        server.say(codes_answer(*BETTER))
        assert codes(ask(server, settings)) == BETTER


# The disk


def no_space(*args: object, **options: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Full:
    """A file on a disk that has no room left."""

    def __init__(self, file) -> None:
        self.file = file

    def __getattr__(self, name: str):
        return no_space if name == "write" else getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()


def no_room_to_write(monkeypatch) -> None:
    fdopen = os.fdopen
    monkeypatch.setattr("loaders.snapshots.os.fdopen", lambda *way: Full(fdopen(*way)))


DISKS = {
    "no room to write": no_room_to_write,
    "no room to flush": lambda monkeypatch: monkeypatch.setattr("os.fsync", no_space),
    "no room for a name": lambda monkeypatch: monkeypatch.setattr("pathlib.Path.replace", no_space),
    "no room for a file": lambda monkeypatch: monkeypatch.setattr("tempfile.mkstemp", no_space),
}


@pytest.mark.parametrize("disk", DISKS)
def test_after_a_full_disk_the_old_data_is_there(server, settings, monkeypatch, pauses, disk):
    server.say(codes_answer(*GOOD))
    ask(server, settings)
    before = files(settings)

    server.say(codes_answer(*BETTER))
    with monkeypatch.context() as patch:
        DISKS[disk](patch)
        with pytest.raises(SourceUnavailable, match="No space left on device") as caught:
            ask(server, settings)

    assert (caught.value.notice, pauses) == ("not_stored", [])
    assert len(server.asked) <= 1
    assert files(settings) == before

    assert codes(ask(server, settings)) == BETTER
    assert bodies(settings) == [json.dumps(BETTER).encode()]


# The process

KILLED = """
import sys
from pathlib import Path
from loaders import Settings, registry
from loaders.gathering import gather
from tests.loaders import toy_source
module = toy_source.toy_module(gather=lambda scope: toy_source.pages(scope, is_large=LARGE))
registry.source_module = lambda source_id: module
gather("toy", toy_source.scope(sys.argv[1]), settings=Settings(cache_dir=Path(sys.argv[2])))
"""


@pytest.mark.parametrize("is_large", [False, True])
def test_after_a_kill_the_old_data_is_there_and_the_rest_is_asked_for(
    settings, monkeypatch, is_large
):
    use(monkeypatch, toy_module(gather=lambda scope: toy_source.pages(scope, is_large=is_large)))
    with toy_source.line() as server:
        server.say(codes_answer("KR1"), codes_answer("KR2"))
        ask(server, settings)
        before = files(settings)
        began = dt.datetime.now(dt.UTC)

        process: list[subprocess.Popen[bytes]] = []

        def kill_in_the_second(connection: socket.socket, number: int) -> None:
            if number == 1:
                return connection.sendall(codes_answer("KR3"))
            connection.sendall(http(b'["KR', Content_Length="999"))
            time.sleep(0.3)  # the half of it is to arrive
            os.kill(process[0].pid, signal.SIGKILL)

        server.do(kill_in_the_second)
        script = KILLED.replace("LARGE", str(is_large))
        command = [sys.executable, "-c", script, server.url, str(settings.cache_dir)]
        process.append(subprocess.Popen(command, cwd=ROOT))
        assert process[0].wait(60) == -signal.SIGKILL
        assert len(server.asked) == 2

        assert before.items() <= files(settings).items()
        offline = dataclasses.replace(settings, is_offline=True)
        assert codes(ask(server, offline)) == ("KR1", "KR2")

        # The answer that was whole is gone on with, the other is asked for: one request.
        server.say(codes_answer("KR4"))
        assert codes(ask(server, settings, since=began)) == ("KR3", "KR4")
        assert len(server.asked) == 1
        assert sorted(bodies(settings)) == [b'["KR3"]', b'["KR4"]']


# The clock


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_that_jumps_stops_no_request(server, settings, monkeypatch, pauses, hours):
    server.say(codes_answer(*GOOD))
    ask(server, settings)

    really = time.time
    jumps = iter(range(10_000))
    monkeypatch.setattr("time.time", lambda: really() + next(jumps) % 2 * hours * 3600)
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
    monkeypatch.setattr(asking, "_now", lambda: moment)
    server.say(http(b"busy", 503), codes_answer(*BETTER))
    part = ask(server, settings)

    assert (codes(part), part.fetched_at) == (BETTER, moment)
    assert (len(server.asked), len(pauses)) == (2, 1)
    assert bodies(settings) == [json.dumps(BETTER).encode()]


def test_an_answer_dated_in_time_to_come_is_asked_for_again_when_going_on(
    server, settings, monkeypatch
):
    now = dt.datetime.now(dt.UTC)
    server.say(codes_answer(*GOOD))
    with monkeypatch.context() as patch:
        patch.setattr(asking, "_now", lambda: now + dt.timedelta(days=900))
        ask(server, settings)

    server.say(codes_answer(*BETTER))
    part = ask(server, settings, since=now)

    assert (codes(part), len(server.asked)) == (BETTER, 1)
    assert now <= part.fetched_at <= dt.datetime.now(dt.UTC)


def test_an_answer_dated_before_the_start_is_asked_for_again_when_going_on(
    server, settings, monkeypatch
):
    now = dt.datetime.now(dt.UTC)
    server.say(codes_answer(*GOOD))
    with monkeypatch.context() as patch:
        patch.setattr(asking, "_now", lambda: now - dt.timedelta(hours=3))
        ask(server, settings)

    server.say(codes_answer(*BETTER))

    assert codes(ask(server, settings, since=now)) == BETTER


def test_a_wait_is_measured_by_a_clock_that_nobody_sets(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 0.0)
    waited: list[float] = []
    pace = Pace(clock=lambda: 100.0, sleep=waited.append)

    pace.hold("example.fi:443", 30)
    with pace.turn("example.fi:443"):
        pass

    assert waited == [30.0]
