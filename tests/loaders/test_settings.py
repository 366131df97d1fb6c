from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import loaders
from loaders.errors import LoaderError
from loaders.settings import VARIABLES, Settings


def test_from_env_without_variables_gives_the_defaults():
    settings = Settings.from_env({"HOME": "/nowhere", "PATH": "/bin"})

    assert settings == Settings()
    assert settings.data_dir == Path(loaders.__file__).resolve().parent.parent / "data"
    assert settings.cache_dir.name == "jarjestokartta"
    assert settings.user_agent.startswith("jarjestokartta/")
    assert (settings.connect_timeout_s, settings.read_timeout_s) == (5.0, 20.0)
    assert (settings.total_timeout_s, settings.max_bytes) == (120.0, 50_000_000)
    assert (settings.tries, settings.is_offline) == (4, False)


def test_from_env_reads_every_variable():
    settings = Settings.from_env(
        {
            "JARJESTOKARTTA_DATA_DIR": "/srv/data",
            "JARJESTOKARTTA_CACHE_DIR": "/srv/cache",
            "JARJESTOKARTTA_USER_AGENT": "county test",
            "JARJESTOKARTTA_CONNECT_TIMEOUT": "1.5",
            "JARJESTOKARTTA_READ_TIMEOUT": "2",
            "JARJESTOKARTTA_TOTAL_TIMEOUT": "30",
            "JARJESTOKARTTA_MAX_BYTES": "1000",
            "JARJESTOKARTTA_TRIES": "1",
            "JARJESTOKARTTA_OFFLINE": "Yes",
        }
    )

    assert settings == Settings(
        data_dir=Path("/srv/data"),
        cache_dir=Path("/srv/cache"),
        user_agent="county test",
        connect_timeout_s=1.5,
        read_timeout_s=2.0,
        total_timeout_s=30.0,
        max_bytes=1000,
        tries=1,
        is_offline=True,
    )


def test_every_field_has_a_variable_and_every_variable_a_field():
    assert set(VARIABLES.values()) == {field.name for field in dataclasses.fields(Settings)}


def test_from_env_reads_the_environment_of_the_process(monkeypatch):
    monkeypatch.setenv("JARJESTOKARTTA_TRIES", "7")

    assert Settings.from_env().tries == 7


def test_from_env_takes_an_empty_variable_as_not_set():
    assert Settings.from_env({"JARJESTOKARTTA_CACHE_DIR": " "}) == Settings()


def test_from_env_expands_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    assert Settings.from_env({"JARJESTOKARTTA_DATA_DIR": "~/d"}).data_dir == tmp_path / "d"


def test_from_env_tells_all_faults_at_once_with_near_names():
    with pytest.raises(LoaderError) as caught:
        Settings.from_env(
            {
                "JARJESTOKARTTA_TRYS": "3",
                "JARJESTOKARTTA_ZZZZZZZZZZZZZZZZZZZ": "3",
                "JARJESTOKARTTA_MAX_BYTES": "many",
                "JARJESTOKARTTA_OFFLINE": "maybe",
            }
        )

    message = str(caught.value)
    assert "JARJESTOKARTTA_TRYS is no setting; did you mean JARJESTOKARTTA_TRIES?" in message
    assert "JARJESTOKARTTA_ZZZZZZZZZZZZZZZZZZZ is no setting; known are" in message
    assert "JARJESTOKARTTA_MAX_BYTES='many': expected a whole number" in message
    assert "JARJESTOKARTTA_OFFLINE='maybe': expected one of 1, true" in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JARJESTOKARTTA_TRIES", "0"),
        ("JARJESTOKARTTA_TRIES", "-1"),
        ("JARJESTOKARTTA_MAX_BYTES", "1.5"),
        ("JARJESTOKARTTA_MAX_BYTES", "9" * 30),
        ("JARJESTOKARTTA_READ_TIMEOUT", "0"),
        ("JARJESTOKARTTA_READ_TIMEOUT", "nan"),
        ("JARJESTOKARTTA_READ_TIMEOUT", "inf"),
        ("JARJESTOKARTTA_TOTAL_TIMEOUT", "1e300"),
        ("JARJESTOKARTTA_USER_AGENT", "a\r\nCookie: b"),
        ("JARJESTOKARTTA_USER_AGENT", "järjestö"),
    ],
)
def test_from_env_refuses_values_that_would_break_a_fetch(name, value):
    with pytest.raises(LoaderError, match=name):
        Settings.from_env({name: value})


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().tries = 9
