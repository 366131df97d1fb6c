"""The accessibility statement: what Finnish law asks a public body to say of its service."""

from __future__ import annotations

import pandas as pd
import panel as pn
from markupsafe import Markup

from dashboards.markup import Column, HtmlTable, link, safe_url
from dashboards.view import View

LIMITS = (
    ("pictures", "1.4.5, 2.1.1"),
    ("map", "2.1.1"),
    ("languages", "3.1.2"),
    ("changes", "4.1.3"),
)
"""What falls short, with the success criteria of WCAG 2.1; the words are in the texts."""

WRITTEN, REVIEWED = "2026-11-22", "2026-11-22"
"""When the statement was drawn up, and when it was last held against the pages."""

ADDRESSES = {
    "traficom": "https://www.traficom.fi/",
    "supervision": "https://www.saavutettavuusvaatimukset.fi/",
}


class AccessibilityView(View):
    """How accessible is the service, what falls short, and whom to tell?

    The order of the parts is that of the model statement of Commission Implementing Decision
    (EU) 2018/1523, to which the Act on the Provision of Digital Services (306/2019) refers.
    """

    id = "accessibility"
    order = 90
    follows_region = False
    in_navigation = False

    def frame(self) -> pd.DataFrame:
        """The limits: limit, criteria."""
        return pd.DataFrame(LIMITS, columns=["limit", "criteria"], dtype="string")

    def panel(self) -> pn.viewable.Viewable:
        """The statement from its scope to the supervising authority."""
        return self.html(self._statement)

    def _feedback(self) -> str:
        """The address for feedback as a link; empty where none is given."""
        address = self.store.feedback
        if not address:
            return ""
        if safe_url(address):
            return link(address, address)
        return Markup('<a href="mailto:{0}">{0}</a>').format(address)

    def _statement(self) -> str:
        parts = ("where", "what", "instead")
        limits = HtmlTable(
            id="limits",
            caption=self.text("accessibility.limits"),
            columns=[
                *(Column(heading=self.text(f"accessibility.column.{part}")) for part in parts),
                Column(heading=self.text("accessibility.column.criteria")),
            ],
            rows=[
                (*(self.text(f"accessibility.limit.{limit}.{part}") for part in parts), criteria)
                for limit, criteria in LIMITS
            ],
            empty="",
        )
        return self.render(
            "accessibility.html",
            table=limits,
            written=WRITTEN,
            reviewed=REVIEWED,
            addresses=ADDRESSES,
            responsible=self.store.responsible,
            feedback=self._feedback(),
        )
