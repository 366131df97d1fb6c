from __future__ import annotations

import dataclasses
import sys
from types import ModuleType

import pytest

import loaders
from loaders.errors import LoaderError
from loaders.registry import FIELDS, docstring_fields, source_faults, source_module, sources
from loaders.sources import esavo_liaisons

FORM = "Toys.\n\n" + "\n".join(f"{field}: told" for field in FIELDS)


def toy_module(**members: object) -> ModuleType:
    module = ModuleType("toy", FORM)
    module.SOURCE = dataclasses.replace(esavo_liaisons.SOURCE, id="toy")
    module.parse = lambda body: None
    for name, member in members.items():
        setattr(module, name, member)
    return module


def test_sources_finds_the_files_of_the_folder():
    assert sources()["esavo_liaisons"] is esavo_liaisons


def test_sources_is_a_public_name_that_imports_do_not_take_away():
    assert loaders.sources is sources


def test_source_module_offers_near_names():
    with pytest.raises(LoaderError, match="No source is called 'esavo_liaison'; there is esavo_li"):
        source_module("esavo_liaison")


@pytest.mark.parametrize("name", ["", "..tables", "os", "__init__", "Esavo_Liaisons"])
def test_source_module_imports_no_other_module(name):
    with pytest.raises(LoaderError, match="No source is called"):
        source_module(name)


def test_a_file_that_is_no_source_is_told_with_all_its_faults(monkeypatch, tmp_path):
    (tmp_path / "half_done.py").write_text('"""Half.\n\nPublisher: me\n"""\n')
    (tmp_path / "_aside.py").write_text("raise ZeroDivisionError\n")
    package = sys.modules["loaders.sources"]
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])

    try:
        with pytest.raises(LoaderError) as caught:
            sources()
        with pytest.raises(LoaderError, match=r"half_done\.py: no SOURCE"):
            source_module("half_done")
        assert source_module("esavo_liaisons") is esavo_liaisons
    finally:
        sys.modules.pop("loaders.sources.half_done", None)
        vars(package).pop("half_done", None)

    message = str(caught.value)
    assert "loaders/sources/half_done.py: no SOURCE" in message
    assert "no function parse(body)" in message
    assert "the docstring has no Page" in message
    assert "no Publisher" not in message
    assert "esavo" not in message


def test_source_faults_of_a_whole_source_are_none():
    assert source_faults("toy", toy_module()) == []


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"SOURCE": None}, "no SOURCE"),
        ({"SOURCE": esavo_liaisons.SOURCE}, "SOURCE.id is 'esavo_liaisons', expected the name"),
        (
            {"SOURCE": dataclasses.replace(esavo_liaisons.SOURCE, id="toy", table="liaison")},
            "SOURCE.table 'liaison' is not in loaders.tables",
        ),
        ({"parse": None}, "no function parse"),
        ({"__doc__": FORM.replace("Caveats", "Cave")}, "the docstring has no Caveats"),
        ({"__doc__": FORM.replace("Licence: told", "Licence:")}, "the docstring has no Licence"),
    ],
)
def test_source_faults_tell_what_is_missing(members, fault):
    (told,) = source_faults("toy", toy_module(**members))

    assert told.startswith(f"loaders/sources/toy.py: {fault}")


def test_docstring_fields_go_on_over_indented_lines_only():
    module = ModuleType(
        "toy", "Toys.\n\nPage: https://a.fi\n    b\nOther: c\n    d\n\nUpdated: e\n"
    )

    assert docstring_fields(module) == {"Page": "https://a.fi b", "Updated": "e"}


def test_docstring_fields_of_a_module_without_a_docstring_are_none():
    assert docstring_fields(ModuleType("toy")) == {}
