"""The tables of first contacts: whom to contact first, and how far each number of them reaches."""

from __future__ import annotations

from dashboards.export.choices import group_of
from dashboards.export.faults import ExportError
from dashboards.export.table_content import SHARE, TEXT, WHOLE, TableBuilder
from dashboards.state import FIRST_CONTACTS, SHARING, WEIGHTS

MOST = int(FIRST_CONTACTS[-1])


def contacts_list(builder: TableBuilder) -> None:
    """The municipalities to contact first; who is to be rung only with contacts."""
    store = builder.scope.store
    chosen = contact_choices(builder)
    found = store.analysis.first_contacts(builder.choices.first, **chosen)
    rows = found.contacts
    weigh = builder.choices.weigh
    codes = rows["municipality_code"]
    builder.add("rank", WHOLE, rows["rank"])
    builder.municipality(codes)
    builder.add(
        "gain", WHOLE, rows["gain"], heading=f"contacts.column.people_{weigh}", unit="persons"
    )
    is_shared = builder.choices.sharing == "neighbours"
    builder.add(
        "own_weight",
        WHOLE,
        rows["weight"],
        heading="contacts.column.own",
        unit="persons",
        is_shown=is_shared,
    )
    names = {lang: store.name_of(lang) for lang in builder.langs}
    shared = [
        ", ".join(builder.named([one for one in said.split(",") if one], names)) or None
        for said in rows["shared_with"].fillna("").astype(str)
    ]
    builder.add(
        "shared_with", TEXT, shared, heading="contacts.column.shared_with", is_shown=is_shared
    )
    status = store.status.set_index("municipality_code")["ladder"]
    steps = [status[code] for code in codes]
    builder.coded("ladder", steps, "ladder.{}.name", heading="column.ladder")
    known = [_liaison(builder, code) for code in codes]
    builder.coded("liaison", known, "contacts.liaison.{}", heading="theme.liaison")
    _persons(builder, list(codes))
    if found.total:
        builder.remark(f"export_table.proof.{found.status}")


def contact_choices(builder: TableBuilder) -> dict[str, str]:
    """What the search is told, checked; ExportError where the area is no region."""
    choices = builder.choices
    for what, given, known in (
        ("weigh", choices.weigh, WEIGHTS),
        ("sharing", choices.sharing, SHARING),
        ("first", str(choices.first), FIRST_CONTACTS),
    ):
        if given not in known:
            raise ExportError("unknown_choice", what=what, given=given[:20], known=", ".join(known))
    group = chosen_group(builder) if choices.weigh == "group" else ""
    region = builder.scope.region
    return {"region": region, "weigh": choices.weigh, "group": group, "sharing": choices.sharing}


def chosen_group(builder: TableBuilder) -> str:
    """The target group that the table is of; ExportError where none is chosen, or it is unknown."""
    store = builder.scope.store
    group = group_of(builder.choices.group, store)
    if not group:
        codes = store["target_groups"]["target_group_code"]
        raise ExportError("needs_group", known=", ".join(codes))
    return group


def _liaison(builder: TableBuilder, code: str) -> str:
    """Whether somebody to ring is known here; never who."""
    store = builder.scope.store
    if (store.liaisons["municipality_code"] == code).any():
        return "known"
    states = store.states
    is_named = (states["municipality_code"] == code) & (states["criterion"] == "liaison")
    return "elsewhere" if (states.loc[is_named, "state"] == "yes").any() else "unknown"


def _persons(builder: TableBuilder, codes: list[str]) -> None:
    """Names and addresses of the liaisons: nothing unless the scope is with contacts."""
    liaisons = builder.scope.store.liaisons
    own = [liaisons[liaisons["municipality_code"] == code] for code in codes]
    for key, column in (("liaison_names", "person_name"), ("liaison_emails", "email")):
        said = ["; ".join(rows[column].dropna()) or None for rows in own]
        builder.add(key, TEXT, said, is_personal=True)


def contacts_curve(builder: TableBuilder) -> None:
    """How many people 1 to 15 contacts reach."""
    curve = builder.scope.store.analysis.contact_curve(MOST, **contact_choices(builder))
    weigh = builder.choices.weigh
    builder.add("contacts", WHOLE, curve["contacts"], heading="contacts.axis_contacts")
    builder.add(
        "reached", WHOLE, curve["reached"], heading=f"contacts.axis_{weigh}", unit="persons"
    )
    builder.add("reached_share", SHARE, curve["share"], heading="contacts.column.share")
    added = curve["reached"].diff().fillna(curve["reached"])
    builder.add("added", WHOLE, added, heading="contacts.column.added", unit="persons")
    builder.coded("proof", curve["status"], "contacts.proof.{}", heading="contacts.column.proof")
