"""Which criterion of a municipality's profile a question of TEAviisari asks about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from loaders.tables import CRITERIA

# Words of the question in Finnish, Swedish and English, small letters. What asks about two things
# is not guessed at: the template takes the criterion's own code as well.
_WORDS: Mapping[str, re.Pattern[str]] = {
    criterion: re.compile(pattern)
    for criterion, pattern in {
        "documented_model": r"\bmalli|(?:toiminta|yhteistyö)malli|\bmodell?|samarbetsmodell",
        "forum": r"tapaami|tapaav|\bkokou|kokoontu(?!mis?til)|foorumi"
        r"|(?:järjestö|yhdistys)il(?:ta|lan|lat|toj)|\bmöte|\bträff|\bmeet",
        "seats": r"edust(?:aj|us|ett)|\bjäsen[ei]nä\b|företräd|represent|\bseats?\b",
        "liaison": r"yhdyshenkilö|yhteyshenkilö|kontaktperson|contact person|liaison",
        "grants": r"avustu|bidrag|understöd|\bgrants?\b|\bfunding\b",
        "premises": r"tiloj|tiloi|\btil(?:a|an|at)\b|\blokal(?:er|en|erna)?\b|utrymme|premises",
        "lived_experience": r"kokemus(?:asiantunt|toimij)|erfarenhetsexpert|lived experience"
        r"|experts? by experience",
        "communication": r"tiedott|tiedotet|viestin|kommunikation|\binformer|communicat",
    }.items()
}
# Support, unless the question says of which kind, is money.
_SUPPORT = re.compile(r"\btu(?:ki|kea|kee|keeko|etaan|ettu|kenut|kemi)\w*|\bstöd|\bsupport")
# Who meets regularly is told by whom they represent: that is no seat on a body.
_REGULAR = re.compile("säännölli|regelbund|regular")


def criterion_of(question: str) -> str | None:
    """Give the criterion that a question asks about.

    Parameters
    ----------
    question
        The question as the form has it, in Finnish, Swedish or English, or the criterion's code.

    Returns
    -------
    str or None
        One of ``tables.CRITERIA``, or None where the question names none of them or several.

    Examples
    --------
    >>> criterion_of("Onko kunnassa nimetty järjestöyhdyshenkilö?"), criterion_of("liaison")
    ('liaison', 'liaison')
    >>> criterion_of("Tukeeko kunta yhdistysten toimintaa?")
    'grants'
    >>> criterion_of("Onko kunnassa hyvinvointisuunnitelma?") is None
    True
    """
    text = question.casefold().strip()
    if text in CRITERIA:
        return text
    found = [criterion for criterion, words in _WORDS.items() if words.search(text)]
    if not found and _SUPPORT.search(text):
        return "grants"
    if found == ["forum", "seats"] and _REGULAR.search(text):
        return "forum"
    return found[0] if len(found) == 1 else None
