from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from dashboards.cli import app as whole
from dashboards.commands import election
from tests.dashboards.test_election import BALLOTS, SMALL


@pytest.fixture
def run(store, monkeypatch):
    monkeypatch.setattr(election.Store, "open", lambda **_: store)  # read once for all tests
    app = typer.Typer()
    app.callback()(lambda: None)  # so that the command keeps its name
    election.register(app)
    return lambda *words: CliRunner().invoke(app, ["election", *map(str, words)])


@pytest.fixture
def files(tmp_path):
    """A list of nominees and ballots, as files."""
    nominees, ballots = tmp_path / "nominees.csv", tmp_path / "ballots.csv"
    nominees.write_text(SMALL, encoding="utf-8")
    ballots.write_text(BALLOTS, encoding="utf-8")
    return nominees, ballots


def test_election_is_a_command_of_the_program():
    names = [command.name or command.callback.__name__ for command in whole.registered_commands]
    assert "election" in names


def test_election_prints_recount_rules_groups_and_councils(run, files):
    nominees, ballots = files
    result = run(nominees, "--ballots", ballots, "--seats", "2", "--approvals", "3")

    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert "nominees: 5 rows, 5 taken, 0 set aside" in lines
    assert "ballots: 4 rows, 4 ballots count, 0 set aside; 6 approvals count, 0 set aside" in lines
    assert "Esimerkki 1 ry\t3\t1\telected\tyes" in lines
    # Nominees 2, 3 and 4 have one vote each for the second seat.
    assert "tie: 3 nominees with 1 votes share 1 seats; 3 possible results" in lines
    assert "6 councils of 2 from 4 nominees (enumeration)" in lines  # C(4, 2)
    assert "swaps of one member, the first 4 of 4" in lines
    assert "nominees\tunknown_municipality\t1\t4\tTurlu\tTurku" in result.output


def test_election_from_totals_says_that_only_approval_voting_can_be_recounted(run, files):
    result = run(files[0], "--seats", "2")

    assert result.exit_code == 0, result.output
    assert "rules that can be computed: approval\n" in result.output
    assert "only approval voting can be recounted" in result.output
    assert "\nphragmen" not in result.output


def test_election_takes_own_rules_and_the_kind_of_body(run, files):
    options = ("--seats", "2", "--least", "KR1.6=1", "--body", "statutory_council")
    result = run(files[0], *options)

    assert result.exit_code == 0, result.output
    assert "own_KR1.6\town rule\tbinding\tKR1.6\t1\t0\tno\n" in result.output
    assert "section 32\tbinding" in result.output


def test_election_checks_votes_against_voters(run, files):
    result = run(files[0], "--seats", "2", "--voters", "4", "--approvals", "3")
    assert "does not add up: votes_above_voters: 5 votes, at most 4" in result.output


def test_election_shows_the_invented_example_as_invented(run, monkeypatch):
    bodies = {election.EXAMPLE[0]: SMALL.encode(), election.EXAMPLE[1]: BALLOTS.encode()}
    monkeypatch.setattr(election, "election_file", bodies.get)  # the real one takes 3 s
    result = run("--example", "--seats", "2")

    assert result.exit_code == 0, result.output
    assert result.output.startswith("Invented example")


def test_election_uses_the_nominees_where_the_ballots_are_refused_and_ends_with_1(
    run, files, tmp_path
):
    (tmp_path / "empty.csv").write_bytes(b"")
    result = run(files[0], "--ballots", tmp_path / "empty.csv", "--seats", "2")

    assert result.exit_code == 1
    assert "ballots\tempty_file\t1" in result.output
    assert "recount by approval voting" in result.output
    assert "The ballots could not be used" in result.output


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty_file"),
        ("Kunta;Laji\nTurku;a", "missing_column"),
        ("Järjestö;Kunta\n" + "A ry;Turku\n" * 2_001, "too_many_rows"),
    ],
)
def test_election_refuses_a_wrong_file_with_its_reason(run, tmp_path, body, reason):
    file = tmp_path / "wrong.csv"
    file.write_text(body, encoding="utf-8")
    result = run(file, "--seats", "2")

    assert result.exit_code == 1
    assert f"nominees\t{reason}\t1" in result.output
    assert "The list of nominees cannot be used." in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Give the list of nominees, or --example."),
        (("no-such-file", "--seats", "2"), "cannot be read"),
        ((__file__,), "--seats 15"),
        ((__file__, "--example"), "not both"),
        ((__file__, "--seats", "2", "--body", "parliament"), "expected one of"),
        ((__file__, "--seats", "2", "--region", "99"), "expected one of"),
        ((__file__, "--seats", "2", "--least", "KR1.1"), "GROUP=N"),
        ((__file__, "--seats", "2", "--most", "KR9.9=1"), "expected one of"),
        ((__file__, "--seats", "2", "--least", "KR1.1=2", "--most", "KR1.1=1"), "KR1.1: more"),
    ],
)
def test_election_with_wrong_options_is_a_sentence(run, words, said):
    result = run(*words)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_election_names_no_person(run, tmp_path):
    file = tmp_path / "persons.csv"
    file.write_text(
        "Järjestö;Ehdokas;Kunta;Kohderyhmät\nA ry;Etunimi Sukunimi;Etunimi Sukunimi;Etu Suku\n"
        "B ry;Toinen Henkilö;Turku;KR1.1\n",
        encoding="utf-8",
    )
    result = run(file, "--seats", "1")

    assert result.exit_code == 0, result.output
    assert "person_column" in result.output
    assert not any(name in result.output for name in ("Etunimi", "Etu Suku", "Henkilö"))
