from __future__ import annotations

import _thread
import dataclasses
import json
import signal
import threading
import time

import pytest

from loaders.errors import LoaderError, SourceUnavailable
from loaders.gathering import Progress
from loaders.pace import Pace
from loaders.refresh import Result, refresh
from loaders.source import Request
from tests.loaders import toy_source
from tests.loaders.toy_source import codes_answer, gathered, http, toy_module, use


@pytest.fixture
def pace(pauses) -> Pace:
    """Manners whose waits are written down, not slept."""
    return Pace(sleep=pauses.append)


@pytest.fixture
def run(settings, pace):
    """Refresh sources, each at the address it is given."""

    def refresh_at(addresses: dict[str, str], **options) -> dict[str, Result]:
        def scope_of(source_id: str, parts):
            return toy_source.scope(addresses[source_id])

        options = {"settings": settings, "pace": pace} | options
        return refresh(list(addresses), options.pop("scope_of", scope_of), **options)

    return refresh_at


def codes(result: Result) -> list[str]:
    assert result.part is not None
    return result.part.frames["seat_target_groups"]["target_group_code"].tolist()


def serve(httpserver, *names: str) -> dict[str, str]:
    """Serve a list of one code, its own name, at the address of each source."""
    for name in names:
        httpserver.expect_request(f"/{name}").respond_with_json([name])
    return {name: httpserver.url_for(f"/{name}") for name in names}


def test_refresh_gathers_every_source(httpserver, monkeypatch, run):
    use(monkeypatch, toy_module("a"), toy_module("b"))

    results = run(serve(httpserver, "b", "a"))

    assert list(results) == ["b", "a"]  # in the order asked for
    assert {name: codes(result) for name, result in results.items()} == {"a": ["a"], "b": ["b"]}
    assert all(result.error is result.notice is None for result in results.values())
    assert all(0 < result.seconds < 60 for result in results.values())


def test_refresh_of_nothing_is_nothing(run):
    assert run({}) == {}


def test_the_failure_of_one_never_stops_the_others(httpserver, monkeypatch, run):
    def broken(scope):
        raise SystemExit("free text")
        yield

    modules = [toy_module(name) for name in ("good", "gone", "other_form")]
    use(monkeypatch, *modules, toy_module("broken", gather=broken))
    addresses = serve(httpserver, "good")
    httpserver.expect_request("/other_form").respond_with_json({})
    addresses |= {name: httpserver.url_for(f"/{name}") for name in ("gone", "other_form", "broken")}

    results = run(addresses)

    assert codes(results["good"]) == ["good"]
    assert {name: result.notice for name, result in results.items()} == {
        "good": None,
        "gone": "http_error",
        "other_form": "source_changed",
        "broken": "failed",
    }
    told = str(results["broken"].error)
    assert told.startswith("broken: stopped by SystemExit (test_refresh.py, line")
    assert "free text" not in told
    assert all(result.part is None for name, result in results.items() if name != "good")


def test_a_kept_error_hangs_on_to_no_answer(httpserver, monkeypatch, run):
    use(monkeypatch, toy_module("gone"))

    error = run({"gone": httpserver.url_for("/gone")})["gone"].error

    assert isinstance(error, SourceUnavailable)
    assert error.__traceback__ is error.__context__ is error.__cause__ is None


def test_a_scope_that_cannot_be_made_fails_its_source_alone(httpserver, monkeypatch, run):
    use(monkeypatch, toy_module("a"), toy_module("b"))
    addresses = serve(httpserver, "a", "b")

    def scope_of(source_id: str, parts):
        return toy_source.scope({"a": addresses["a"]}[source_id])

    results = run(addresses, scope_of=scope_of)

    assert codes(results["a"]) == ["a"]
    assert "stopped by KeyError (test_refresh.py" in str(results["b"].error)


# Order


def test_a_source_begins_after_what_it_needs_and_is_given_its_part(httpserver, monkeypatch, run):
    use(
        monkeypatch,
        toy_module("a", needs=("c", "failing", "not_in_this_refresh")),
        toy_module("c"),
        toy_module("failing"),
    )
    addresses = serve(httpserver, "a", "c") | {"failing": httpserver.url_for("/failing")}
    known: dict[str, list[str]] = {}

    def scope_of(source_id: str, parts):
        known[source_id] = sorted(parts)
        return toy_source.scope(addresses[source_id])

    results = run(addresses, scope_of=scope_of)

    assert known["a"] == ["c"]
    assert codes(results["a"]) == ["a"]
    assert results["failing"].error is not None
    assert [request.path for request, _ in httpserver.log][-1] == "/a"


def test_sources_that_need_each_other_are_told_before_anything_is_asked(
    httpserver, monkeypatch, run
):
    use(monkeypatch, toy_module("a", needs=("b",)), toy_module("b", needs=("a",)), toy_module("c"))

    with pytest.raises(LoaderError, match=r"need each other: (a -> b -> a|b -> a -> b)"):
        run(serve(httpserver, "a", "b", "c"))

    assert httpserver.log == []


def test_unknown_ids_are_told_all_at_once_before_anything_is_asked(
    httpserver, monkeypatch, run, tmp_path
):
    use(monkeypatch, toy_module("a"))

    with pytest.raises(LoaderError) as caught:
        run(serve(httpserver, "a", "b", "c"), files={"d": tmp_path / "d.csv"})

    assert str(caught.value) == (
        "No source is called 'b'; No source is called 'c'; "
        "A file is given for 'd', which is not to be refreshed"
    )
    assert httpserver.log == []


def test_an_id_named_twice_is_asked_once(httpserver, monkeypatch, settings, pace):
    use(monkeypatch, toy_module("a"))
    addresses = serve(httpserver, "a")

    results = refresh(
        ["a", "a"],
        lambda source_id, parts: toy_source.scope(addresses[source_id]),
        settings=settings,
        pace=pace,
    )

    assert (list(results), len(httpserver.log)) == (["a"], 1)


def test_two_hosts_are_asked_side_by_side(monkeypatch, run):
    use(monkeypatch, toy_module("a"), toy_module("b"))
    both = threading.Barrier(2, timeout=10)

    def after_both(connection, number: int) -> None:
        both.wait()
        connection.sendall(codes_answer("KR1"))

    with toy_source.line() as one, toy_source.line() as other:
        one.do(after_both)
        other.do(after_both)
        results = run({"a": one.url, "b": other.url})

    assert [codes(result) for result in results.values()] == [["KR1"], ["KR1"]]


def test_one_host_is_asked_one_source_after_another(httpserver, monkeypatch, run):
    under_way: list[str] = []
    most: list[int] = []

    def gather(scope):
        under_way.append(scope.base_url)
        for page in (1, 2):
            yield Request(url=f"{scope.base_url}?page={page}", label="codes")
            most.append(len(under_way))
        under_way.pop()
        return gathered(["KR1"])

    names = ("a", "b", "c")
    use(monkeypatch, *[toy_module(name, gather=gather) for name in names])

    run(serve(httpserver, *names))

    assert most == [1] * 6


def test_a_host_is_asked_at_the_lowest_rate_of_the_sources_that_use_it(
    monkeypatch, settings, pauses
):
    limits: list[tuple[str, int]] = []

    class Noted(Pace):
        def limit(self, host: str, calls_per_minute: int) -> None:
            limits.append((host, calls_per_minute))

    use(
        monkeypatch,
        toy_module("a", calls_per_minute=40),
        toy_module("b", calls_per_minute=30, url=None),
    )
    offline = dataclasses.replace(settings, is_offline=True, urls={"b": "https://b.fi:8443/api"})

    refresh(
        ["a", "b"],
        lambda source_id, parts: toy_source.scope("https://example.fi/"),
        settings=offline,
        pace=Noted(sleep=pauses.append),
    )

    assert limits == [("example.fi:443", 40), ("b.fi:8443", 30)]


def test_a_host_that_wants_rest_is_left_alone_by_all_its_sources(monkeypatch, run, pauses):
    use(monkeypatch, toy_module("a"), toy_module("b"))

    with toy_source.line() as server:
        server.say(http(b"Too many requests", 429, Retry_After="3600"))
        results = run({"a": f"{server.url}/a", "b": f"{server.url}/b"})

        assert len(server.asked) == 1

    assert [result.notice for result in results.values()] == ["http_error"] * 2
    assert "wants to be left alone for 3600 s more" in str(results["b"].error)
    assert pauses == []


# What the caller is told


def test_keep_is_called_as_each_source_ends_in_the_callers_thread(httpserver, monkeypatch, run):
    use(monkeypatch, toy_module("a"), toy_module("b", needs=("a",)), toy_module("gone"))
    addresses = serve(httpserver, "a", "b") | {"gone": httpserver.url_for("/gone")}
    kept: list[Result] = []
    threads = set()

    def keep(result: Result) -> None:
        threads.add(threading.current_thread())
        kept.append(result)
        if result.source_id == "a":
            assert all(request.path != "/b" for request, _ in httpserver.log)

    results = run(addresses, keep=keep)

    assert threads == {threading.current_thread()}
    assert {result.source_id: result for result in kept} == results


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "a: a file could not be read or written (No sp"),
        (LoaderError("a: the part is no good."), "a: the part is no good."),
        (KeyError("free text"), "a: stopped by KeyError (test_refresh.py, line"),
    ],
)
def test_a_part_that_cannot_be_kept_is_none(httpserver, monkeypatch, run, error, told):
    use(monkeypatch, toy_module("a"), toy_module("b"))

    def keep(result: Result) -> None:
        if result.source_id == "a":
            raise error

    results = run(serve(httpserver, "a", "b"), keep=keep)

    assert results["a"].part is None
    assert results["a"].notice == "failed"
    assert str(results["a"].error).startswith(told)
    assert codes(results["b"]) == ["b"]


def test_progress_is_told_by_one_thread_at_a_time(monkeypatch, run):
    many = [
        toy_module(name, gather=lambda scope: toy_source.pages(scope, 10)) for name in ("a", "b")
    ]
    use(monkeypatch, *many)
    telling: list[int] = []
    told: list[Progress] = []

    def progress(news: Progress) -> None:
        telling.append(1)
        time.sleep(0.001)
        assert len(telling) == 1
        told.append(news)
        telling.pop()

    with toy_source.line() as one, toy_source.line() as other:
        one.say(codes_answer())
        other.say(codes_answer())
        results = run({"a": one.url, "b": other.url}, progress=progress)

    assert len(told) == 20
    assert {result.notice for result in results.values()} == {"source_changed"}  # no rows


def test_refresh_reads_a_file_in_place_of_the_net(httpserver, monkeypatch, run, tmp_path):
    use(monkeypatch, toy_module("a"), toy_module("b", parse=toy_source.parse, url=None))
    file = tmp_path / "b.json"
    file.write_text(json.dumps(["KR9"]))

    results = run(serve(httpserver, "a", "b"), files={"b": file})

    assert {name: codes(result) for name, result in results.items()} == {"a": ["a"], "b": ["KR9"]}
    assert [request.path for request, _ in httpserver.log] == ["/a"]


# Ctrl-C


@pytest.fixture
def ctrl_c():
    """Let Ctrl-C stop a test as it stops a program; a job in the background passes it by."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("is_large", [False, True])
def test_ctrl_c_stops_at_once_and_leaves_no_half_file(monkeypatch, settings, is_large):
    pages = toy_source.pages
    use(
        monkeypatch,
        toy_module("a", gather=lambda scope: pages(scope, is_large=is_large)),
        toy_module("b"),
    )

    def interrupt(connection, number: int) -> None:
        if number == 1:
            return connection.sendall(codes_answer("KR1"))
        connection.sendall(http(b'["KR', Content_Length="9999"))
        time.sleep(0.2)
        _thread.interrupt_main()
        time.sleep(5)

    patient = dataclasses.replace(settings, read_timeout_s=20.0)
    kept: list[Result] = []
    with toy_source.line() as server:
        server.do(interrupt)
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            refresh(
                ["a", "b"],
                lambda source_id, parts: toy_source.scope(f"{server.url}/{source_id}"),
                settings=patient,
                keep=kept.append,
            )

    assert time.monotonic() - started < 10
    assert (len(server.asked), kept) == (2, [])
    left = [path for path in settings.cache_dir.rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in left) == [".body", ".json"]  # the first answer, whole
    assert not [thread for thread in threading.enumerate() if thread.name in ("a", "b")]


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_a_long_rest(monkeypatch, settings):
    use(monkeypatch, toy_module("a"))

    def busy(connection, number: int) -> None:
        connection.sendall(http(b"", 429, Retry_After="50"))
        time.sleep(0.2)
        _thread.interrupt_main()

    with toy_source.line() as server:
        server.do(busy)
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            refresh(["a"], lambda source_id, parts: toy_source.scope(server.url), settings=settings)

    assert time.monotonic() - started < 10
