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


MAP_SERVICE = (
    "https://kartta.example/wms?service=WMS&version=1.3.0&request=GetMap&layers=tausta"
    "&styles=&format=image/png&crs=EPSG:3067"
)


def test_a_map_service_and_whose_it_is_are_taken_together():
    asked = {"JARJESTOKARTTA_BASEMAP_URL": MAP_SERVICE}
    with pytest.raises(LoaderError, match="ATTRIBUTION"):
        Settings.from_env(asked)
    whose = {"JARJESTOKARTTA_BASEMAP_ATTRIBUTION": "© Esimerkki"}
    settings = Settings.from_env(asked | whose)
    assert (settings.basemap_url, settings.basemap_attribution) == (MAP_SERVICE, "© Esimerkki")
    local = MAP_SERVICE.replace("https://kartta.example", "http://127.0.0.1:8000")
    assert Settings.from_env({"JARJESTOKARTTA_BASEMAP_URL": local} | whose).basemap_url == local


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("https:", "http:"),
        ("kartta.example", "user:salasana@kartta.example"),
        ("styles=", "api-key=salasana"),
        ("EPSG:3067", "EPSG:3857"),
        ("GetMap", "GetFeatureInfo"),
        ("layers=tausta", "layers="),
        ("styles=", "bbox=0,0,1,1"),
        ("styles=", "styles=;script-src *"),
        ("kartta.example", "kartta.example;"),
        ("kartta.example/", "kartta.example"),
    ],
)
def test_a_map_service_that_no_page_may_name_is_refused_unquoted(part, other):
    environ = {
        "JARJESTOKARTTA_BASEMAP_URL": MAP_SERVICE.replace(part, other),
        "JARJESTOKARTTA_BASEMAP_ATTRIBUTION": "© Esimerkki",
    }
    with pytest.raises(LoaderError, match="BASEMAP_URL=") as refused:
        Settings.from_env(environ)
    assert "salasana" not in str(refused.value)


def test_who_answers_for_the_service_is_taken_as_it_is_written():
    told = {"JARJESTOKARTTA_RESPONSIBLE": "Esimerkin hyvinvointialue"}
    assert Settings.from_env(told).responsible == "Esimerkin hyvinvointialue"
    for address in ("palaute@esimerkki.example", "https://esimerkki.example/palaute?a=1"):
        assert Settings.from_env({"JARJESTOKARTTA_FEEDBACK": address}).feedback == address


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "http://esimerkki.example", "a@b", 'a"@esimerkki.example', "a@b?c@d.e"],
)
def test_an_address_for_feedback_that_is_none_is_refused(address):
    with pytest.raises(LoaderError, match="FEEDBACK"):
        Settings.from_env({"JARJESTOKARTTA_FEEDBACK": address})
