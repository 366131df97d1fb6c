"""The README tells the truth: its files exist, its variables and numbers hold."""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from loaders import Settings, SourceChanged
from loaders.gathering import gather
from loaders.load import read_body
from loaders.settings import VARIABLES
from loaders.source import Scope
from tests.loaders.test_sources import OTHER_FORMATS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DATA_README = (ROOT / "data" / "README.md").read_text(encoding="utf-8")


def test_every_file_the_readme_names_exists():
    named = re.findall(r"`((?:dashboards|data|geo|loaders|tests|\.github)/[\w./*]+)`", README)
    named += re.findall(r"\]\((\.github/[\w./]+)\)", README)
    assert len(named) > 15
    made_by_use = {
        "data/own/",
        "data/cache/",
        "tests/fixtures/sources/example_associations.csv",
    }
    gone = [name for name in set(named) - made_by_use if not list(ROOT.glob(name.rstrip("/")))]
    assert gone == []


def test_the_readme_documents_every_variable_and_no_other():
    assert set(re.findall(r"JARJESTOKARTTA_\w+", README)) == set(VARIABLES)


def test_the_readme_has_two_commands_for_a_shell():
    commands = re.findall(r"```sh\n(.+?)\n```", README, flags=re.DOTALL)
    assert len(commands) == 2
    assert "jarjestokartta serve" in commands[0]
    assert "pytest" in commands[1]


def test_the_numbers_of_the_readme_are_those_of_the_tables():
    rows = {
        name: len(pd.read_csv(ROOT / "data" / "fixed" / f"{name}.csv", dtype=str))
        for name in ("municipalities", "organisations", "boards", "seats")
    }
    assert f"{rows['municipalities']} municipalities" in README
    assert f"{rows['organisations']} organisations" in README
    assert f"{rows['boards']} boards with {rows['seats']} rows of seats" in README


def test_the_data_readme_tells_the_origin_of_every_embedded_file():
    untold = [
        path.name
        for path in (ROOT / "data" / "fixed").iterdir()
        if f"`{path.name}`" not in DATA_README
    ]
    assert untold == []


def test_environment_yml_asks_for_what_pyproject_asks_for():
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = pyproject.split("dependencies = [")[1].split("]\n")[0]
    names = set(re.findall(r'"([\w-]+)[^"]*"', wanted))
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8")
    given = set(re.findall(r"- ([\w-]+?)(?:-base)?[><=]", environment))
    assert names - given == set()


def test_the_source_that_the_readme_shows_is_one(monkeypatch, tmp_path):
    [shown] = [
        block
        for block in re.findall(r"```python\n(.+?)```", README, flags=re.DOTALL)
        if "SOURCE = Source(" in block
    ]
    (tmp_path / "example_associations.py").write_text(shown, encoding="utf-8")
    package = sys.modules["loaders.sources"]
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    body = b"nimi;kunta\nEsimerkki ry;Mikkeli\n;Juva\n"
    turned = b"nimi;kunta\n;Juva\nEsimerkki ry;Mikkeli\nEsimerkki ry;Mikkeli\n"

    try:
        frame, rejects = read_body("example_associations", body)
        again, twice = read_body("example_associations", turned)
        for other in OTHER_FORMATS.values():
            with pytest.raises(SourceChanged, match="example_associations"):
                read_body("example_associations", other)
        scope = Scope(
            base_url="https://www.example.fi/yhdistykset.csv",
            today=dt.date(2026, 11, 21),
            year=2026,
            municipality_codes=("491",),
            region_codes=("10",),
            wellbeing_county_codes=("12",),
        )
        file = tmp_path / "list.csv"
        file.write_bytes(body)
        part = gather("example_associations", scope, settings=Settings(), file=file)
    finally:
        sys.modules.pop("loaders.sources.example_associations", None)
        vars(package).pop("example_associations", None)

    assert frame[["record_id", "name", "municipality_name"]].to_numpy().tolist() == [
        ["example:esimerkki-ry-mikkeli", "Esimerkki ry", "Mikkeli"]
    ]
    assert rejects["reason"].tolist() == ["no_name"]
    assert again.equals(frame)
    assert twice["reason"].tolist() == ["no_name", "duplicate"]
    assert part.frames["organisation_records"].equals(frame)
