"""The election lab: files joined, results worked out, the page with and without them."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import math

import holoviews as hv
import panel as pn
import pytest
from bs4 import BeautifulSoup
from pandas.testing import assert_frame_equal

from dashboards.commands import election_files
from dashboards.commands.election_files import EXAMPLE, election_file, read_election
from dashboards.election_results import (
    KNOWN_NOMINEES,
    ElectionChoices,
    election_results,
    known_seats,
)
from dashboards.file_chooser import FileChooser
from dashboards.parts.election_numbers import counted, in_words
from dashboards.parts.election_read import gathered_faults
from dashboards.shell import opened_state
from dashboards.step_picture import step_picture
from dashboards.store import Store
from dashboards.texts import LANGUAGES, MISSING, text, texts
from dashboards.views import views
from loaders import Settings
from loaders.election_files import REASONS

HEADINGS = "Nro;Järjestö;Kunta;Kohderyhmät;Äänet;Valittu;Rooli"
# Four nominees, two seats: 1 and 2 are elected, 3 has as many votes as 2.
SMALL = f"""{HEADINGS}
1;Esimerkki 1 ry;Turku;KR1.1;5;kyllä;
2;Esimerkki 2 ry;Pertunmaa;KR1.1;3;kyllä;
3;Esimerkki 3 ry;Turlu;KR1.4;3;ei;
4;Esimerkki 4 ry;Helsinki;KR1.6;1;ei;
5;Esimerkki 5 ry;Turku;KR1.4;;kyllä;varajäsen
"""
BALLOTS = "Lippu;Ehdokkaat\na;1|2\nb;1|3\nc;1|4\nd;\n"
CHOICES = ElectionChoices(seats=2, approvals=3, body_kind="ngo_council", region="02")


@pytest.fixture(scope="module")
def small(store):
    given = read_election(SMALL.encode(), BALLOTS.encode(), store=store, approvals=3)
    return election_results(given, CHOICES, store)


@pytest.fixture(scope="module")
def totals(store):
    given = read_election(SMALL.encode(), store=store)
    return election_results(given, CHOICES, store)


def lab(store, **query):
    state, notices = opened_state(store, {"view": "election", **query})
    assert notices == []
    view = views()["election"](store, state)
    return view, view.panel()


def html_of(panel) -> str:
    return "\n".join(pane.object for pane in panel.select(pn.pane.HTML))


def soup_of(panel) -> BeautifulSoup:
    return BeautifulSoup(html_of(panel), "html.parser")


def press(view, *, nominees=None, ballots=None, seats="2", **fields) -> None:
    """What a user does: choose files, fill in fields, press the button."""
    form = view.form
    form.nominees.body = None if nominees is None else nominees.encode()
    form.ballots.body = None if ballots is None else ballots.encode()
    form.seats.value = seats
    for name, value in fields.items():
        getattr(form, name).value = value
    asyncio.run(view._compute(None))


def status(view) -> str:
    return BeautifulSoup(view.form.status.object, "html.parser").get_text().strip()


# --- files joined to the store


def test_read_election_gives_each_nominee_the_municipality_of_today(store):
    given = read_election(SMALL.encode(), store=store)

    assert given.nominees["municipality_code"].fillna("").tolist() == ["853", "507", "", "", "853"]
    told = given.faults[["line", "reason", "text", "near"]].to_numpy().tolist()
    assert told == [
        [3, "former_municipality", "Pertunmaa", "Mäntyharju"],
        [4, "unknown_municipality", "Turlu", "Turku"],
        [5, "unknown_municipality", "", ""],
    ]


def test_read_election_uses_the_nominees_where_the_ballots_are_refused(store):
    given = read_election(SMALL.encode(), b"", store=store)

    assert given.is_usable
    assert (given.ballots, given.has_ballot_file, given.ballot_ids) == (None, True, ())
    assert given.faults["reason"].tolist()[-1] == "empty_file"


def test_read_election_without_nominees_is_not_usable_and_says_why(store):
    given = read_election(b"Kunta;Laji\nTurku;a", BALLOTS.encode(), store=store)

    assert not given.is_usable
    assert given.faults[["line", "reason"]].to_numpy().tolist() == [[1, "missing_column"]]


def test_forms_and_example_are_found_where_the_data_folder_has_none(tmp_path):
    for name in (*EXAMPLE, *election_files.TEMPLATES):
        assert election_file(name, settings=Settings(data_dir=tmp_path))
    assert election_file("templates/none.csv") is None


def test_every_reason_has_words_in_every_language():
    for lang in LANGUAGES:
        words = {key for key in texts(lang) if key.startswith("lab.reason.")}
        assert words == {f"lab.reason.{reason}" for reason in REASONS}


# --- results


def test_the_known_election_could_have_made_7_726_160_councils(store):
    # C(26, 15) = 26! / (15! 11!)
    assert known_seats(store) == 15
    assert math.comb(KNOWN_NOMINEES, 15) == 7_726_160


def test_results_from_ballots_count_votes_anew_and_leave_deputies_out(small):
    # Ballots a, b and c: nominee 1 three times, 2, 3 and 4 once each; the list said 5, 3, 3, 1.
    votes = small.comparison.nominees.set_index("nominee_id")["votes"]
    assert votes.to_dict() == {"1": 3, "2": 1, "3": 1, "4": 1}
    recount = small.comparison.approval
    assert (recount.tied, recount.open_seats, recount.possible_outcomes) == (3, 1, 3)
    assert small.available == ("approval", "phragmen", "equal_shares")
    assert small.council_of == "recorded"


def test_results_from_totals_alone_recount_approval_voting_and_no_other_rule(totals):
    assert totals.available == ("approval",)
    assert list(totals.comparison.rules["rule"]) == ["recorded", "approval"]
    # 2 and 3 have three votes each and share the second seat.
    outcomes = totals.comparison.nominees.set_index("nominee_id")["approval"]
    assert outcomes.index[outcomes == "tied"].tolist() == ["2", "3"]


def test_results_hold_members_and_deputies_against_the_rules_apart(small):
    checked = small.composition.set_index("rule_id")
    assert checked.loc["each_municipality", "force"] == "not_applicable"
    assert checked.loc["sex_of_members", "reason"] == "no_column"
    assert checked.loc["sex_of_deputies", "reason"] == "no_column"  # the deputy is there


def test_results_list_every_council_and_every_swap(small):
    # C(4, 2) = 6 councils; two members, two outside: 4 swaps.
    assert small.councils.councils == 6
    assert len(small.councils.swaps) == 4
    # The most votes of two: 3 + 1; the recorded council 1, 2 has them.
    assert (small.councils.most_votes, small.councils.real.votes_lost) == (4, 0)


def test_own_rules_forbid_councils(store, small):
    # A seat for KR1.6 at least: nominee 4 sits on 3 of the 6 councils.
    bound = dataclasses.replace(CHOICES, group_seats=(("KR1.6", 1, None),))
    assert election_results(small.given, bound, store).councils.councils_possible == 3
    none = dataclasses.replace(CHOICES, group_seats=(("KR1.2", 1, None),))
    assert election_results(small.given, none, store).councils.front.empty


def test_votes_of_the_list_are_checked_against_the_voters(store, totals):
    few = dataclasses.replace(CHOICES, voters=4)
    faults = election_results(totals.given, few, store).arithmetic
    # Nominee 1 has 5 votes of 4 voters; all together 12 of 4 times 3.
    assert faults[["check", "nominee_id"]].to_numpy().tolist() == [["votes_above_voters", "1"]]
    assert totals.arithmetic.empty


def test_what_cannot_be_computed_has_its_reason_and_leaves_the_rest(store):
    bare = read_election("Järjestö;Kunta\nA ry;Turku\nB ry;Turku".encode(), store=store)
    results = election_results(bare, dataclasses.replace(CHOICES, seats=3), store)

    assert results.not_computed == {
        "rules": "no_votes",
        "chance": "fewer_nominees",
        "composition": "no_council",
        "councils": "fewer_nominees",
    }
    one = election_results(bare, dataclasses.replace(CHOICES, seats=1), store)
    assert one.not_computed["councils"] == "no_groups"


def test_the_region_is_that_of_most_nominees_unless_one_is_chosen(store, small):
    anywhere = dataclasses.replace(CHOICES, region="")
    # One nominee of Turku and one of Pertunmaa, now Mäntyharju, stand for seats: no region wins.
    assert election_results(small.given, anywhere, store).region == ""
    two = read_election(
        f"{HEADINGS}\n1;A ry;Turku;KR1.1;3;;\n2;B ry;Salo;KR1.4;2;;".encode(), store=store
    )
    assert election_results(two, anywhere, store).region == "02"
    assert small.region == "02"


def test_the_same_remark_is_one_row_with_all_its_lines(store):
    body = "Järjestö;Äänet\n" + "".join(f"Esimerkki {n} ry;-1\n" for n in range(3)) + ";5\n"
    faults = gathered_faults(read_election(body.encode(), store=store).faults)

    assert faults[["reason", "count"]].to_numpy().tolist() == [
        *(["no_organisation", 1], ["bad_votes", 3]),
    ]
    assert faults["lines"].tolist() == [[5], [2, 3, 4]]


# --- the page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lab_tells_the_known_case_and_the_columns_before_any_file(lang, store):
    view, panel = lab(store, lang=lang)
    soup = soup_of(panel)

    assert in_words(7_726_160, lang) in soup.get_text()
    assert len(soup.find("table", id="lab-columns").find_all("tr")) == 9
    names = [link["download"] for link in soup.find_all("a", download=True)]
    assert names == [
        *("election_nominees.csv", "election_ballots.csv"),
        *("invented_example_nominees.csv", "invented_example_ballots.csv"),
    ]
    assert len(view.frame()) == 8


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lab_shows_all_parts_of_an_election(lang, store):
    view, panel = lab(store, lang=lang, region="02")
    press(view, nominees=SMALL, ballots=BALLOTS, body="statutory_council")
    soup = soup_of(panel)

    ids = ["faults", "recount", "rules", "outcomes", "groups", "composition", "front", "swaps"]
    assert [soup.find("table", id=f"lab-{one}") is not None for one in ids] == [True] * len(ids)
    assert soup.find("table", id="lab-funnel") is not None
    assert status(view) == texts(lang)["lab.status.done"]
    words = soup.get_text()
    assert text("lab.recount.won_tie", lang, listed="Esimerkki 2 ry") in words
    assert "Esimerkki 5 ry" not in soup.find("table", id="lab-recount").get_text()  # a deputy
    assert "<NA>" not in words
    assert "nan" not in words.split()
    levels = [int(heading.name[1]) for heading in soup.find_all(["h2", "h3"])]
    assert levels[0] == 2
    assert view._drawing.visible
    assert list(view.frame()["organisation"]) == [f"Esimerkki {n} ry" for n in range(1, 5)]


def test_the_lab_calls_no_group_fallen_out_for_whom_an_unknown_member_may_speak(store):
    # Elected: 1 for the old and 2, of whom no group is known; 3 (KR1.4) is not elected.
    view, panel = lab(store, lang="en", region="02")
    press(view, nominees=SMALL.replace("Pertunmaa;KR1.1", "Pertunmaa;"))
    soup = soup_of(panel)

    last = {
        row.th.get_text(): row.find_all("td")[-1].get_text()
        for row in soup.select("#lab-funnel tbody tr")
    }
    ill, old = (view.store.group_names("en")[code] for code in ("KR1.4", "KR1.1"))
    assert (last[ill], last[old]) == (MISSING, "100.0%")
    said = soup.get_text()
    assert text("lab.funnel.unknown", "en", nominees="1", seats="1") in said
    assert text("funnel.falls_out", "en", stage="Seats", groups=ill) not in said
    assert text("lab.groups.open", "en", rule="Recorded result", listed="")[:20] in said
    assert text("lab.councils.index", "en", view=texts("en")["view.representation.name"]) in said


def test_the_lab_says_that_totals_alone_allow_one_rule(store):
    view, panel = lab(store, lang="en")
    press(view, nominees=SMALL)
    soup = soup_of(panel)

    assert texts("en")["lab.can.totals_only"] in soup.get_text()
    assert texts("en")["lab.read.no_ballots"] in soup.get_text()
    assert texts("en")["lab.rule.phragmen"] not in soup.find("table", id="lab-rules").get_text()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty_file"),
        ("Kunta;Laji\nTurku;a", "missing_column"),
        ("Järjestö;Kunta\n" + "A ry;Turku\n" * 2_001, "too_many_rows"),
        ("%PDF-1.7", "no_table"),
    ],
)
def test_the_lab_says_why_a_file_cannot_be_used_and_shows_no_result(body, reason, store):
    view, panel = lab(store)
    press(view, nominees=body)

    assert status(view) == texts("fi")["lab.status.refused"]
    soup = soup_of(panel)
    assert texts("fi")[f"lab.reason.{reason}"] in soup.get_text()
    assert soup.find("table", id="lab-recount") is None
    assert view.results is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seats": "0"}, "bad_seats"),
        ({"seats": "15,5"}, "bad_seats"),
        ({"approvals": ""}, "bad_approvals"),
        ({"voters": "many"}, "bad_voters"),
        ({"own_group": "KR1.1", "own_least": "3"}, "bad_own"),
        ({"own_group": "KR1.1", "own_least": "2", "own_most": "1"}, "bad_own"),
    ],
)
def test_the_lab_says_which_field_holds_no_number(fields, said, store):
    view, _ = lab(store, lang="en")
    press(view, **{"nominees": SMALL, **fields})

    assert status(view).startswith(texts("en")[f"lab.status.{said}"].split("{")[0])
    assert view.results is None


def test_the_lab_asks_for_a_file_first(store):
    view, _ = lab(store)
    press(view)
    assert status(view) == texts("fi")["lab.status.no_file"]


def test_a_file_is_read_as_soon_as_it_comes_and_earlier_results_go(store):
    view, panel = lab(store)
    press(view, nominees=SMALL)
    view.form.nominees.body = b"\xff\xfe"
    asyncio.run(view._file_came(None))

    assert status(view) == texts("fi")["lab.status.refused"]
    assert soup_of(panel).find("table", id="lab-recount") is None
    assert not view._drawing.visible
    view.form.nominees.body = None
    asyncio.run(view._file_came(None))
    assert status(view) == texts("fi")["lab.status.removed"]


def test_an_unexpected_fault_leaves_a_sentence_and_no_text_of_the_file(store, caplog, monkeypatch):
    def broken(*_, **__):
        raise ValueError("Etunimi Sukunimi")

    view, panel = lab(store, lang="en")
    monkeypatch.setattr("dashboards.views.election.election_results", broken)
    press(view, nominees=SMALL)

    assert "ValueError" in status(view)
    assert "Etunimi" not in html_of(panel) + caplog.text
    assert not view.form.compute.disabled


def test_hostile_names_are_escaped(store):
    view, panel = lab(store)
    hostile = SMALL.replace("Esimerkki 1 ry", "<script>alert(1)</script> ry")
    press(view, nominees=hostile)

    assert "<script>" not in html_of(panel)
    assert "<script>alert(1)</script> ry" in soup_of(panel).get_text()


def test_the_example_is_shown_as_invented_and_forgets_chosen_files(store, monkeypatch):
    view, panel = lab(store, lang="en")
    bodies = {EXAMPLE[0]: SMALL.encode(), EXAMPLE[1]: BALLOTS.encode()}  # the real one takes 3 s
    monkeypatch.setattr("dashboards.views.election.election_file", bodies.get)
    view.form.nominees.body = b"something else"
    view.form.seats.value = "2"
    asyncio.run(view._try_example(None))

    assert texts("en")["lab.is_example"] in soup_of(panel).get_text()
    assert view.form.nominees.body is None
    assert status(view) == texts("en")["lab.status.done"]


def run_lab_python(panel) -> dict:
    code = soup_of(panel).select_one("details.address pre code").get_text()
    result: dict = {}
    exec(code, result)  # noqa: S102 - our own lines
    return result


def test_the_python_of_the_example_gives_the_same_results(store, monkeypatch):
    view, panel = lab(store, lang="sv")
    bodies = {EXAMPLE[0]: SMALL.encode(), EXAMPLE[1]: BALLOTS.encode()}  # the real one takes 3 s
    monkeypatch.setattr("dashboards.views.election.election_file", bodies.get)
    monkeypatch.setattr(election_files, "election_file", bodies.get)
    monkeypatch.setattr(Store, "open", lambda **_: store)
    view.form.seats.value = "2"
    asyncio.run(view._try_example(None))
    result = run_lab_python(panel)["results"]
    assert result.choices == view.results.choices
    assert_frame_equal(result.comparison.nominees, view.results.comparison.nominees)


@pytest.mark.parametrize("ballots", [None, BALLOTS])
def test_the_python_of_own_files_names_none_of_them_and_reads_the_same(
    store, monkeypatch, tmp_path, ballots
):
    view, panel = lab(store, region="02")
    press(view, nominees=SMALL, **({"ballots": ballots} if ballots else {}))
    (tmp_path / "nominees.csv").write_text(SMALL, encoding="utf-8")
    (tmp_path / "ballots.csv").write_text(BALLOTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Store, "open", lambda **_: store)
    result = run_lab_python(panel)["results"]
    assert list(result.members["organisation"]) == list(view.results.members["organisation"])
    assert (result.given.ballots is None) == (ballots is None)


def test_another_region_asks_for_the_results_anew(store):
    view, _ = lab(store, region="10")
    press(view, nominees=SMALL)
    view.state.region = "02"
    assert status(view) == texts("fi")["lab.status.changed"]


def test_two_sessions_know_nothing_of_each_other(store):
    first, _ = lab(store)
    press(first, nominees=SMALL)
    _, panel = lab(store)
    assert "Esimerkki 1 ry" not in html_of(panel)
    assert first.state.query() == opened_state(store, {"view": "election"})[0].query()


# --- its pieces


def test_a_file_chooser_takes_the_file_of_a_message_and_nothing_else():
    chooser = FileChooser()
    chooser._handle_msg({"content": base64.b64encode(b"a;b").decode()})
    assert (chooser.body, chooser.chosen) == (b"a;b", 1)
    for message in ({"content": None}, {"content": "%"}, {}, None, "a", {"content": 7}):
        chooser._handle_msg(message)
        assert chooser.body is None
    chooser._handle_msg({"content": ""})
    assert chooser.body == b""
    chooser.forget()
    assert (chooser.body, chooser.cleared) == (None, 1)


@pytest.mark.parametrize("points", [[(0.0, 0.5)], [(0.0, 0.5), (3.0, 0.6)]])
@pytest.mark.parametrize("marked", [None, (2.0, 0.4, "real")])
def test_a_step_picture_draws_its_points_and_the_marked_one(points, marked):
    drawn = step_picture(points, marked=marked, labels=("a", "b"), tick_script="return tick")
    plot = hv.renderer("bokeh").get_plot(drawn)
    assert len(plot.subplots) == (2 if marked is None else 4)
    assert plot.state.x_range.start < 0


@pytest.mark.parametrize(
    ("lang", "said"), [("fi", "7,7 miljoonaa"), ("sv", "7,7 miljoner"), ("en", "7.7 million")]
)
def test_in_words_says_a_number_as_the_language_does(lang, said):
    assert in_words(7_726_160, lang) == said


def test_counted_tells_the_digits_of_what_no_table_can_hold():
    assert counted(math.comb(2_000, 1_000), "en") == "a number of 601 digits"
    assert counted(7_726_160, "en") == "7,726,160"
