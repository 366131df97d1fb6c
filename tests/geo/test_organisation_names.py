"""Names of organisations: what is the same written differently, and what a name holds."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.organisation_likeness import likeness
from geo.organisation_names import (
    ABBREVIATIONS,
    folded_words,
    joined_key,
    legal_form_of_name,
    name_parts,
    normalised_name,
)
from geo.organisation_places import PlaceWords, may_be_place
from tests.geo.toy_places import CHANGES, MUNICIPALITIES

AREAS = pd.DataFrame(
    {
        "level": "region",
        "code": ["10", "02"],
        "name_fi": ["Etelä-Savo", "Varsinais-Suomi"],
        "name_sv": ["Södra Savolax", "Egentliga Finland"],
    }
)
PLACES = PlaceWords(MUNICIPALITIES, changes=CHANGES, areas=AREAS)


@pytest.mark.parametrize(
    "written",
    [
        "Esimerkki ry",
        "Esimerkki r.y.",
        "Esimerkki r. y.",
        "Esimerkki RY.",
        "Esimerkki, ry",
        "Esimerkki rf",
        "Esimerkki r.f.",
        "Esimerkki ry (r.f.)",
        "Esimerkki rekisteröity yhdistys",
        "Esimerkki rek. yhd.",
        "Esimerkki registrerad förening",
        "ESIMERKKI  ry",
        "Esimerkki\u00a0ry",
        "”Esimerkki” ry",
        "Esi\u00admerkki ry",
        "Esimerkki sr",
    ],
)
def test_normalised_name_leaves_out_the_legal_form_and_how_it_is_written(written: str) -> None:
    assert normalised_name(written) == "esimerkki"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SPR:n Juvan osasto", "Suomen Punaisen Ristin Juvan osasto ry"),
        ("FRK Pargas avdelning", "Finlands Röda Kors Pargas avdelning rf"),
        ("MLL Laitila", "Mannerheimin Lastensuojeluliitto Laitila"),
        ("Savonrannan VPK", "Savonrannan Vapaaehtoinen Palokunta ry"),
        ("Lions Club Oripää", "LC Oripää"),
        ("Iho ja Astma ry", "Iho & Astma ry"),
        ("S:t Karins hembygd", "Sankt Karins hembygd rf"),
        ("Café Esimerkki", "Cafe Esimerkki ry"),
        ("T.V.T. Esimerkki", "TVT Esimerkki"),
        ("Iloisen Mielen yhd.", "Iloisen Mielen yhdistys"),
    ],
)
def test_normalised_name_is_the_same_for_what_is_written_differently(one: str, other: str) -> None:
    assert normalised_name(one) == normalised_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Esimerkki ry", "Esimerkki Oy"),
        ("Esimerkki ry", "Esimerkki osk"),
        ("Mikkelin Esimerkki ry", "Savonlinnan Esimerkki ry"),
        ("Sään ystävät", "Saan ystävät"),
        ("Esimerkki 1", "Esimerkki 2"),
    ],
)
def test_normalised_name_keeps_what_tells_names_apart(one: str, other: str) -> None:
    assert normalised_name(one) != normalised_name(other)


def test_normalised_name_of_nothing_but_a_form_is_the_form_and_of_no_letter_is_empty() -> None:
    assert normalised_name("Ry") == "ry"
    assert normalised_name(" – ?!") == ""


def test_joined_key_does_not_see_where_a_compound_is_written_apart() -> None:
    keys = {
        joined_key(normalised_name(name))
        for name in ("Parkinson-yhdistys", "Parkinsonyhdistys ry", "Parkinson yhdistys")
    }
    assert keys == {"parkinsonyhdistys"}


@given(st.text(max_size=60))
@settings(max_examples=50)
def test_normalised_name_of_any_text_stays_as_it_is_when_done_again(text: str) -> None:
    once = normalised_name(text)
    assert normalised_name(once) == once
    assert once == " ".join(once.split())


@given(
    st.lists(
        st.sampled_from(
            [
                *("ry", "r.y.", "rf", "rek.", "yhd.", "yhdistys", "sr", "SPR:n", "Suomen"),
                *("Punainen", "Risti", "ja", "&", "-", "/", "(", ")", "lelu", "Oy"),
                *ABBREVIATIONS,
            ]
        ),
        max_size=8,
    )
)
@settings(max_examples=50)
def test_normalised_name_done_again_changes_nothing_whatever_stands_together(words) -> None:
    once = normalised_name(" ".join(words))
    assert normalised_name(once) == once


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Esimerkki ry", "association"),
        ("Esimerkki r.f.", "association"),
        ("Esimerkki rek. yhd.", "association"),
        ("Esimerkkisäätiö", "foundation"),
        ("Esimerkki sr", "foundation"),
        ("Exempelstiftelsen", "foundation"),
        ("Esimerkkisäätiön tuki ry", "association"),
        ("Esimerkki Oy", "company"),
        ("Esimerkki osk", "cooperative"),
        ("Esimerkki", None),
        ("Ry", None),
        ("", None),
    ],
)
def test_legal_form_of_name_is_what_the_name_bears(name: str, form: str | None) -> None:
    assert legal_form_of_name(name) == form


def names_in(name: str) -> list[str]:
    return [part.text for part in name_parts(name) if part.is_name]


def hints_in(name: str) -> list[str]:
    return [part.text for part in name_parts(name) if not part.is_name]


def test_name_parts_finds_both_names_of_a_bilingual_one() -> None:
    assert names_in("Åbo Exempel rf / Turun Esimerkki ry") == [
        "Åbo Exempel rf",
        "Turun Esimerkki ry",
    ]
    assert names_in("Åbo Exempel rf - Turun Esimerkki ry") == [
        "Åbo Exempel rf",
        "Turun Esimerkki ry",
    ]
    assert names_in("Turun Esimerkki ry (Åbo Exempel rf)") == [
        "Turun Esimerkki ry",
        "Åbo Exempel rf",
    ]


def test_name_parts_without_a_form_each_are_but_hints() -> None:
    assert names_in("Kirjan talo - Bokens hus ry") == []
    assert hints_in("Kirjan talo - Bokens hus ry") == ["Kirjan talo", "Bokens hus ry"]
    assert hints_in("Leikin talo (Vamos Turku)") == ["Leikin talo", "Vamos Turku"]


def test_name_parts_splits_off_acronyms() -> None:
    assert names_in("Lelujen tuki ry (LETU)") == ["Lelujen tuki ry"]
    assert hints_in("LETU - Lelujen tuki ry") == ["LETU", "Lelujen tuki ry"]
    assert hints_in("Lelujen tuki, LETU ry") == ["Lelujen tuki", "LETU ry"]


@pytest.mark.parametrize(
    "name",
    [
        "Esimerkki ry",
        "Näkövammaiset ry, Loimaan seudun alaosasto",
        "Raisio-Naantali Esimerkki ry",
        "Sosiaali- ja terveysturva ry",
        "Turun/Salon Esimerkki ry",
        "Päivähoito, koulu ja koti ry",
    ],
)
def test_name_parts_leaves_sections_and_compounds_whole(name: str) -> None:
    assert name_parts(name) == []


@given(st.text(max_size=40), st.text(alphabet="()[]/,-–ry ABC", max_size=30))
@settings(max_examples=50)
def test_name_parts_of_any_text_have_something_to_say(text: str, marks: str) -> None:
    for part in name_parts(text + marks):
        assert folded_words(part.text)


# Places in names


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("Mikkelin Esimerkki ry", {"491"}),
        ("Hacklab Mikkeli ry", {"491"}),
        ("Mikkeli-seura", {"491"}),
        ("S:t Michels Exempel rf", {"491"}),
        ("Liedon Esimerkki", {"423"}),
        ("Uudenkaupungin Esimerkki", {"895"}),
        ("Raisio-Naantali Esimerkki ry", {"680", "529"}),
        ("Koski Tl:n Esimerkki", {"284"}),
        ("Etelä-Savon Esimerkki", {"region 10"}),
        ("Varsinais-Suomen Esimerkki ry", {"region 02"}),
        ("Pertunmaan Esimerkki", {"former Pertunmaa"}),
        ("Esimerkki ry", set()),
        ("Leluvaaran Esimerkki ry", set()),
    ],
)
def test_place_words_are_found_in_both_languages_and_cases(name: str, places: set[str]) -> None:
    assert PLACES.read(normalised_name(name)).places == places


def test_place_words_of_two_languages_are_one_place() -> None:
    finnish, swedish = (PLACES.read(normalised_name(name)) for name in ("Turun X", "Åbo X"))
    assert finnish == swedish


def test_a_former_municipality_stays_a_place_of_its_own() -> None:
    former, today = (PLACES.read(name).places for name in ("pertunmaan x", "mäntyharjun x"))
    assert former == {"former Pertunmaa"}
    assert today == {"507"}


def test_place_words_without_a_table_finds_none() -> None:
    assert PlaceWords().read("mikkelin esimerkki").places == frozenset()


@pytest.mark.parametrize(
    ("word", "may_be"),
    [
        ("leluvaaran", True),
        ("lohtajan", True),
        ("kuurojen", False),
        ("lapsien", False),
        ("vammaisten", False),
        ("leluseura", False),
        ("kristillinen", False),
        ("iin", False),
    ],
)
def test_may_be_place_is_a_guess_by_the_ending(word: str, may_be: bool) -> None:
    assert may_be_place(word) is may_be


# How near names are


def near(one: str, other: str, places: PlaceWords = PLACES) -> float:
    read = [places.read(normalised_name(name)) for name in (one, other)]
    score = likeness(*read)
    assert likeness(*reversed(read)) == score
    return score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Turun Parkinson-yhdistys ry", "Turun Parkinsonyhdistys"),
        ("Hacklab Mikkeli ry", "Mikkelin Hacklab"),
        ("Parempi Esimerkki", "Esimerkki Parempi ry"),
    ],
)
def test_names_of_the_same_words_are_as_near_as_can_be(one: str, other: str) -> None:
    assert near(one, other) == 96


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mikkelin Reumayhdistys ry", "Mikkelin Reumayhditys"),
        ("Mikkelin Reumayhdistys ry", "Mikkelin Remayhdistys"),
        ("Eläkeliiton Maskun yhdistys", "Eläkeliitto Maskun yhdistys ry"),
        ("MLL Laitila", "Mannerheimin Lastensuojeluliiton Laitilan yhdistys ry"),
        ("SPR Auran osasto", "SPR Aura"),
        ("Turun Sydän ry", "Turun Sydänyhdistys ry"),
        ("FRK Pargas avdelning", "SPR Paraisten osasto"),
        ("Mikkelin seudun Muisti ry", "Mikkelin Muisti ry"),
    ],
)
def test_names_with_a_slip_or_a_word_that_says_little_are_near(one: str, other: str) -> None:
    assert 80 <= near(one, other) < 96


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mikkelin Esimerkki ry", "Savonlinnan Esimerkki ry"),
        ("Mikkelin Esimerkki ry", "Esimerkki ry"),
        ("Esimerkki ry", "Leluvaaran Esimerkki ry"),
        ("Leluvaaran Esimerkki ry", "Leluvuoren Esimerkki ry"),
        ("Mikkelin Esimerkki ry", "Etelä-Savon Esimerkki ry"),
        ("Pertunmaan Esimerkki ry", "Mäntyharjun Esimerkki ry"),
        ("Lounais-Suomen Esimerkki ry", "Suomen Esimerkki ry"),
        ("Itä-Savon Esimerkki", "Länsi-Savon Esimerkki"),
        ("Turun Reumayhdistys ry", "Turun Sydänyhdistys ry"),
        ("Turun Sydänyhdistys ry", "Turun Syöpäyhdistys ry"),
        ("Turun Seniorit", "Turun Eläkeläiset"),
        ("Turun TSY", "Turun TST"),
        ("Turun 4H", "Turun 5H"),
        ("Turun Tennisseura", "Turun Tenniskerho"),
        ("EKL Turun piiri", "EKL Turun liitto"),
        (
            "Varsinais-Suomen Näkövammaiset ry",
            "Varsinais-Suomen Näkövammaiset ry, Loimaan seudun alaosasto",
        ),
    ],
)
def test_names_of_other_places_or_of_other_things_are_not_near(one: str, other: str) -> None:
    assert near(one, other) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mikkelin Esimerkki ry", "Savonlinnan Esimerkki ry"),
        ("Lohjan Esimerkki ry", "Lohtajan Esimerkki ry"),
        ("Ylitornion Esimerkki ry", "Alatornion Esimerkki ry"),
        ("Esimerkki ry", "Mikkelin Esimerkki ry"),
    ],
)
def test_local_names_are_told_apart_without_a_table_of_places(one: str, other: str) -> None:
    assert near(one, other, PlaceWords()) == 0


def test_a_word_more_weighs_the_less_the_more_the_names_share() -> None:
    # 96 less 60 shared out over the shared words and the one more.
    assert near("Turun Nuket", "Turun Iloiset Nuket") == 96 - 60 / 2
    assert near("Turun Suuret Nuket", "Turun Iloiset Suuret Nuket") == 96 - 60 / 3
    # A circle of friends and its surroundings may be two.
    assert near("Raision Nuket", "Raision Seudun Nuket") == 96 - 9
