"""First contacts on the page: the answer, the list, the curve, and names only on asking."""

from __future__ import annotations

import dataclasses

import panel as pn
from bokeh.models import ColumnDataSource
from bs4 import BeautifulSoup

from dashboards import analysis
from dashboards.parts.first_contacts import first_contacts_part
from dashboards.shell import opened_state
from dashboards.slider import Slider
from dashboards.views import views


def opened(store, **query):
    state, notices = opened_state(store, {"view": "gaps", **query})
    assert notices == []
    return views()["gaps"](store, state)


def soup_of(part) -> BeautifulSoup:
    return BeautifulSoup(
        "\n".join(pane.object for pane in part.select(pn.pane.HTML)), "html.parser"
    )


def rows_of(soup: BeautifulSoup, table: str) -> list[list[str]]:
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
        for row in soup.select(f"#{table} tbody tr")
    ]


def asked_of(part) -> pn.widgets.CheckBoxGroup:
    [asked] = part.select(pn.widgets.CheckBoxGroup)
    return asked


def with_models(store, region: str):
    """The store as it would be if every municipality of the region had a model."""
    towns = store["municipalities"]
    codes = towns.loc[towns["region_code"] == region, "municipality_code"]
    found = store["evidence"].iloc[:1].loc[lambda rows: rows.index.repeat(len(codes))]
    found = found.assign(
        municipality_code=codes.to_numpy(),
        region_code=None,
        criterion="documented_model",
        answer="yes",
        year=2026,
    ).astype(store["evidence"].dtypes.to_dict())
    return dataclasses.replace(store, tables={**store.tables, "evidence": found})


def test_the_answer_is_a_sentence_with_the_share_the_people_and_the_proof(store):
    # The largest gaps of Etelä-Savo: Savonlinna 32 085, Pieksämäki 17 077, Mäntyharju 7 164 and
    # Juva 5 769 make 62 095 of the 78 471 in gaps: 79 %.
    soup = soup_of(first_contacts_part(opened(store, region="10")))
    sentence = soup.select_one("#contacts-answer .lead-number").get_text()
    assert sentence.replace("\u00a0", " ") == (
        "79 % katvealueiden asukkaista pääsee pois katveesta, kun yhteyttä otetaan ensin näihin "
        "4 kuntaan (62 095 / 78 471)."
    )
    assert "Tulos on tarkka" in soup.select_one("#contacts-answer ul").get_text()


def test_the_list_to_ring_names_rank_people_step_and_whether_a_liaison_is_known(store):
    soup = soup_of(first_contacts_part(opened(store, region="10")))
    # The list of liaisons (9 municipalities) has no row for Pieksämäki.
    assert rows_of(soup, "contacts-list") == [
        ["1. Savonlinna", "32 085", "Rakenne", "nimi tiedossa"],
        ["2. Pieksämäki", "17 077", "Rakenne", "ei tiedossa"],
        ["3. Mäntyharju", "7 164", "Rakenne", "nimi tiedossa"],
        ["4. Juva", "5 769", "Rakenne", "nimi tiedossa"],
    ]
    assert "municipality=740" in soup.select_one("#contacts-list a")["href"]


def test_a_liaison_that_is_named_elsewhere_is_not_taken_for_a_known_name(store):
    # Pyhäranta (631) has a liaison by its evidence; the list of names is Etelä-Savo's alone.
    bare = with_models(store, "10")
    view = opened(bare, region="02", first="15")
    part = first_contacts_part(view)
    assert "nimetty, nimi ei tässä aineistossa" not in {
        row[3] for row in rows_of(soup_of(part), "contacts-list")
    }
    soup = soup_of(first_contacts_part(opened(only(store, "631"))))
    assert rows_of(soup, "contacts-list")[0][3] == "nimetty, nimi ei tässä aineistossa"


def only(store, code: str):
    """The store with the outlines and people of one municipality alone."""
    towns = store["municipalities"]
    return dataclasses.replace(
        store,
        tables={**store.tables, "municipalities": towns[towns["municipality_code"] == code]},
    )


def test_the_slider_and_the_state_follow_each_other(store):
    view = opened(store, region="10")
    part = first_contacts_part(view)
    [slider] = part.select(Slider)
    assert (slider.value, slider.start, len(slider.value_texts)) == (4, 1, 15)
    assert slider.value_texts[:2] == ["1 kunta", "2 kuntaa"]
    slider.value = 2
    assert view.state.first == "2"
    assert len(rows_of(soup_of(part), "contacts-list")) == 2
    view.state.first = "3"
    assert slider.value == 3
    assert "first=3" in view.state.query()


def test_the_curve_is_drawn_with_the_chosen_number_marked_and_stands_in_a_table(store):
    view = opened(store, region="10", first="2")
    part = first_contacts_part(view)
    [chart] = part.select(pn.pane.HoloViews)
    curve, _dots, _drop, mark = chart.object.values()
    # 32 085, then 49 162 with Pieksämäki; all 78 471 with ten of ten.
    assert list(curve.data["reached"])[:2] == [32085, 49162]
    assert list(curve.data["reached"])[9:] == [78471] * 6
    assert (list(mark.data["contacts"]), list(mark.data["reached"])) == ([2], [49162])
    rows = rows_of(soup_of(part), "contacts-curve")
    assert len(rows) == 15
    assert rows[1] == ["2", "49 162", "63 %", "17 077", "tarkka"]


def test_another_number_moves_the_mark_of_the_drawn_curve_alone(store):
    view = opened(store, region="10", first="2")
    part = first_contacts_part(view)
    [chart] = part.select(pn.pane.HoloViews)
    drawn = chart.object
    root = part.get_root()
    view.state.first = "3"
    assert chart.object is drawn
    sources = [
        {name: list(values) for name, values in source.data.items()}
        for source in root.select({"type": ColumnDataSource})
    ]
    # The third is Mäntyharju: 49 162 + 7 164 = 56 326.
    assert {"contacts": [3], "reached": [56326.0]} in sources
    assert {"contacts": [3, 3], "reached": [0.0, 56326.0]} in sources
    view.state.sharing = "neighbours"
    assert chart.object is not drawn


def test_no_more_are_listed_than_it_takes(store):
    soup = soup_of(first_contacts_part(opened(store, region="10", first="15")))
    assert len(rows_of(soup, "contacts-list")) == 10
    assert "10 kuntaa riittää: enempää ei tarvita." in soup.get_text()


def test_names_and_addresses_come_only_on_asking_and_never_into_the_address(store):
    view = opened(store, region="10")
    part = first_contacts_part(view)
    names = set(store["liaisons"]["person_name"])
    asked = asked_of(part)
    assert not any(name in str(soup_of(part)) for name in names)
    assert "mailto:" not in str(soup_of(part))
    asked.value = ["persons"]
    shown = soup_of(part)
    assert shown.select("#contacts-persons a[href^='mailto:']")
    # Of the four only Pieksämäki has no liaison in the data.
    assert "Yhdyshenkilöä ei ole tässä aineistossa: Pieksämäki." in shown.get_text()
    assert not any(name.split()[-1].lower() in view.state.query().lower() for name in names)
    asked.value = []
    assert not any(name in str(soup_of(part)) for name in names)


def test_names_shown_follow_the_list(store):
    view = opened(store, region="10", first="1")
    part = first_contacts_part(view)
    asked_of(part).value = ["persons"]
    assert [term.text for term in soup_of(part).select("#contacts-persons dt")] == ["Savonlinna"]
    view.state.first = "3"
    terms = [term.text for term in soup_of(part).select("#contacts-persons dt")]
    assert terms == ["Savonlinna", "Mäntyharju"]


def test_a_liaison_shared_with_neighbours_reaches_more_and_names_them(store):
    alone = soup_of(first_contacts_part(opened(store, region="10", first="1")))
    shared = soup_of(
        first_contacts_part(opened(store, region="10", first="1", sharing="neighbours"))
    )
    # Sulkava borders on Juva, Puumala, Rantasalmi and Savonlinna, all gaps:
    # 2 375 + 5 769 + 2 107 + 3 308 + 32 085 = 45 644, more than Savonlinna alone.
    assert rows_of(alone, "contacts-list")[0][1] == "32 085"
    assert rows_of(shared, "contacts-list")[0][:4] == [
        *("1. Sulkava", "45 644", "2 375", "Juva, Puumala, Rantasalmi, Savonlinna")
    ]


def test_neighbours_outside_the_region_do_not_count(store):
    names = store.name_of("fi")
    towns = store["municipalities"]
    inside = {names[c] for c in towns.loc[towns["region_code"] == "02", "municipality_code"]}
    soup = soup_of(first_contacts_part(opened(store, region="02", first="9", sharing="neighbours")))
    shared = {name for row in rows_of(soup, "contacts-list") for name in row[3].split(", ")}
    assert shared - {"–"} <= inside


def test_municipalities_without_a_land_border_are_named(store):
    soup = soup_of(first_contacts_part(opened(store, sharing="neighbours")))
    assert "minkään kunnan kanssa: Kemiönsaari, Kustavi, Parainen." in soup.get_text()
    inland = soup_of(first_contacts_part(opened(store, region="10", sharing="neighbours")))
    assert "Ilman yhteistä maarajaa" not in inland.get_text()


def test_a_group_is_weighed_by_its_age_and_said_to_be_estimated(store):
    view = opened(store, region="10", weigh="group", group="KR1.1")
    soup = soup_of(first_contacts_part(view))
    # Savonlinna: 10 369 of the 33 611 of 2018 were 65 or older; of its 32 085 now that is 9 898.
    assert rows_of(soup, "contacts-list")[0][:2] == ["1. Savonlinna", "n. 9 898"]
    assert "Ikäihmiset: arvio" in soup.get_text()


def test_the_choice_of_a_group_is_shown_only_where_it_is_used(store):
    view = opened(store)
    part = first_contacts_part(view)
    group = next(w for w in part.select(pn.widgets.Select) if w.label == "Kohderyhmä")
    assert not group.visible
    view.state.weigh = "group"
    assert group.visible


def test_a_group_without_ages_has_no_answer_and_says_why(store):
    view = opened(store, weigh="group", group="KR1.4")
    part = first_contacts_part(view)
    soup = soup_of(part)
    assert "Pitkäaikaissairaat: ryhmän ikäisiä ei voi laskea" in soup.get_text()
    assert "None" not in soup.get_text()
    assert soup.find("table") is None
    [chart] = part.select(pn.pane.HoloViews)
    assert not chart.visible
    assert not asked_of(part).visible
    view.state.weigh = "residents"
    assert chart.visible
    assert asked_of(part).visible
    assert rows_of(soup_of(part), "contacts-list")


def test_a_region_without_gaps_says_so(store):
    view = opened(with_models(store, "10"), region="10")
    soup = soup_of(first_contacts_part(view))
    assert soup.find("table") is None
    assert view.text("contacts.no_gaps") in soup.get_text()


def test_a_search_that_was_stopped_is_said_to_prove_nothing(store, monkeypatch):
    monkeypatch.setattr(analysis, "SEARCH_S", 0.0)
    fresh = dataclasses.replace(store)
    soup = soup_of(first_contacts_part(opened(fresh, region="02", sharing="neighbours")))
    answer = soup.select_one("#contacts-answer").get_text()
    assert "tulosta ei ole todistettu parhaaksi" in answer
    assert "Ei tiedetä, onko toista yhtä hyvää valintaa." in answer
    assert "ei todistettu" in {row[4] for row in rows_of(soup, "contacts-curve")}


def test_equal_municipalities_are_named_as_stand_ins(store):
    towns = store["municipalities"].assign(population=1000)
    towns["population"] = towns["population"].astype("Int64")
    equal = dataclasses.replace(store, tables={**store.tables, "municipalities": towns})
    soup = soup_of(first_contacts_part(opened(equal, region="10", first="9")))
    # Ten equal gaps, nine chosen by code: Savonlinna (740) or Sulkava (768) is left, the last.
    assert "Viimeisen tilalle sopisivat yhtä hyvin yhtä suuret kunnat: Sulkava." in soup.get_text()


def test_nothing_is_searched_for_twice(store):
    chosen = {"region": "10", "weigh": "residents", "group": "", "sharing": "neighbours"}
    once = store.analysis.first_contacts(3, **chosen)
    assert store.analysis.first_contacts(3, **chosen) is once
    assert store.analysis.contact_curve(15, **chosen) is store.analysis.contact_curve(15, **chosen)


def test_a_hostile_name_is_escaped(store):
    towns = store["municipalities"].assign(name_fi="<img src=x onerror=alert(1)>")
    hostile = dataclasses.replace(store, tables={**store.tables, "municipalities": towns})
    soup = soup_of(first_contacts_part(opened(hostile, sharing="neighbours")))
    assert soup.find("img") is None
    assert "<img" in soup.select_one("#contacts-list tbody th").get_text()


def test_the_slider_asks_no_other_host_and_names_its_input():
    assert "http" not in Slider._esm.replace("http://www.w3.org", "")
    assert "import " not in Slider._esm
    assert "aria-valuetext" in Slider._esm
    assert "label.htmlFor" in Slider._esm
