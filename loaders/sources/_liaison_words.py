"""The words that lists of liaisons are made of, in three languages: roles, captions, vacancies."""

from __future__ import annotations

import re

from loaders.sources._liaison_lines import is_words

MAX_CAPTION_WORDS = 12

# Matched against whole words in small letters, so that no surname that holds one is taken for it.
_LIAISON = (
    r"\w*(?:yhdys|yhteys)henkilö\w{0,4}|\w*kontaktperson\w{0,6}|liaisons?|contacts?|yhdyshlö\w{0,2}"
)
_ROLE = (
    r"\w*(?:koordinaattori|johtaja|päällikkö|sihteeri|suunnittelija|ohjaaja|vastaava|asiantuntija|"
    r"työntekijä|neuvoja|esimies|toimittaja|samordnare|koordinator|chef|direktör|sekreterare|"
    r"planerare|handledare|ledare|ansvarig|expert|rådgivare|coordinator|manager|director|officer|"
    r"secretary|planner|advisor|specialist)\w{0,3}|\w*(?:vara|vastuu|tuki)henkilö\w{0,4}|ersättare|"
    r"deputy|\w+jaosto\w{0,2}|\w*neuvosto\w{0,2}|\w+rådets?"
)
_TOPIC = (
    r"\w*järjestö\w{0,10}|\w*hyvinvoin\w{0,20}|yhteystie\w{0,6}|henkilöt|nimi|nimet|kunta|kunnat|"
    r"kuntien|kunnittain|luettelo|lista|sähköposti\w{0,6}|lisätie\w{0,5}|päivitetty|"
    r"\w*förening\w{0,9}|\w*organisation\w{0,6}|välfärd\w{0,4}|kontaktuppgift\w{0,4}|kommun\w{0,6}|namn|förteckning|"
    r"uppdaterad|e-post\w{0,6}|municipalit\w{1,3}|organi[sz]ations?|ngos?|wellbeing|names?|"
    r"e-?mails?|list|updated|tehtävä|tehtävänimike|nimike|rooli|etunimi|sukunimi|puhelin|"
    r"puhelinnumero|puh|befattning|titel|roll|förnamn|efternamn|telefon|role|title|phone|"
    r"kuntakoodi|kommunkod"
)
_EMPTY = (
    r"avoinna|avoin|täyttämättä|nimeämättä|nimetty|vakant|obesatt|utsedd|vacant|named|ei|ej|not"
)
_GENERIC = (
    r"kirjaamo|info|palaute|toimisto|kunnanvirasto|kaupungintalo|kunnantalo|neuvonta|"
    r"asiakaspalvelu|viestintä|registratur|registratorskontor\w{0,2}|kundtjänst|kansli|office|"
    r"registry"
)
_JOINS = r"ja|sekä|och|samt|and|&|för|of|for|the|i|av|in"
_PLACE = r"kunta|kunnan|kaupunki|kaupungin|kommun|kommuns|stad|stads|köping|municipality|city|town"
_UNNAMED = (
    r"(?:ei|ej|not|inte)\s(?:ole\s)?(?:vielä\s|ännu\s|yet\s|been\s)*"
    r"(?:nimetty|nimettyä|nimitetty|valittu|tiedossa|yhdyshenkilöä|yhteyshenkilöä|utsedd|utnämnd|"
    r"namngiven|vald|named|appointed)"
)
_VACANT = re.compile(
    r"(?:(?:toimi|virka|paikka|tehtävä|tjänsten|posten|tjänst|post|the post)\s)?"
    r"(?:(?:on|är|is)\s)?(?:(?:vielä|tällä hetkellä|toistaiseksi|ännu|för närvarande|currently)\s)?"
    rf"(?:avoinna|avoin|täyttämättä|nimeämättä|nimetään myöhemmin|{_UNNAMED}|vakant|obesatt|"
    r"utses senare|vacant|to be named|tba|n\.?\s?n\.?)"
)

_LIAISON_WORD = re.compile(_LIAISON)
_ROLE_WORD = re.compile(f"{_LIAISON}|{_ROLE}")
_CAPTION_WORD = re.compile(f"{_LIAISON}|{_ROLE}|{_TOPIC}|{_JOINS}")
_SHOWN_WORD = re.compile(f"{_CAPTION_WORD.pattern}|{_GENERIC}|{_EMPTY}")
_GENERIC_WORD = re.compile(_GENERIC)
_PLACE_WORD = re.compile(_PLACE)
_JOIN_WORD = re.compile(r"ja|sekä|och|samt|and")
_NO_PERSON_WORD = re.compile("|".join([_ROLE_WORD.pattern, _PLACE, _GENERIC, _JOIN_WORD.pattern]))
_EDGES = " .,:;!?()[]<>\"'*•·-–—"


def is_role(text: str) -> bool:
    """Whether a text tells what somebody does.

    Examples
    --------
    >>> is_role("hyvinvointikoordinaattori"), is_role("Esimerkki Henkilö A")
    (True, False)
    """
    return _any(_ROLE_WORD, text)


def is_liaison_label(text: str) -> bool:
    """Whether a text stands before the name of a liaison: "Järjestöyhdyshenkilö"."""
    return _any(_LIAISON_WORD, text)


def is_mailbox(text: str) -> bool:
    """Whether a text names an office, not a person: "Kirjaamo"."""
    return _any(_GENERIC_WORD, text)


def is_caption(text: str) -> bool:
    """Whether a text says what the list is of, and nothing that could be a person or a place.

    Examples
    --------
    >>> is_caption("Kuntien järjestöyhdyshenkilöt"), is_caption("Yhdyshenkilö Esimerkki")
    (True, False)
    """
    words = _words(text)
    others = [word for word in words if not _CAPTION_WORD.fullmatch(word.casefold())]
    is_about = 0 < len(words) <= MAX_CAPTION_WORDS and len(others) * 2 <= len(words)
    return is_about and not any(word[0].isupper() for word in others) and "@" not in text


def is_known_word(word: str) -> bool:
    """Whether a word is one that such lists are made of, so that it may be shown to anybody."""
    return _SHOWN_WORD.fullmatch(word.casefold()) is not None


def has_place_word(text: str) -> bool:
    """Whether a text says of itself that it is a municipality: "Juvan kunta"."""
    return _any(_PLACE_WORD, text)


def is_vacancy(text: str) -> bool:
    """Whether a text says that nobody is named (yet).

    Examples
    --------
    >>> [is_vacancy(text) for text in ("Avoinna", "Ei vielä nimetty", "vakant", "Avoinna ma-pe")]
    [True, True, True, False]
    """
    return len(text) <= 80 and _VACANT.fullmatch(" ".join(_words(text)).casefold()) is not None


def is_person(text: str) -> bool:
    """Whether a text could be a person's first and last name: two to six words, no role.

    Examples
    --------
    >>> is_person("Esimerkki Henkilö A"), is_person("Esimerkki"), is_person("Kulttuurijohtaja")
    (True, False, False)
    """
    words = text.split()
    is_name = 2 <= len(words) <= 6 and text[0].isupper() and is_words(text, most=6)
    return is_name and not _any(_NO_PERSON_WORD, text)


def has_several_names(text: str) -> bool:
    """Whether a text joins two names: "Esimerkki Henkilö A ja Esimerkki Henkilö B"."""
    return is_words(text, most=15) and text[:1].isupper() and _any(_JOIN_WORD, text)


def _any(pattern: re.Pattern[str], text: str) -> bool:
    return any(pattern.fullmatch(word.casefold()) for word in _words(text))


def _words(text: str) -> list[str]:
    return [word for word in (word.strip(_EDGES) for word in text[:500].split()) if word]
