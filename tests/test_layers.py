"""The layers of the house: reads every import and fails when an arrow points up."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path for package in ("loaders", "geo", "dashboards") for path in (ROOT / package).rglob("*.py")
)
HTTP = {"requests", "urllib.request", "urllib3", "http.client", "httpx", "aiohttp", "tenacity"}
SCREEN_OR_FILE = {"panel", "holoviews", "bokeh", "folium", "matplotlib", "requests", "urllib", "io"}


def imported(path: Path) -> set[str]:
    """Names of all modules that a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


def tops(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_import_points_up(path):
    package = path.relative_to(ROOT).parts[0]
    names = imported(path)
    forbidden = {"loaders": {"geo", "dashboards"}, "geo": {"dashboards"}, "dashboards": set()}
    assert tops(names) & forbidden[package] == set()
    if package == "geo":
        assert {name for name in names if tops({name}) == {"loaders"}} <= {"loaders.tables"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_fetch_speaks_http(path):
    if name_of(path) != "loaders/fetch.py":
        assert imported(path) & HTTP == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_geo_touches_no_file_and_no_screen(path):
    if path.relative_to(ROOT).parts[0] != "geo":
        return
    assert tops(imported(path)) & SCREEN_OR_FILE == set()
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "open" not in calls


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_store_and_the_command_line_join_loaders_to_the_page(path):
    joining = {"dashboards/store.py", "dashboards/cli.py"}
    is_command = name_of(path).startswith("dashboards/commands/")
    if path.relative_to(ROOT).parts[0] != "dashboards" or name_of(path) in joining or is_command:
        return
    names = {name for name in imported(path) if tops({name}) == {"loaders"}}
    assert names <= {"loaders.tables"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_settings_reads_the_environment(path):
    if name_of(path) != "loaders/settings.py":
        text = path.read_text(encoding="utf-8")
        assert "os.environ" not in text
        assert "getenv" not in text


def test_every_module_says_what_lives_in_it():
    trees = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    silent = [name for name, tree in trees.items() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_file_of_dashboards_bears_the_name_of_a_package():
    # Panel puts the folder of the served file first on sys.path.
    from importlib.metadata import packages_distributions

    own = {path.stem for path in (ROOT / "dashboards").glob("*.py")} - {"__init__", "__main__"}
    own |= {path.name for path in (ROOT / "dashboards").iterdir() if path.is_dir()}
    assert own & set(packages_distributions()) - {"dashboards"} == set()


def test_the_top_level_is_the_owners():
    fixed = {
        "dashboards",
        "data",
        "geo",
        "loaders",
        "tests",
        "environment.yml",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    }
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in found - fixed if not name.endswith(".egg-info")} == set()
