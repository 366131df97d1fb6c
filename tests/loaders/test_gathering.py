from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import traceback

import pandas as pd
import pytest
from werkzeug import Request as Asked
from werkzeug import Response

from loaders import gathering
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.gathering import Progress, gather
from loaders.pace import Pace, Stopped
from loaders.source import Gathered, Request, rejects_frame
from loaders.verdicts import MAX_SURPRISES, told_surprises
from tests.loaders import toy_source
from tests.loaders.toy_source import gathered, groups, scope, toy_module, use


@pytest.fixture
def ask(httpserver, settings):
    """Gather the toy source from the test server."""

    def gather_toy(**options):
        options = {"settings": settings} | options
        return gather("toy", scope(httpserver.url_for("/codes")), **options)

    return gather_toy


def serve(httpserver, *pages: object) -> None:
    """Serve each page by its number; any other is not there."""
    for number, page in enumerate(pages, start=1):
        httpserver.expect_request("/codes", query_string=f"page={number}").respond_with_data(
            json.dumps(page)
        )


def codes(part) -> list[str]:
    return part.frames["seat_target_groups"]["target_group_code"].tolist()


# A source that asks several times


def test_gather_asks_all_and_gives_the_checked_tables(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module(gather=toy_source.pages))
    serve(httpserver, ["KR1.1"], ["KR1.2"])
    before = dt.datetime.now(dt.UTC)

    part = ask()

    assert codes(part) == ["KR1.1", "KR1.2"]
    assert (len(part.rejects), part.surprises, part.source_date) == (0, {}, None)
    assert (part.requests, part.bytes) == (2, len('["KR1.1"]') + len('["KR1.2"]'))
    assert before <= part.fetched_at <= dt.datetime.now(dt.UTC)
    assert 0 <= part.seconds < 60


def test_gather_tells_its_progress(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module(gather=toy_source.pages))
    serve(httpserver, ["KR1.1"], ["KR1.2"])
    told: list[Progress] = []

    ask(progress=told.append)

    assert told == [
        Progress(source_id="toy", label="codes, page 1", requests=0, bytes=0),
        Progress(source_id="toy", label="codes, page 2", requests=1, bytes=9),
    ]


def test_gather_gives_the_date_of_the_oldest_answer(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module(gather=toy_source.pages))
    serve(httpserver, ["KR1.1"], ["KR1.2"])
    noon = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    moments = iter([noon + dt.timedelta(minutes=1), noon])
    monkeypatch.setattr("loaders.asking._now", lambda: next(moments))

    assert ask().fetched_at == noon


def test_gather_passes_on_what_the_source_tells(httpserver, monkeypatch, ask):
    def telling(scope):
        yield Request(url=scope.base_url, label="codes")
        return dataclasses.replace(
            gathered(["KR1"]),
            rejects=rejects_frame("toy", [(3, "Juva", "no_code")]),
            surprises={"key  new\x1b[31m": 2},
            source_date="2026-11",
        )

    use(monkeypatch, toy_module(gather=telling))
    httpserver.expect_request("/codes").respond_with_json([])

    part = ask()

    assert part.rejects["reason"].tolist() == ["no_code"]
    assert part.surprises == {"key new [31m": 2}
    assert part.source_date == "2026-11"


def test_no_older_copy_stands_in_for_an_answer_that_does_not_come(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module(gather=toy_source.pages))
    serve(httpserver, ["KR1"], ["KR2"])
    ask()
    httpserver.clear()
    serve(httpserver, ["KR3"])  # the second page is gone

    with pytest.raises(
        SourceUnavailable, match=r"toy: asked .*/codes; .* for codes, page 2\."
    ) as e:
        ask()

    assert e.value.notice == "http_error"
    assert "page=2" not in str(e.value)


def test_a_source_may_fall_back_where_an_answer_does_not_come(httpserver, monkeypatch, ask):
    def falling_back(scope):
        try:
            answer = yield Request(url=f"{scope.base_url}/new", label="new")
        except SourceUnavailable:
            answer = yield Request(url=scope.base_url, label="old")
        return gathered(json.loads(answer.body))

    use(monkeypatch, toy_module(gather=falling_back))
    httpserver.expect_request("/codes").respond_with_json(["KR1"])

    part = ask()

    assert (codes(part), part.requests) == (["KR1"], 2)


def test_a_set_of_answers_is_good_as_a_whole_or_not_at_all(httpserver, monkeypatch, ask, settings):
    use(monkeypatch, toy_module(gather=toy_source.pages))
    serve(httpserver, ["KR1"], ["KR2"])
    ask()
    httpserver.clear()
    serve(httpserver, ["KR3"], {"error": "no list"})

    with pytest.raises(SourceChanged, match="expected a list"):
        ask()

    offline = dataclasses.replace(settings, is_offline=True)
    part = ask(settings=offline)
    assert (codes(part), part.requests, part.bytes) == (["KR1", "KR2"], 0, 0)


def test_offline_without_a_whole_set_is_a_clear_error(httpserver, monkeypatch, ask, settings):
    use(monkeypatch, toy_module(gather=toy_source.pages))
    serve(httpserver, ["KR1"])
    with pytest.raises(SourceUnavailable):
        ask()

    with pytest.raises(SourceUnavailable, match=r"did not ask .*JARJESTOKARTTA_OFFLINE") as caught:
        ask(settings=dataclasses.replace(settings, is_offline=True))

    assert caught.value.notice == "offline"


def test_gather_goes_on_where_it_was_broken_off(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module(gather=toy_source.pages))
    began = dt.datetime.now(dt.UTC)
    serve(httpserver, ["KR1"])
    with pytest.raises(SourceUnavailable):
        ask()
    httpserver.clear()
    serve(httpserver, ["changed"], ["KR2"])

    part = ask(since=began)

    assert (codes(part), part.requests) == (["KR1", "KR2"], 1)
    assert codes(ask()) == ["changed", "KR2"]


def test_gather_asks_only_for_what_has_changed(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module())
    httpserver.expect_oneshot_request("/codes").respond_with_json(["KR1"], headers={"ETag": '"1"'})
    httpserver.expect_request("/codes", headers={"If-None-Match": '"1"'}).respond_with_data(
        "", status=304
    )

    first = ask()
    parts = [ask(), ask()]

    assert [codes(part) for part in parts] == [["KR1"]] * 2
    assert [(part.requests, part.bytes) for part in parts] == [(1, 0)] * 2
    assert first.fetched_at < parts[0].fetched_at < parts[1].fetched_at


# What is no good


def test_gather_of_an_endless_source_stops(httpserver, monkeypatch, ask):
    def endless(scope):
        while True:
            yield Request(url=scope.base_url, label="again")

    use(monkeypatch, toy_module(gather=endless))
    monkeypatch.setattr(gathering, "MAX_REQUESTS", 5)
    httpserver.expect_request("/codes").respond_with_json([])

    with pytest.raises(SourceChanged, match="asked 5 times and wants to ask on"):
        ask()

    assert len(httpserver.log) == 5


def test_gather_of_a_source_that_hears_no_failure_stops(httpserver, monkeypatch, ask):
    def deaf(scope):
        while True:
            try:
                yield Request(url=scope.base_url, label="again")
            except SourceUnavailable:
                continue

    use(monkeypatch, toy_module(gather=deaf))
    monkeypatch.setattr(gathering, "MAX_REQUESTS", 5)
    httpserver.expect_request("/codes").respond_with_data("", status=404)

    with pytest.raises(SourceChanged, match="asked 5 times"):
        ask()


def test_gather_of_the_last_request_allowed_is_no_fault(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module(gather=toy_source.pages))
    monkeypatch.setattr(gathering, "MAX_REQUESTS", 2)
    serve(httpserver, ["KR1"], ["KR2"])

    assert codes(ask()) == ["KR1", "KR2"]


def test_gather_of_answers_too_large_together_stops(httpserver, monkeypatch, ask, settings):
    use(monkeypatch, toy_module(gather=lambda scope: toy_source.pages(scope, 9)))
    serve(httpserver, *[["x" * 100]] * 9)

    with pytest.raises(SourceChanged, match=r"more than 400 bytes.*MAX_FILE_BYTES"):
        ask(settings=dataclasses.replace(settings, max_file_bytes=100))

    assert len(httpserver.log) == 4


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_an_error_of_the_parser_tells_its_place_and_nothing_of_the_answer(
    httpserver, monkeypatch, ask, moment
):
    def broken(scope):
        if moment == "before":
            raise ZeroDivisionError("free text")
        answer = yield Request(url=scope.base_url, label="codes")
        if moment == "between":
            int(answer.body)
        yield Request(url=scope.base_url, label="codes")
        return {}[answer.body]

    use(monkeypatch, toy_module(gather=broken))
    httpserver.expect_request("/codes").respond_with_json(["free text"])

    with pytest.raises(SourceChanged) as caught:
        ask()

    told = "".join(traceback.format_exception(caught.value))
    assert "free text" not in told.replace('ZeroDivisionError("free text")', "")
    kind = {"before": "ZeroDivisionError", "between": "ValueError", "after": "KeyError"}[moment]
    assert f"toy: the parser failed with {kind} (test_gathering.py, line" in str(caught.value)
    assert "Compare with https://example.fi/toys." in str(caught.value)


def test_a_chained_error_of_the_source_is_not_told(httpserver, monkeypatch, ask):
    def chaining(scope):
        answer = yield Request(url=scope.base_url, label="codes")
        try:
            int(answer.body)
        except ValueError as error:
            raise SourceChanged("toy: no number.") from error

    use(monkeypatch, toy_module(gather=chaining))
    httpserver.expect_request("/codes").respond_with_json(["free text"])

    with pytest.raises(SourceChanged) as caught:
        ask()

    assert "free text" not in "".join(traceback.format_exception(caught.value))


def test_gather_passes_on_what_is_no_matter_of_data(httpserver, monkeypatch, ask):
    def full(scope):
        yield Request(url=scope.base_url, label="codes")
        raise MemoryError

    use(monkeypatch, toy_module(gather=full))
    httpserver.expect_request("/codes").respond_with_json([])

    with pytest.raises(MemoryError):
        ask()


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"frames": {}}, ["table seat_target_groups is missing"]),
        (
            {"frames": {"seat_target_groups": groups(["KR1"]), "seats": pd.DataFrame()}},
            ["table seats is not expected"],
        ),
        (
            {"frames": {"seat_target_groups": ["KR1"]}},
            ["table seat_target_groups is no frame but list"],
        ),
        (
            {"frames": {"seat_target_groups": groups(["KR1"]).rename(columns=str.upper)}},
            ["column number 1 is not expected", "column seat_id is missing"],
        ),
        (
            {"frames": {"seat_target_groups": groups(["KR1"] * 101)}, "source_date": "spring"},
            ["101 rows, expected 1 to 100", "source_date is no date"],
        ),
        ({"rejects": pd.DataFrame({"line": [1]})}, ["rejects have other columns than source_id"]),
        (None, ["the parser failed with TypeError"]),
    ],
)
def test_gather_tells_all_faults_of_the_tables(httpserver, monkeypatch, ask, given, faults):
    def wrong(scope):
        yield Request(url=scope.base_url, label="codes")
        return given and Gathered(**(vars(gathered(["KR1"])) | given))

    use(monkeypatch, toy_module(gather=wrong))
    httpserver.expect_request("/codes").respond_with_json([])

    with pytest.raises(SourceChanged) as caught:
        ask()

    assert [fault for fault in faults if fault not in str(caught.value)] == []


def test_gather_stops_where_all_is_to_stop(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module())
    httpserver.expect_request("/codes").respond_with_json(["KR1"])
    pace = Pace()
    pace.stop()

    with pytest.raises(Stopped):
        ask(pace=pace)

    assert httpserver.log == []


def test_gather_of_an_unknown_source_is_a_clear_error(monkeypatch, ask):
    use(monkeypatch)

    with pytest.raises(LoaderError, match="No source is called 'toy'"):
        ask()


# A source of one body, and files


def test_gather_runs_a_source_that_has_but_a_parser(httpserver, monkeypatch, ask):
    use(monkeypatch, toy_module(parse=toy_source.parse))
    httpserver.expect_request("/codes").respond_with_json(["KR1", "KR2"])

    part = ask()

    assert (codes(part), part.requests) == (["KR1", "KR2"], 1)


def test_gather_of_a_body_that_the_parser_refuses_keeps_the_one_before(
    httpserver, monkeypatch, ask, settings
):
    use(monkeypatch, toy_module(parse=toy_source.parse))
    httpserver.expect_oneshot_request("/codes").respond_with_json(["KR1"])
    ask()
    httpserver.expect_request("/codes").respond_with_data("<html>Sorry</html>")

    with pytest.raises(SourceChanged, match=r"The last answer is kept in .*refused\.body"):
        ask()

    assert codes(ask(settings=dataclasses.replace(settings, is_offline=True))) == ["KR1"]


def test_gather_reads_a_file_in_place_of_the_net(monkeypatch, ask, tmp_path, settings):
    use(monkeypatch, toy_module(parse=toy_source.parse, url=None))
    file = tmp_path / "codes.json"
    file.write_text('["KR1"]')
    os.utime(file, (1_700_000_000, 1_700_000_000))

    part = ask(file=file)

    assert (codes(part), part.requests, part.bytes) == (["KR1"], 0, 0)
    assert part.fetched_at == dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)
    assert not settings.cache_dir.exists()


def test_a_file_from_time_to_come_counts_as_saved_now(monkeypatch, ask, tmp_path):
    use(monkeypatch, toy_module(parse=toy_source.parse))
    file = tmp_path / "codes.json"
    file.write_text('["KR1"]')
    os.utime(file, (4_000_000_000, 4_000_000_000))

    assert ask(file=file).fetched_at <= dt.datetime.now(dt.UTC)


def test_a_source_of_several_requests_reads_no_file(monkeypatch, ask, tmp_path):
    use(monkeypatch, toy_module())

    with pytest.raises(LoaderError, match="cannot be read from one body or file"):
        ask(file=tmp_path / "codes.json")


def test_a_source_of_both_forms_reads_a_file_by_its_parser(httpserver, monkeypatch, ask, tmp_path):
    use(monkeypatch, toy_module(parse=toy_source.parse, gather=toy_source.pages))
    serve(httpserver, ["KR1"], ["KR2"])
    file = tmp_path / "codes.json"
    file.write_text('["KR3"]')

    assert codes(ask(file=file)) == ["KR3"]
    assert codes(ask()) == ["KR1", "KR2"]


def test_a_source_without_an_address_names_the_option(monkeypatch, ask):
    use(monkeypatch, toy_module(parse=toy_source.parse, url=None))

    with pytest.raises(LoaderError, match=r"toy has no address.*--file"):
        ask()


def test_a_file_that_cannot_be_read_is_a_clear_error(monkeypatch, ask, tmp_path):
    use(monkeypatch, toy_module(parse=toy_source.parse))

    with pytest.raises(SourceUnavailable, match=r"none\.json: cannot be read"):
        ask(file=tmp_path / "none.json")


# What is asked


def test_gather_asks_by_post_with_what_is_wanted_and_a_secret_that_nobody_learns(
    httpserver, monkeypatch, ask, settings
):
    def asking(scope):
        request = Request(
            url=scope.base_url, label="codes", json={"page": 1}, headers={"x-api-key": "s3cret"}
        )
        assert "s3cret" not in repr(request)
        answer = yield request
        return gathered(json.loads(answer.body))

    def answer(asked: Asked) -> Response:
        given = (asked.method, asked.get_json(), asked.headers["x-api-key"])
        return Response(json.dumps(["KR1"]) if given == ("POST", {"page": 1}, "s3cret") else "[]")

    use(monkeypatch, toy_module(gather=asking))
    httpserver.expect_request("/codes").respond_with_handler(answer)

    assert codes(ask()) == ["KR1"]

    kept = [path for path in settings.cache_dir.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert all(b"s3cret" not in path.read_bytes() for path in kept)
    httpserver.clear()
    httpserver.expect_request("/codes").respond_with_data("s3cret", status=401)
    with pytest.raises(SourceUnavailable) as caught:
        ask()
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_told_surprises_are_no_more_than_a_screen_takes():
    many = {f"key {number}": 1 for number in range(MAX_SURPRISES + 5)} | {"key 7": 9}

    told = told_surprises(many)

    assert len(told) == MAX_SURPRISES + 1
    assert told["key 7"] == 9
    assert told["and 5 kinds more"] == 5
    assert told_surprises({"x" * 5000: 1}) == {"x" * 120: 1}
