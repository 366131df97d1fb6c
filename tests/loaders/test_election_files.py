from __future__ import annotations

import contextlib
import io
import random
import runpy
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import LoaderError
from loaders.election_ballots import read_ballots
from loaders.election_files import (
    MAX_BALLOT_ROWS,
    MAX_BYTES,
    MAX_NOMINEES,
    MOST_NEAR,
    REASONS,
    FileRefused,
    fault_frame,
)
from loaders.election_nominees import read_nominees

ROOT = Path(__file__).resolve().parents[2]
GROUPS = pd.read_csv(ROOT / "data" / "fixed" / "target_groups.csv", dtype="string")
EXAMPLES = ROOT / "data" / "examples"
TEMPLATES = ROOT / "data" / "templates"
NOMINEES = pd.DataFrame(
    {"nominee_id": list("123"), "organisation": [f"Esimerkki {n} ry" for n in "123"]}
)


def nominees(text: str | bytes):
    return read_nominees(text.encode() if isinstance(text, str) else text, GROUPS)


def ballots(text: str | bytes, **options):
    return read_ballots(text.encode() if isinstance(text, str) else text, NOMINEES, **options)


def told(read) -> list[tuple]:
    return [(fault.line, fault.reason, fault.text) for fault in read.faults]


def refusal(read, text) -> tuple:
    with pytest.raises(FileRefused) as caught:
        read(text)
    assert isinstance(caught.value, LoaderError)
    return caught.value.faults


def pairs(read) -> list[tuple[str, str]]:
    return list(read.ballots.itertuples(index=False, name=None))


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


# --- nominees


@pytest.mark.parametrize(
    "headings",
    [
        "Ehdokasnumero;Järjestö;Kunta;Kohderyhmät;Äänet;Valittu;Sukupuoli;Rooli",
        "Kandidatnummer;Organisation;Kommun;Målgrupper;Röster;Vald;Kön;Roll",
        "Nominee number;Organisation;Municipality;Target groups;Votes;Elected;Sex;Role",
    ],
)
def test_read_nominees_knows_headings_in_three_languages(headings):
    read = nominees(f"{headings}\n7;Esimerkki ry;Turku;Ikäihmiset | KR1.4;1 200;kyllä;nainen;")

    assert read.faults == ()
    row = read.nominees.iloc[0]
    assert row[["nominee_id", "organisation", "place_name", "votes"]].tolist() == [
        *("7", "Esimerkki ry", "Turku", 1200),
    ]
    assert row[["is_elected", "sex", "role"]].tolist() == [True, "female", "member"]
    assert read.nominee_groups["target_group_code"].tolist() == ["KR1.1", "KR1.4"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_read_nominees_takes_csv_of_every_kind(codec, delimiter):
    lines = [["Järjestö", "Kohderyhmät"], ["Esimerkki ry", "De äldre"]]
    body = "\r\n".join(delimiter.join(line) for line in lines).encode(codec)

    assert nominees(body).nominee_groups["target_group_code"].tolist() == ["KR1.1"]


def test_read_nominees_takes_workbooks_and_says_what_else_is_in_them():
    rows = [["Ehdokkaat 2020"], [], ["Järjestö", "Äänet"], ["Esimerkki 1 ry", 12]]
    read = nominees(workbook([["Muuta", "Tietoa"], ["a", "b"]], rows))

    assert read.nominees["votes"].tolist() == [12]
    assert told(read) == [(1, "above_headings", ""), (None, "other_table", "1")]


def test_read_nominees_accounts_for_every_row():
    read = nominees(
        "Järjestö;Äänet;Kohderyhmät\n"
        "Esimerkki 1 ry;5;KR1.1\n"
        ";7;KR1.2\n"
        "esimerkki  1 RY;5;\n"
        '"=HYPERLINK(""x"")";1;\n'
        "Esimerkki 2 ry;3;KR1.1;KR1.2\n"
        "Esimerkki 3 ry;2;KR9.9\n"
    )

    assert read.rows == 6
    assert read.nominees["organisation"].tolist() == ["Esimerkki 1 ry", "Esimerkki 3 ry"]
    assert [(line, reason) for line, reason, _ in told(read)] == [
        (3, "no_organisation"),
        (4, "duplicate_nominee"),
        (5, "formula_row"),
        (6, "more_cells_than_headings"),
        (7, "unknown_target_group"),
    ]
    rows_aside = sum(REASONS[reason] == "row" for _, reason, _ in told(read))
    assert len(read.nominees) + rows_aside == read.rows


def test_read_nominees_keeps_a_nominee_whose_cells_are_wrong():
    read = nominees(
        "Järjestö;Äänet;Valittu;Sukupuoli;Rooli;Kohderyhmät\n"
        "Esimerkki 1 ry;-1;ehkä;x;sihteeri;Ikaihmise\n"
        "Esimerkki 2 ry;2,5;=A1;;varajäsen;\n"
        "Esimerkki 3 ry;#N/A;ei;mies;;Nuoret, KR1.6\n"
    )

    assert told(read) == [
        *((2, "unknown_role", ""), (2, "bad_votes", "-1"), (2, "bad_elected", "")),
        *((2, "unknown_sex", "x"), (2, "unknown_target_group", "Ikaihmise")),
        *((3, "bad_votes", "2,5"), (3, "formula", ""), (4, "formula", "")),
    ]
    assert read.faults[4].near == ("Ikäihmiset",)
    assert read.nominees["votes"].isna().all()
    assert read.nominees["role"].tolist() == ["member", "deputy", "member"]
    assert read.nominees["is_elected"].tolist() == [pd.NA, pd.NA, False]
    assert read.nominee_groups["target_group_code"].tolist() == ["KR1.3", "KR1.6"]


def test_read_nominees_reads_no_names_of_persons_and_says_so():
    read = nominees(
        "Järjestö;Ehdokas;Nimi;Sähköposti;Asema\n"
        "Esimerkki ry;Etunimi Sukunimi;Etunimi Sukunimi;a@example.fi;toiminnanjohtaja\n"
    )

    assert told(read) == [
        *((1, "person_column", "Ehdokas"), (1, "person_column", "Nimi")),
        *((1, "person_column", "Sähköposti"), (1, "unknown_column", "Asema")),
    ]
    assert "Etunimi" not in f"{read.nominees.to_dict()} {read.faults}"


def test_read_nominees_takes_the_column_nominee_for_numbers_where_numbers_stand_in_it():
    read = nominees("Ehdokas;Järjestö\n07;Esimerkki 1 ry\n8;Esimerkki 2 ry\n8;Esimerkki 3 ry")

    assert read.nominees["nominee_id"].tolist() == ["7", "8"]
    assert told(read) == [(4, "duplicate_nominee", "8")]


def test_read_nominees_keeps_two_numbered_nominees_of_one_organisation():
    read = nominees("Nro;Järjestö;Rooli\n1;A ry;jäsen\n2;A ry;jäsen\n3;A ry;varajäsen\nX;B ry;")

    assert read.nominees["nominee_id"].tolist() == ["1", "2", "3", "r5"]
    assert told(read) == [(3, "same_organisation", ""), (5, "bad_nominee_id", "X")]


def test_read_nominees_takes_a_blank_for_no_only_where_the_elected_alone_are_marked():
    marked = nominees("Järjestö;Valittu\nA ry;x\nB ry;\nC ry;")
    both = nominees("Järjestö;Valittu\nA ry;kyllä\nB ry;ei\nC ry;")

    assert marked.nominees["is_elected"].tolist() == [True, False, False]
    assert told(marked) == [(None, "not_marked_elected", "2")]
    assert both.nominees["is_elected"].tolist() == [True, False, pd.NA]


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b"\r\n;;;\r\n", b"\xff\xfe"])
def test_an_empty_file_is_refused_as_empty(body):
    assert [fault.reason for fault in refusal(nominees, body)] == ["empty_file"]
    assert [fault.reason for fault in refusal(ballots, body)] == ["empty_file"]


@pytest.mark.parametrize("name", ["election_nominees.csv", "election_ballots.csv"])
def test_a_template_sent_back_as_it_was_is_empty(name):
    body = (TEMPLATES / name).read_bytes()
    read = nominees if "nominees" in name else ballots
    assert [fault.reason for fault in refusal(read, body)] == ["empty_file"]


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7", b"PK\x03\x04damaged", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b'a;"b\nc;d']
)
def test_a_file_of_another_kind_is_refused_as_no_table(body):
    assert [fault.reason for fault in refusal(nominees, body)] == ["no_table"]


def test_wrong_columns_are_named_with_headings_near_them_and_no_other_cell_is_told():
    [fault] = refusal(nominees, "Järjestöö;Kunta\nEsimerkki ry;Turku")
    assert (fault.line, fault.reason, fault.text) == (1, "missing_column", "organisation")
    assert fault.near == ("Järjestöö",)

    with pytest.raises(FileRefused) as caught:
        nominees("Etunimi Sukunimi;a@example.fi\nToinen Henkilö;b@example.fi")
    assert "Etunimi" not in f"{caught.value} {caught.value.faults}"
    assert [fault.text for fault in refusal(ballots, "Kunta;Väri\nTurku;sininen")] == [
        *("ballot", "nominee"),
    ]


def test_a_list_without_one_usable_row_is_refused_with_what_is_wrong_in_it():
    faults = refusal(nominees, "Järjestö;Kunta\n;Turku\n;Salo")
    assert [fault.reason for fault in faults] == [
        *("no_nominees", "no_organisation", "no_organisation"),
    ]


def test_a_hundred_thousand_nominees_are_refused_with_the_limit_and_the_number():
    body = "Järjestö;Kunta\n" + "Esimerkki ry;Turku\n" * 100_000

    [fault] = refusal(nominees, body)

    assert (fault.reason, fault.text) == ("too_many_rows", "100000")
    assert MAX_NOMINEES == 2_000


def test_more_ballots_than_the_limit_are_refused_and_so_are_more_bytes():
    [fault] = refusal(ballots, "Lippu;Ehdokas\n" + "1;1\n" * (MAX_BALLOT_ROWS + 100))
    assert fault.reason == "too_many_rows"
    [fault] = refusal(ballots, b"x" * (MAX_BYTES + 1))
    assert fault.reason == "too_large"


# --- ballots


FORMS = {
    "wide": "Lippu;Esimerkki 1 ry;Esimerkki 2 ry;Esimerkki 3 ry\na;x;1;\nb;;;\nc;;kyllä;x",
    "wide by number": "Lippu;1;2;3\na;x;x;\nb;0;ei;-\nc;;X;✓",
    "long": "Lippu;Ehdokas\na;1\na;Esimerkki 2 ry\nb;\nc;2. Esimerkki 2 ry\nc;03",
    "list": "Lippu;Ehdokkaat\na;1|2\nb;\nc;Esimerkki 2 ry, Esimerkki 3 ry",
    "unquoted list": "Lippu;Hyväksytyt\na;1;2\nb\nc;2;3",
}


@pytest.mark.parametrize("form", FORMS)
def test_read_ballots_takes_three_forms_and_keeps_empty_ballots(form):
    read = ballots(FORMS[form])

    assert read.form == form.split()[-1 if "list" in form else 0]
    assert read.ballot_ids == ("1", "2", "3")
    assert pairs(read) == [("1", "1"), ("1", "2"), ("3", "2"), ("3", "3")]
    assert read.faults == ()
    assert (read.ballots_set_aside, read.approvals_set_aside) == (0, 0)


def test_read_ballots_sets_aside_an_unknown_nominee_and_keeps_the_ballot():
    read = ballots("Lippu;Ehdokas\na;Esimerkki 1 ry\na;Esimerki 2 ry\nb;Etunimi Sukunimi\nb;9")

    assert read.ballot_ids == ("1", "2")
    assert pairs(read) == [("1", "1")]
    # What is near a nominee is told, a number too; what may be a person is not.
    assert told(read) == [
        *((3, "unknown_nominee", "Esimerki 2 ry"), (4, "unknown_nominee", "")),
        (5, "unknown_nominee", "9"),
    ]
    assert "Esimerkki 2 ry" in read.faults[0].near
    assert read.approvals_set_aside == 3


def test_read_ballots_sets_aside_marks_under_an_unknown_nominee():
    read = ballots("Lippu;1;2;9;Aika\na;x;x;x;12:00\nb;?;2;;12:05")

    assert pairs(read) == [("1", "1"), ("1", "2")]
    assert told(read) == [
        *((1, "unknown_column", ""), (2, "unknown_nominee", "9")),
        *((3, "unknown_mark", ""), (3, "unknown_mark", "2")),
    ]


def test_read_ballots_does_not_count_a_ballot_with_more_approvals_than_allowed():
    read = ballots("Lippu;Hyväksytyt\na;1|2|9\nb;1|1|2\nc;3", approvals=2)

    # Ballot a has three marks; b has two and one of them twice.
    assert read.ballot_ids == ("1", "2")
    assert pairs(read) == [("1", "1"), ("1", "2"), ("2", "3")]
    assert told(read) == [
        *((2, "unknown_nominee", "9"), (3, "approval_twice", "1"), (2, "too_many_approvals", "3")),
    ]
    assert (read.ballots_set_aside, read.approvals_set_aside) == (1, 2)


def test_read_ballots_sets_aside_a_ballot_that_comes_twice_and_rows_without_one():
    twice = ballots("Lippu;1;2\na;x;\nA;;x")
    without = ballots("Lippu;Ehdokas\n;1\na;2")

    assert (twice.ballot_ids, told(twice)) == (("1",), [(3, "duplicate_ballot", "")])
    assert (without.ballot_ids, told(without)) == (("1",), [(2, "no_ballot_id", "")])
    assert without.approvals_set_aside == 1


def test_read_ballots_forgets_what_names_a_ballot():
    read = ballots("Äänestäjä;Ehdokas\nEtunimi Sukunimi;1\nToinen Henkilö;1")

    assert read.ballot_ids == ("1", "2")
    assert "Etunimi" not in f"{read}"


def test_read_ballots_says_that_blank_lines_are_no_ballots():
    assert told(ballots("1;2\nx;\n\n;x")) == [(None, "blank_lines", "1")]


def test_read_ballots_does_not_guess_between_two_nominees_of_one_name():
    both = pd.DataFrame({"nominee_id": ["1", "2"], "organisation": "Esimerkki ry"})
    read = read_ballots(b"Lippu;Ehdokas\na;Esimerkki ry\na;2", both)

    assert pairs(read) == [("1", "2")]
    assert told(read) == [(2, "ambiguous_nominee", "")]


def test_a_hundred_thousand_rows_of_ballots_are_read_and_none_hangs():
    rows = "\n".join(f"{row // 10};Tuntematon {row} ry" for row in range(100_000))

    read = ballots("Lippu;Ehdokas\n" + rows)

    assert (len(read.ballot_ids), len(read.faults)) == (10_000, 100_000)
    # Near names are looked for among all nominees, so not for every name of a wrong file.
    assert sum(bool(fault.near) for fault in read.faults) <= MOST_NEAR


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["Järjestö;Äänet\n", "Lippu;Ehdokas\n", ""]))
def test_any_bytes_give_rows_or_an_error_of_ours(body, heading):
    for read in (nominees, ballots):
        try:
            found = read(heading.encode() + body)
        except LoaderError:
            continue
        assert set(fault_frame(found.faults)["reason"]) <= set(REASONS)


def test_cut_and_shuffled_examples_give_rows_or_an_error_of_ours():
    chance = random.Random(4)  # noqa: S311
    for file in EXAMPLES.glob("*.csv"):
        body = file.read_bytes()
        for _ in range(20):
            cut = body[: chance.randrange(len(body))]
            for read in (nominees, ballots):
                with contextlib.suppress(FileRefused):
                    read(cut)


# --- the invented example


def test_the_invented_example_has_the_size_of_the_real_election_and_no_fault():
    listed = nominees((EXAMPLES / "invented_example_nominees.csv").read_bytes())
    body = (EXAMPLES / "invented_example_ballots.csv").read_bytes()
    cast = read_ballots(body, listed.nominees, approvals=10)

    assert (listed.faults, cast.faults) == ((), ())
    assert (len(listed.nominees), len(cast.ballot_ids), len(cast.ballots)) == (26, 66, 660)
    assert listed.nominees["is_elected"].sum() == 15
    votes = cast.ballots["nominee_id"].value_counts().reindex(listed.nominees["nominee_id"])
    assert votes.tolist() == listed.nominees["votes"].tolist()
    assert listed.nominees["organisation"].str.fullmatch(r"Esimerkki \d+ ry").all()


def test_the_invented_example_is_what_its_generator_writes(tmp_path):
    runpy.run_path(str(EXAMPLES / "make_election_example.py"))["write"](tmp_path)
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (EXAMPLES / file.name).read_bytes()
