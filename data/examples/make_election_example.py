"""Invents the example of the election lab: its files lie beside this one; nothing in it is real.

    python data/examples/make_election_example.py

Only the size is that of a real election, the council of Varsinais-Suomi in 2020: 26 nominees,
66 voters with 10 approvals each, 15 seats. The voters are invented in four unequal blocs, so that
the rules differ; the seed is one with which votes tie at the last seat (a lot is drawn then).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

SEED = 21
VOTERS, APPROVALS, SEATS = 66, 10, 15

# Groups and municipality of each nominee, bloc by bloc; then how many voters each bloc has.
BLOCS = (
    (
        (("KR1.1",), "Turku", "nainen"),
        (("KR1.1",), "Salo", "mies"),
        (("KR1.1", "X.veteraanit"), "Loimaa", "mies"),
        (("KR1.1", "KR1.4"), "Turku", "nainen"),
        (("KR1.4",), "Turku", "nainen"),
        (("KR1.4",), "Kaarina", "nainen"),
        (("KR1.4",), "Raisio", "mies"),
        (("KR1.4", "KR1.6"), "Turku", "nainen"),
        (("X.omaishoitajat", "KR1.1"), "Uusikaupunki", "nainen"),
        (("X.omaishoitajat",), "Lieto", "nainen"),
        (("KR1.1",), "Parainen", "nainen"),
    ),
    (
        (("KR1.2",), "Turku", "nainen"),
        (("KR1.2",), "Salo", "nainen"),
        (("KR1.2", "KR1.3"), "Naantali", "nainen"),
        (("KR1.3",), "Turku", "mies"),
        (("KR1.3",), "Kaarina", "nainen"),
    ),
    (
        (("KR1.6",), "Turku", "mies"),
        (("KR1.6",), "Turku", "nainen"),
        (("KR1.6",), "Loimaa", "mies"),
        (("KR1.6", "KR1.2"), "Paimio", "nainen"),
    ),
    (
        (("X.mielenterveys",), "Turku", "nainen"),
        (("X.mielenterveys", "X.paihde"), "Salo", "mies"),
        (("X.paihde",), "Turku", "mies"),
        (("X.maahanmuuttajat",), "Turku", "nainen"),
        (("X.tyottomat",), "Raisio", "mies"),
        (("X.vakivalta",), "Turku", "nainen"),
    ),
)
BLOC_VOTERS = (30, 14, 12, 10)
OWN_BLOC = 20.0
"""How much rather a voter approves a nominee of the own bloc."""


def invented_ballots(seed: int = SEED) -> np.ndarray:
    """A row per voter, a column per nominee, 1 where the one approves the other."""
    random = np.random.default_rng(seed)
    bloc_of = np.repeat(np.arange(len(BLOCS)), [len(bloc) for bloc in BLOCS])
    known = random.uniform(0.6, 1.4, len(bloc_of))  # how well known a nominee is to all
    ballots = np.zeros((VOTERS, len(bloc_of)), dtype=int)
    for voter, bloc in enumerate(np.repeat(np.arange(len(BLOCS)), BLOC_VOTERS)):
        liking = known * np.where(bloc_of == bloc, OWN_BLOC, 1.0)
        chosen = random.choice(len(bloc_of), APPROVALS, replace=False, p=liking / liking.sum())
        ballots[voter, chosen] = 1
    return ballots[random.permutation(VOTERS)]


def elected(votes: np.ndarray, seed: int = SEED) -> np.ndarray:
    """The nominees with most votes; of equal ones at the last seat a lot decides."""
    lot = np.random.default_rng(seed + 1).permutation(len(votes))
    return np.isin(np.arange(len(votes)), np.lexsort((lot, -votes))[:SEATS])


def write(folder: Path) -> None:
    """Write both files."""
    ballots = invented_ballots()
    votes = ballots.sum(axis=0)
    is_elected = elected(votes)
    nominees = [nominee for bloc in BLOCS for nominee in bloc]
    rows = ["Ehdokasnumero;Järjestö;Kunta;Kohderyhmät;Äänet;Valittu;Sukupuoli"]
    rows += [
        f"{number};Esimerkki {number} ry;{place};{' | '.join(groups)};{votes[number - 1]};"
        f"{'kyllä' if is_elected[number - 1] else 'ei'};{sex}"
        for number, (groups, place, sex) in enumerate(nominees, start=1)
    ]
    _write(folder / "invented_example_nominees.csv", rows)
    rows = ["Äänestyslippu;" + ";".join(str(number) for number in range(1, len(nominees) + 1))]
    rows += [
        f"{number};" + ";".join("x" if mark else "" for mark in ballot)
        for number, ballot in enumerate(ballots, start=1)
    ]
    _write(folder / "invented_example_ballots.csv", rows)


def _write(path: Path, rows: list[str]) -> None:
    # With its mark, as the spreadsheets of Finnish offices want it.
    path.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")


if __name__ == "__main__":
    write(Path(__file__).resolve().parent)
