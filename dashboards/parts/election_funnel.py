"""The funnel of an election: from the residents of its area to the seats, by target group."""

from __future__ import annotations

from dashboards.election_results import ElectionResults
from dashboards.parts.funnel import funnel_table
from dashboards.parts.people import basis_text
from dashboards.texts import number
from dashboards.view import View


def funnel_html(view: View, results: ElectionResults) -> str:
    """Where groups fall out on the way; nothing where no council is known to end it with."""
    if results.funnel is None or results.council_of is None:
        return ""
    store = view.store
    people = store.analysis.group_residents
    inside = store.municipalities["municipality_code"][store.chosen(results.region)]
    people = people[people["municipality_code"].isin(inside) & people["residents"].notna()]
    lines = [
        view.text("funnel.lead"),
        view.text("lab.composition.of", rule=view.text(f"lab.rule.{results.council_of}")),
    ]
    if results.comparison is not None:
        seated = results.comparison.group_seats[results.council_of]
        if seated.nominees_unknown:
            told = {"nominees": seated.nominees_unknown, "seats": seated.seats_unknown}
            said = {name: number(count, view.lang) for name, count in told.items()}
            lines.append(view.text("lab.funnel.unknown", **said))
    basis = basis_text(people, view.lang)
    if basis:
        lines.append(view.text("funnel.population", basis=basis))
    heading = view.render(
        "election_said.html", title=view.text("funnel.title"), level=2, lines=lines, flags=[]
    )
    return heading + funnel_table(view, results.funnel, id="lab-funnel")
