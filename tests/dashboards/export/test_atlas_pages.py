"""What the sheets say, worked out by hand from the rows of ``toy_atlas``."""

from __future__ import annotations

import pytest

from dashboards.export.atlas_boards import STANDING_ORDER, board_sheet, boards_of
from dashboards.export.atlas_document import atlas_pages
from dashboards.export.atlas_overview import overview
from dashboards.export.atlas_pages import MOST_NAMES, municipality_sheet, shortened
from dashboards.export.faults import Cancelled
from dashboards.export.scope import Scope
from dashboards.texts import LANGUAGES
from tests.dashboards.export.toy_atlas import BOARD, FAR, OTHER, TOWN, toy_store


@pytest.fixture(scope="module")
def scope(store):
    return Scope(store=toy_store(store), area="region-10")


@pytest.fixture(scope="module")
def sheet(scope):
    return municipality_sheet(scope, TOWN, "fi")


def test_municipality_sheet_tells_the_step_and_its_residents(sheet):
    assert (sheet.name, sheet.ladder, sheet.ladder_name) == ("Mikkeli", "structure", "Rakenne")
    assert sheet.residents.replace("\xa0", " ") == "51 980 asukasta (2022)"
    assert "n." in sheet.older  # age shares of another year: an estimate, and marked as one


def test_municipality_sheet_tells_of_each_criterion_its_state_year_and_marks(sheet):
    by_name = {row.name: (row.state, row.year, row.marks) for row in sheet.criteria}
    assert len(by_name) == 8
    # The forum of 2025 counts and that of 2023 says no; grants of 2019 are older than four years.
    assert by_name["Järjestöfoorumi tai -ilta"] == ("yes", "2025", "lähteet eri mieltä")
    assert by_name["Avustusperiaatteet"] == ("yes", "2019", "vanhentunut")
    # A public board of the municipality with seats of organisations, from 2025 on.
    assert by_name["Järjestöjen paikat kunnan toimielimissä"] == ("yes", "2025", "")
    assert by_name["Viestintä"] == ("not_asked", "–", "")


def test_municipality_sheet_keeps_ties_of_organisations_apart(sheet):
    old, children, young = sheet.groups[:3]
    # a has its seat here, b states work here, c works in the whole region.
    assert (old.local, old.domiciled, old.stated, old.regional) == ("2", "1", "1", "1")
    assert old.nearest == ""
    assert (children.local, children.nearest[:12]) == ("0", "Savonlinna, ")
    assert (young.local, young.regional) == ("1", "0")
    # a, b and d; c is only regional, e is elsewhere.
    assert sheet.organisations == (
        "Tunnettuja järjestöjä: 3; lisäksi koko alueen tai maan järjestöjä: 1"
    )


def test_municipality_sheet_names_organisations_by_group_and_those_without_one(sheet):
    assert [(row.name, row.count, row.names) for row in sheet.served] == [
        ("Ikäihmiset", "2", "Esimerkki A ry; Esimerkki B ry"),
        ("Nuoret", "1", "Esimerkki A ry"),
        ("Kohderyhmä ei tiedossa", "1", "Esimerkki D ry"),
    ]


def test_municipality_sheet_lists_evidence_with_year_and_source(sheet):
    told = [(row.year, row.answer, row.what, row.note, row.url) for row in sheet.findings]
    assert told == [
        ("2025", "Kyllä", "Esimerkki", "", "https://example.fi/"),
        ("2023", "Ei", "", "None was held", ""),  # an address that is not of the web is no link
        ("2025", "Kyllä", "Esimerkki", "", "https://example.fi/neuvosto"),
        ("2019", "Kyllä", "", "", "https://example.fi/"),
    ]


def test_municipality_sheet_counts_wider_reach_where_the_filter_does(store):
    scope = Scope(store=toy_store(store).seen(reach="regional"), area="region-10")
    found = municipality_sheet(scope, TOWN, "fi")
    # c is counted too now.
    assert found.groups[0].local == "3"
    assert found.served[0].names == "Esimerkki A ry; Esimerkki B ry; Esimerkki C ry"


def test_municipality_sheet_has_contacts_only_where_they_were_asked_for(store):
    without = municipality_sheet(Scope(store=store, area="region-10"), OTHER, "fi")
    asked = Scope(store=store, area="region-10", with_contacts=True)
    assert without.contacts is None
    [contact] = municipality_sheet(asked, OTHER, "fi").contacts
    assert contact.email.endswith("@enonkoski.fi")
    assert municipality_sheet(asked, TOWN, "fi").contacts == []


def test_board_sheet_puts_missing_groups_first(scope):
    found = board_sheet(scope, BOARD, "fi")
    ranks = [row.standing for row in found.groups]
    # Three seats of three are known with their groups: a group without one surely has none.
    assert ranks == ["Ei paikkaa"] * 12 + ["On paikka"] * 2
    assert STANDING_ORDER["no_seat"] < STANDING_ORDER["not_known"] < STANDING_ORDER["has_seat"]
    assert found.missing[0].startswith("Ilman paikkaa: Lapset ja lapsiperheet, ")
    assert found.completeness == "Kaikki järjestöpaikat ja niiden kohderyhmät tunnetaan."


def test_board_sheet_shares_seats_and_organisations_alike(scope):
    found = board_sheet(scope, BOARD, "fi")
    *_, old, young = found.groups
    # Seats 1 + 1/2 + 1 = 2.5 and 1/2 of 3; organisations 1/2 + 1 = 1.5 and 1/2 of 2.
    assert (old.seats, old.seat_share, old.reference_share) == ("2,5", "83\xa0%", "75\xa0%")
    assert (young.seats, young.seat_share, young.reference_share) == ("0,5", "17\xa0%", "25\xa0%")
    # 0.8333 / 0.75 and 0.1667 / 0.25
    assert (old.ratio, young.ratio) == ("1,11", "0,67")
    # 1 - (0.0833 + 0.0833) / 2
    assert found.figures[1].startswith("Rosen indeksi: 0,92 ")
    assert (found.term, len(found.seats)) == ("2025–2027 (toimikausi käynnissä)", 3)


def test_boards_of_a_region_have_those_of_its_county_and_of_no_other(store):
    here = {row["board_id"] for row in boards_of(Scope(store=store, area="region-10"))}
    assert {"yhes_2023", "eloisa_vanhusneuvosto_2022", "mikkeli_vanhusneuvosto"} <= here
    assert not here & {"varha_vanhus", "tku_vanhus_2023"}
    town = {row["board_id"] for row in boards_of(Scope(store=store, area="municipality-491"))}
    assert town == {
        "mikkeli_kumppanuustalo_2018",
        "mikkeli_vammaisneuvosto",
        "mikkeli_vanhusneuvosto",
    }
    whole = boards_of(Scope(store=store))
    assert len(whole) == len(store["boards"])


def test_overview_counts_every_step_also_those_that_nobody_is_on(scope):
    found = overview(scope, "fi", order=scope.by_name("fi"))
    counts = {step.state: (step.municipalities, step.residents) for step in found.steps}
    counts = {state: (n, people.replace("\xa0", " ")) for state, (n, people) in counts.items()}
    # 130,451 residents less Mikkeli's 51,980 and Enonkoski's 1,341.
    assert counts == {
        "model": ("0", "0"),
        "structure": ("1", "51 980"),
        "liaison": ("0", "0"),
        "confirmed_none": ("1", "1 341"),
        "no_information": ("9", "77 130"),
    }
    assert found.total.municipalities == "11"
    assert found.said[0].startswith("Katvealueita: 11 kuntaa 11 kunnasta")
    # a, b, d and e are placed in a municipality, c in a region; all but d have a group.
    assert "tiedossa: 80\xa0%; kohderyhmä tiedossa: 80\xa0%; molemmat: 60\xa0%" in found.said[1]


def test_overview_says_filters_and_persons_only_where_there_are(store):
    scope = Scope(store=store.seen(evidence="4"), area="region-10", with_contacts=True)
    found = overview(scope, "sv", order=scope.by_name("sv"))
    assert found.filters.startswith("Endast högst 4 år gamla belägg")
    assert found.contacts.startswith("Innehåller personuppgifter")
    plain = overview(Scope(store=store, area="region-10"), "sv", order=scope.by_name("sv"))
    assert (plain.filters, plain.contacts) == ("", "")


def test_shortened_says_how_many_are_not_named():
    names = [f"Esimerkki {at} ry" for at in range(MOST_NAMES + 2)]
    said, rest = shortened(names, "fi")
    assert said.count(";") == MOST_NAMES - 1
    assert rest == "2 muuta, joita ei nimetä tässä"
    assert shortened(names[:3], "fi")[1] == ""


def test_atlas_pages_stand_in_the_order_of_names_of_the_first_language(store):
    scope = Scope(store=store, area="region-10", langs=("sv", "fi"))
    names = [sheet["name"] for sheet in atlas_pages(scope, has_boards=False).municipalities]
    # Savonlinna is Nyslott and Mikkeli is S:t Michel in Swedish.
    assert names[4] == "Mäntyharju"
    assert names[5] == {"said": [["sv", "Nyslott"], ["fi", "Savonlinna"]]}
    assert names[-1] == "Sulkava"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sheet_can_be_told_in_every_language(store, lang):
    pages = atlas_pages(Scope(store=store, area=f"municipality-{FAR}", langs=(lang,)))
    assert len(pages.municipalities) == 1
    assert {sheet["id"] for sheet in pages.boards} >= {"savonlinna_vanhusneuvosto_2025"}


def test_atlas_pages_tell_of_progress_and_stop_where_they_are_told_to(scope):
    told = []

    def tell(done, total):
        told.append((done, total))
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        atlas_pages(scope, tell=tell)
    # Eleven municipalities and one board.
    assert told == [(1, 12), (2, 12)]
