from __future__ import annotations

import dataclasses
import gzip
import json
import os
import time
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from loaders.addresses import is_loopback, may_keep_secrets
from loaders.answers import answer_fault
from loaders.asking import Asking
from loaders.bodies import limited, taken
from loaders.errors import LoaderError, SourceUnavailable
from loaders.outcomes import FetchError
from loaders.pace import Pace
from loaders.pending import request_folder, request_key
from loaders.snapshots import LEFTOVER_AGE_S, read_saved
from loaders.source import Request
from tests.loaders.test_fetch import Canned, canned_session

SECRET = {"x-api-key": "s3cret"}


@pytest.fixture
def asking(settings, pauses) -> Asking:
    """The requests of the toy source."""
    return Asking(
        source_id="toy",
        settings=settings,
        session=requests.Session(),
        pace=Pace(sleep=pauses.append),
    )


class Heard(Canned):
    """Notes the headers of every request as well."""

    def __init__(self, answers) -> None:
        super().__init__(answers)
        self.headers: list[dict[str, str]] = []

    def send(self, request, **options):
        self.headers.append(dict(request.headers))
        return super().send(request, **options)


def heard_session(answers) -> tuple[requests.Session, Heard]:
    session, heard = requests.Session(), Heard(answers)
    for scheme in ("http://", "https://"):
        session.mount(scheme, heard)
    return session, heard


# The folder of a request


def test_the_key_of_a_request_is_told_by_what_is_asked_and_by_nothing_else():
    one = Request(url="https://example.fi/a", label="a")

    assert request_key(one) == request_key(dataclasses.replace(one, label="b", headers=SECRET))
    others = [
        dataclasses.replace(one, url="https://example.fi/b"),
        dataclasses.replace(one, json={}),
        dataclasses.replace(one, json={"page": 1}),
        dataclasses.replace(one, json={"page": 2}),
    ]
    assert len({request_key(request) for request in [one, *others]}) == 5
    assert request_key(dataclasses.replace(one, json={"a": 1, "b": 2})) == request_key(
        dataclasses.replace(one, json={"b": 2, "a": 1})
    )


@pytest.mark.parametrize("source_id", ["", "..", "a/b", "A"])
def test_no_id_names_a_folder_elsewhere(tmp_path, source_id):
    with pytest.raises(LoaderError, match="expected letters a-z, digits and _ only"):
        request_folder(source_id, Request(url="https://example.fi/", label=""), tmp_path)


def test_folders_and_answers_are_kept_to_the_user(httpserver, asking, settings):
    httpserver.expect_request("/a").respond_with_json([])
    request = Request(url=httpserver.url_for("/a"), label="a")

    asking.answer(request)

    folder = request_folder("toy", request, settings.cache_dir)
    kept = [folder.parent, folder, *folder.iterdir()]
    assert [path.stat().st_mode & 0o077 for path in kept] == [0] * 4


# Answers


def test_a_missing_answer_is_one_where_it_may_miss(httpserver, asking, settings):
    httpserver.expect_oneshot_request("/a").respond_with_data("", status=404)
    request = Request(url=httpserver.url_for("/a"), label="a", may_miss=True)

    first = asking.answer(request)
    asking.accept()

    assert (first.is_missing, first.body, first.path) == (True, b"", None)
    offline = dataclasses.replace(asking, settings=dataclasses.replace(settings, is_offline=True))
    again = offline.answer(request)
    assert (again.is_missing, again.fetched_at) == (True, first.fetched_at)

    httpserver.expect_request("/a").respond_with_json([1])
    assert json.loads(asking.answer(request).body) == [1]


@pytest.mark.parametrize("is_large", [False, True])
def test_other_errors_are_no_missing_answers(httpserver, asking, is_large):
    httpserver.expect_request("/a").respond_with_data("", status=410)
    request = Request(url=httpserver.url_for("/a"), label="a", may_miss=True, is_large=is_large)

    with pytest.raises(SourceUnavailable, match="410 Gone"):
        asking.answer(request)


def test_a_large_answer_is_a_file_and_no_body(httpserver, asking, settings):
    content = json.dumps(["x" * 100] * 50_000).encode()
    httpserver.expect_request("/a").respond_with_data(
        gzip.compress(content, mtime=0), headers={"Content-Encoding": "gzip"}
    )
    asking.settings = dataclasses.replace(settings, max_bytes=10)  # for bodies in memory
    request = Request(url=httpserver.url_for("/a"), label="a", is_large=True)

    answer = asking.answer(request)

    assert answer.body == b""
    assert answer.path is not None
    assert answer.path.read_bytes() == content
    assert asking.bytes == len(content)


def test_a_large_answer_that_has_not_changed_is_not_sent_again(httpserver, asking):
    httpserver.expect_oneshot_request("/a").respond_with_json([1], headers={"ETag": '"1"'})
    httpserver.expect_request("/a", headers={"If-None-Match": '"1"'}).respond_with_data(
        "", status=304
    )
    request = Request(url=httpserver.url_for("/a"), label="a", is_large=True)
    first = asking.answer(request)
    asking.accept()

    again = asking.answer(request)
    asking.accept()

    assert again.path == first.path
    assert again.path is not None
    assert json.loads(again.path.read_bytes()) == [1]
    assert again.fetched_at > first.fetched_at
    assert (asking.requests, asking.answers) == (2, 2)


def test_a_post_is_never_asked_for_changes_alone(httpserver, asking):
    httpserver.expect_request("/a", method="POST").respond_with_json([1], headers={"ETag": '"1"'})
    request = Request(url=httpserver.url_for("/a"), label="a", json={"page": 1})

    asking.answer(request)
    asking.answer(request)

    assert all("If-None-Match" not in asked.headers for asked, _ in httpserver.log)


def test_one_answer_never_stands_in_for_another_request(httpserver, asking):
    for page in ("1", "2"):
        httpserver.expect_request("/a", method="POST", json={"page": page}).respond_with_json(
            [page]
        )
    requests_ = [
        Request(url=httpserver.url_for("/a"), label="a", json={"page": page}) for page in ("1", "2")
    ]

    assert [json.loads(asking.answer(request).body) for request in requests_] == [["1"], ["2"]]


def test_refuse_leaves_what_was_good_and_the_last_answer_aside(httpserver, asking, settings):
    urls = [httpserver.url_for(path) for path in ("/a", "/b")]
    asked = [Request(url=url, label="x") for url in urls]
    for path, code in (("/a", 1), ("/b", 2), ("/a", 3), ("/b", 4)):
        httpserver.expect_oneshot_request(path).respond_with_json([code])
    for request in asked:
        asking.answer(request)
    asking.accept()
    good = {path: path.read_bytes() for path in settings.cache_dir.rglob("*") if path.is_file()}
    for request in asked:
        asking.answer(request)

    left = asking.refuse()

    assert left == request_folder("toy", asked[1], settings.cache_dir) / "refused.body"
    assert json.loads(left.read_bytes()) == [4]
    left.unlink()
    now = {path: path.read_bytes() for path in settings.cache_dir.rglob("*") if path.is_file()}
    assert now == good


# Requests that are no longer made


def aged(folder: Path, seconds: float = LEFTOVER_AGE_S + 60) -> Path:
    """Make a folder and all in it so old."""
    then = time.time() - seconds
    for path in (*folder.iterdir(), folder):
        os.utime(path, (then, then))
    return folder


@pytest.fixture
def saved(settings):
    """Save old answers to requests of a source, and give their folders."""

    def save(*paths: str, source_id: str = "toy", is_waiting: bool = False) -> list[Path]:
        requests_ = [Request(url=f"http://127.0.0.1/{path}", label=path) for path in paths]
        asking = Asking(
            source_id=source_id,
            settings=settings,
            session=canned_session({request.url: (200, {}, b"[1]") for request in requests_}),
            pace=Pace(),
        )
        for request in requests_:
            asking.answer(request)
        if not is_waiting:
            asking.accept()
        folders = [request_folder(source_id, one, settings.cache_dir) for one in requests_]
        return [aged(folder) for folder in folders]

    return save


def asked_again(asking: Asking, path: str, status: int = 200) -> None:
    asking.session = canned_session({f"http://127.0.0.1/{path}": (status, {}, b"[2]")})
    asking.answer(Request(url=f"http://127.0.0.1/{path}", label=path))


def test_accept_removes_the_folders_of_requests_that_were_not_made(saved, asking):
    asked, good = saved("a", "b")
    [waiting] = saved("c", is_waiting=True)

    asked_again(asking, "a")
    assert good.exists()
    asking.accept()

    assert [folder.exists() for folder in (asked, good, waiting)] == [True, False, False]
    assert read_saved(asked).body == b"[2]"


def test_accept_keeps_a_folder_that_another_process_may_use(saved, asking):
    young, touched = saved("b", "c")
    aged(young, LEFTOVER_AGE_S - 60)
    (touched / "unfinished.x.part").write_bytes(b"")
    old = time.time() - LEFTOVER_AGE_S - 60
    os.utime(touched, (old, old))

    asked_again(asking, "a")
    asking.accept()

    assert young.exists()
    assert len(list(touched.iterdir())) == 3


def test_accept_keeps_other_sources_and_whatever_is_no_request(saved, asking, settings):
    [other], [link_to] = saved("b", source_id="toys"), saved("c", source_id="elsewhere")
    home = settings.cache_dir / "toy"
    own = home / "notes"
    own.mkdir(parents=True)
    (own / "x.txt").write_text("x")
    (home / "snapshot.json").write_text("{}")
    aged(own)
    (home / ("a" * 24)).symlink_to(link_to)

    asked_again(asking, "a")
    asking.accept()

    assert other.exists()
    assert len(list(link_to.iterdir())) == 2
    assert (own / "x.txt").exists()
    assert (home / "snapshot.json").exists()


def test_nothing_is_removed_after_a_failure(saved, asking):
    [folder] = saved("b")

    asked_again(asking, "a")
    asking.refuse()
    assert folder.exists()

    with pytest.raises(SourceUnavailable):
        asked_again(asking, "c", 400)
    asked_again(asking, "a")
    asking.accept()  # the source can do without the one that failed
    assert folder.exists()


def test_nothing_is_removed_without_the_net(saved, asking, settings):
    folders = saved("a", "b")
    asking.settings = dataclasses.replace(settings, is_offline=True)

    asking.answer(Request(url="http://127.0.0.1/a", label="a"))
    asking.accept()

    assert all(folder.exists() for folder in folders)


def test_another_host_than_ones_own_machine_is_spared(settings, pauses):
    session = canned_session({"https://example.fi/a": (200, {}, b"[]")})
    asking = Asking(
        source_id="toy",
        settings=settings,
        session=session,
        pace=Pace(sleep=pauses.append),
        calls_per_minute=2,
    )
    for _ in range(3):
        asking.answer(Request(url="https://example.fi/a", label="a"))

    assert len(pauses) == 1
    assert 55 < pauses[0] <= 60
    assert not is_loopback("https://example.fi/a")


# Secrets


@pytest.mark.parametrize(
    ("url", "target", "is_told"),
    [
        ("https://example.fi/a", "https://example.fi/b", True),
        ("http://example.fi/a", "https://example.fi/b", True),
        ("https://example.fi/a", "https://www.example.fi/b", False),
        ("https://example.fi/a", "https://example.fi:8443/b", False),
        ("http://example.fi:8000/a", "http://example.fi:9000/b", False),
    ],
)
def test_a_secret_stays_with_its_host_and_port(asking, url, target, is_told):
    asking.session, heard = heard_session(
        {url: (301, {"Location": target}, b""), target: (200, {}, b"[]")}
    )

    asking.answer(Request(url=url, label="a", headers=SECRET))

    assert [headers.get("x-api-key") for headers in heard.headers] == [
        "s3cret",
        "s3cret" if is_told else None,
    ]
    assert may_keep_secrets(url, target) == is_told


def test_a_secret_that_was_left_behind_does_not_come_back(asking):
    there, back = "https://www.example.fi/b", "https://example.fi/c"
    asking.session, heard = heard_session(
        {
            "https://example.fi/a": (301, {"Location": there}, b""),
            there: (301, {"Location": back}, b""),
            back: (200, {}, b"[]"),
        }
    )

    asking.answer(Request(url="https://example.fi/a", label="a", headers=SECRET))

    assert [headers.get("x-api-key") for headers in heard.headers] == ["s3cret", None, None]


def test_a_post_stays_one_through_a_redirect_but_is_no_answer_of_a_get(asking):
    url, target = "https://example.fi/a", "https://example.fi/b"
    request = Request(url=url, label="a", json={"page": 1})
    asking.session, heard = heard_session(
        {url: (308, {"Location": target}, b""), target: (200, {}, b"[]")}
    )
    asking.answer(request)
    assert [headers.get("Content-Type") for headers in heard.headers] == ["application/json"] * 2

    asking.session, heard = heard_session({url: (303, {"Location": target}, b"")})
    with pytest.raises(SourceUnavailable, match=r"redirect \(303\)"):
        asking.answer(request)


@pytest.mark.parametrize("value", ["two\nlines", "\u20ac", 7])
def test_a_key_that_is_no_header_is_a_clear_error_without_it(asking, value):
    with pytest.raises(SourceUnavailable, match="the request failed") as caught:
        asking.answer(Request(url="http://127.0.0.1:9/", label="a", headers={"x-api-key": value}))

    assert str(value) not in str(caught.value).replace("127.0.0.1", "").replace(
        str(asking.settings.cache_dir), ""
    )


# What an answer is

PAGE = b"<!doctype html><html><body>"
FEED = b'<?xml version="1.0"?><feed><title>t</title></feed>'
ZIP = b"PK\x03\x04....PK\x05\x06" + bytes(18)


@pytest.mark.parametrize(
    ("expects", "body", "content_type"),
    [
        ("json", b"[]", None),
        ("json", b' \n{"a": 1}\n', "text/html"),
        ("json", b"\xef\xbb\xbf[1]", "application/json"),
        ("json", b'"text"', "application/json"),
        ("json", b"-1.5e3", "application/json"),
        ("json", b"null", "application/json"),
        ("xml", FEED, "application/xml"),
        ("xml", b"<wfs:x/>", "text/html"),
        ("html", PAGE, "text/plain"),
        ("html", b"<article>", "text/html"),
        ("text", b"a\tb", "text/plain"),
        ("text", b'"a";"b"', "text/csv"),
        ("text", "väli".encode("latin-1"), "text/plain"),
        ("zip", ZIP, "application/octet-stream"),
        ("any", PAGE, None),
        ("any", b"\x00\xff", None),
    ],
)
def test_an_answer_of_the_kind_asked_for_is_taken(expects, body, content_type):
    assert answer_fault(expects, body, body, content_type) is None


@pytest.mark.parametrize(
    ("expects", "body", "content_type", "told"),
    [
        ("json", PAGE, "application/json", "an HTML page (called application/json), expected JSON"),
        ("json", FEED, "text/xml; charset=utf-8", "XML (called text/xml), expected JSON"),
        ("json", b"not found", "text/plain", "text (called text/plain), expected JSON"),
        ("json", b"\x00\x01", None, "something else (called by no name), expected JSON"),
        ("json", b"  \n", "application/json", "white space"),
        ("json", b"PK\x03\x04", "application/zip", "a zip file"),
        ("xml", PAGE, "text/html", "an HTML page (called text/html), expected XML"),
        ("xml", b'{"error": 1}', "application/json", "JSON"),
        ("html", FEED, "application/xml", "XML (called application/xml), expected an HTML page"),
        ("text", PAGE, "text/plain", "an HTML page"),
        ("text", b'{"error": 1}', "application/json", "JSON"),
        ("zip", PAGE, "application/zip", "an HTML page (called application/zip)"),
        ("zip", b"[]", "a\nb", "JSON (called a), expected a zip file"),
    ],
)
def test_an_answer_of_another_kind_is_refused(expects, body, content_type, told):
    fault = answer_fault(expects, body, body, content_type)

    assert fault is not None
    assert told in fault.what
    assert (fault.notice, fault.is_passing) == ("http_error", False)


@pytest.mark.parametrize(
    ("expects", "body"),
    [("json", b'{"a": 1'), ("json", b'["a"'), ("json", b'"a'), ("zip", b"PK\x03\x04....")],
)
def test_an_answer_without_its_end_may_come_whole_the_next_time(expects, body):
    fault = answer_fault(expects, body, body, None)

    assert fault is not None
    assert (fault.notice, fault.is_passing) == ("cut_off", True)


@given(
    expects=st.sampled_from(["json", "xml", "html", "text", "zip", "any"]),
    body=st.binary(max_size=300),
    content_type=st.none() | st.text(max_size=30),
)
@settings_of_hypothesis(max_examples=50, deadline=None)
def test_any_bytes_are_an_answer_or_a_fault(expects, body, content_type):
    fault = answer_fault(expects, body, body, content_type)

    assert fault is None or isinstance(fault, FetchError)


# Bodies


@pytest.mark.parametrize("size", [1, 65_536, 5_000_000])
def test_limited_unpacks_all_of_a_body_in_pieces(size):
    content = bytes(size)
    packed = gzip.compress(content, mtime=0)
    blocks = [packed[at : at + 1000] for at in range(0, len(packed), 1000)]

    pieces = list(limited(iter(blocks), encoding="gzip", announced=None, max_bytes=size + 100))

    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 1_048_576


def test_limited_stops_what_comes_after_the_end_of_a_packed_body():
    given: list[int] = []

    def blocks():
        yield gzip.compress(b"whole", mtime=0)
        while True:
            given.append(1)
            yield b"x" * 65_536

    with pytest.raises(FetchError, match="after its end"):
        list(limited(blocks(), encoding="gzip", announced=None, max_bytes=10**9))

    assert len(given) == 1


def test_taken_leaves_a_large_body_in_its_file(tmp_path):
    with (tmp_path / "body").open("w+b") as file:
        file.write(b"what was there before, longer than what comes")
        body = taken(iter([b"one", b"two"]), file)

    assert (tmp_path / "body").read_bytes() == b"onetwo"
    assert (body.content, body.head, body.tail, body.size) == (b"", b"onetwo", b"onetwo", 6)
    assert body.sha256 == taken(iter([b"onetwo"]), None).sha256
