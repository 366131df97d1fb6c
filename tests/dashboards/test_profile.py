"""The profile card where there is much to tell: a limited list of organisations, and all of them
in their own view."""

from __future__ import annotations

import dataclasses

import pandas as pd
from bs4 import BeautifulSoup

from dashboards.profile import MOST_LISTED, profile_html
from dashboards.shell import opened_state
from dashboards.store import Store


def with_organisations(store: Store, number: int) -> Store:
    """The store with so many invented organisations of Hirvensalmi and no other."""
    ids = [f"esimerkki-{at:04}" for at in range(number)]
    organisations = pd.DataFrame(
        {
            "organisation_id": ids,
            "name": [f"Esimerkki {number - at:04} ry" for at in range(number)],
            "source_url": "https://example.fi/",
            "is_umbrella": False,
        }
    )
    areas = pd.DataFrame(
        {"organisation_id": ids, "relation": "domiciled", "area_code": "097"}, dtype="string"
    )
    frame = organisations.reindex(columns=store["organisations"].columns)
    own = {
        "organisations": frame.astype(store["organisations"].dtypes),
        "organisation_areas": areas.reindex(columns=store["organisation_areas"].columns),
        "organisation_target_groups": store["organisation_target_groups"].head(0),
    }
    return dataclasses.replace(store, tables={**store.tables, **own})


def card(store: Store) -> BeautifulSoup:
    state, notices = opened_state(store, {"view": "map", "municipality": "097", "lang": "en"})
    assert notices == []
    return BeautifulSoup(profile_html(store, state), "html.parser")


def listed(soup: BeautifulSoup) -> list[str]:
    [details] = [one for one in soup.find_all("details") if "Show the org" in one.summary.text]
    return [item.get_text().split(" (")[0] for item in details.find_all("li")]


def test_of_a_long_list_the_card_has_the_first_by_name_and_a_link_to_all(store: Store) -> None:
    soup = card(with_organisations(store, MOST_LISTED + 1))
    assert f"{MOST_LISTED + 1} organisations" in soup.get_text()
    assert listed(soup) == [f"Esimerkki {at:04} ry" for at in range(1, MOST_LISTED + 1)]
    [link] = [one for one in soup.find_all("a") if "view=organisations" in one["href"]]
    assert "municipality=097" in link["href"]
    assert link.text == f"All {MOST_LISTED + 1} organisations (the first {MOST_LISTED} are here)"


def test_a_list_that_is_whole_has_no_link_to_another(store: Store) -> None:
    soup = card(with_organisations(store, MOST_LISTED))
    assert len(listed(soup)) == MOST_LISTED
    assert [one for one in soup.find_all("a") if "view=organisations" in one["href"]] == []
