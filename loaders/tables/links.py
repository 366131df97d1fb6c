"""Addresses of public registers for people, made from codes; nothing is fetched here."""

from __future__ import annotations

from urllib.parse import urlencode

ASSOCIATION_REGISTER = "https://yhdistysrekisteri.prh.fi/"
"""The free search of the register of associations; automated searches are not allowed there."""


def register_page(business_id: str | None = None, *, lang: str = "fi") -> str:
    """Give the page of the register of associations where a person can look an association up.

    Parameters
    ----------
    business_id
        Its business identity code; without one the page is that of the search.
    lang
        Language of the page: fi, sv or en.

    Returns
    -------
    str
        A web address, for a link that a person follows.

    Examples
    --------
    >>> register_page(lang="sv")
    'https://yhdistysrekisteri.prh.fi/?userLang=sv'
    >>> register_page("0000000-0")
    'https://yhdistysrekisteri.prh.fi/basicinformation?userLang=fi&businessId=0000000-0&timeZone=Europe%2FHelsinki'
    """
    if not business_id:
        return f"{ASSOCIATION_REGISTER}?{urlencode({'userLang': lang})}"
    query = {"userLang": lang, "businessId": business_id, "timeZone": "Europe/Helsinki"}
    return f"{ASSOCIATION_REGISTER}basicinformation?{urlencode(query)}"
