"""Links to the card of an organisation that keep the words of the search: the page stays."""

from __future__ import annotations

from importlib.resources import files

import param
from panel.custom import JSComponent

_TEMPLATES = files("dashboards").joinpath("templates")


class OrganisationLinks(JSComponent):
    """Follows the links of a page that change the chosen organisation and nothing else.

    A link opened in another tab, and one without this component, leads to the same card.
    """

    chosen: param.String = param.String(default="", doc="The id in the link that was followed.")
    shown: param.String = param.String(default="", doc="The id whose card the page now holds.")

    _esm = _TEMPLATES.joinpath("organisation_links.js").read_text(encoding="utf-8")
