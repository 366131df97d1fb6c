"""What every view is: one page of the dashboard, with its frame and its panel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pandas as pd
import panel as pn
from markupsafe import escape

from dashboards.markup import render, stylesheet
from dashboards.snippets import addresses
from dashboards.state import State
from dashboards.store import Store
from dashboards.texts import sort_key, text

FOCUS = """
:host { font-family: var(--font) !important; font-size: var(--text-s) !important; }
label { font-size: var(--text-s); color: var(--ink); white-space: normal; overflow-wrap: anywhere; }
select:focus-visible, input:focus-visible, button:focus-visible {
  outline: 3px solid var(--focus) !important; outline-offset: 2px;
}
.bk-input, .bk-btn { font-family: inherit; font-size: var(--text-s); min-height: var(--touch); }
.bk-input {
  background-color: var(--field); color: var(--ink); border-color: var(--field-line);
}
@media screen and (prefers-color-scheme: dark) {
  select:not([multiple]).bk-input {
    background-image: url('data:image/svg+xml;utf8,<svg viewBox="0 0 25 20" \
xmlns="http://www.w3.org/2000/svg"><path d="M 0,0 25,0 12.5,20 Z" fill="%23e7e5df" /></svg>');
  }
}
@media print { :host { display: none !important; } }
"""
"""How every widget looks; the colours and sizes are those of page.css, which a shadow inherits."""

BUTTONS: Mapping[str, str] = {
    "primary": """
:host(.solid) .bk-btn.bk-btn-default {
  background: var(--accent); color: var(--on-accent); border: 1px solid var(--accent);
  min-height: 44px; padding: 8px 18px;
}
:host(.solid) .bk-btn.bk-btn-default:hover { text-decoration: underline; }
:host(.solid) .bk-btn.bk-btn-default:disabled {
  background: var(--hover); color: var(--soft); border-color: var(--line); opacity: 1;
}
""",
    "default": """
:host(.solid) .bk-btn.bk-btn-default {
  background: var(--field); color: var(--accent); border: 1px solid var(--accent);
  min-height: 44px; padding: 8px 18px;
}
""",
}
"""How a button that does something looks: Panel's own colours are too pale for their text."""


class View(ABC):
    """One page: made anew for each session, its parts made once and then only changed.

    A subclass lies in ``dashboards/views/<id>.py`` and has the texts ``view.<id>.name``,
    ``view.<id>.title`` and ``view.<id>.lead`` in every language.
    """

    id: ClassVar[str]
    order: ClassVar[int]
    follows_region: ClassVar[bool] = True
    """Whether the choice of a region changes the view; else the page offers none."""
    filters: ClassVar[tuple[str, ...]] = ()
    """The choices beside the region that leave something out of the view, or count otherwise."""
    live: ClassVar[tuple[str, ...]] = ()
    """Those of ``filters`` that may change while the view is open: it looks after them itself."""
    offers: ClassVar[tuple[str, ...]] = ()
    """Those of ``live`` that the view has a list for: the page's head need not offer one too."""
    in_navigation: ClassVar[bool] = True
    """Whether the page's head leads to the view; else its foot does."""

    def __init__(self, store: Store, state: State) -> None:
        self.store = store
        self.state = state

    @abstractmethod
    def frame(self) -> pd.DataFrame:
        """The rows the view shows for the state, as the functions of geo give them."""

    @abstractmethod
    def panel(self) -> pn.viewable.Viewable:
        """The view's layout; asked for once a session."""

    @property
    def lang(self) -> str:
        """The language of the session."""
        return str(self.state.lang)

    @property
    def group(self) -> str:
        """The target group that is looked at: the one chosen, else the first; none without any."""
        return self.state.group_shown

    @property
    def store_of_group(self) -> Store:
        """The store of the target group chosen at this moment; the view's own for none."""
        return self.store.for_group(str(self.state.group))

    def text(self, key: str, **values: Any) -> str:
        """A text in the session's language."""
        return text(key, self.lang, **values)

    def render(self, template: str, **context: Any) -> str:
        """A template filled in the session's language."""
        return render(template, self.lang, **context)

    def html(self, make: Callable[[], str], *depends: str) -> pn.pane.HTML:
        """A pane that is made anew whenever one of the named choices changes.

        Below its tables stand their addresses, see ``dashboards.snippets``.
        """
        pane = pn.pane.HTML(
            self.addressed(make()),
            sizing_mode="stretch_width",
            stylesheets=[stylesheet()],
            margin=0,
        )
        if depends:
            self.on_change(lambda: setattr(pane, "object", self.addressed(make())), *depends)
        return pane

    def addressed(self, html: str) -> str:
        """What a pane shows, with the addresses of its tables.

        Its links are those of the choices of this moment; ``data-at`` tells the page of which, so
        that a link keeps what is chosen later.
        """
        html += addresses(html, self.state)
        if 'href="?' not in html:
            return html
        return f'<div data-at="{escape(self.state.query())}">{html}</div>'

    def on_change(self, do: Callable[[], None], *depends: str) -> None:
        """Call ``do`` whenever one of the named choices changes."""
        self.state.param.watch(lambda *_: do(), list(depends))

    def select(self, choice: str, options: Mapping[str, str], *, key: str) -> pn.widgets.Select:
        """A labelled list that sets one choice and follows it; ``options`` is value to label."""
        value = getattr(self.state, choice)
        widget = pn.widgets.Select(
            label=self.text(key),
            options=labelled(options),
            # What is not chosen shows the first, as the view does.
            value=value if value in options else next(iter(options), None),
            sizing_mode="stretch_width",
            max_width=420,
            stylesheets=[FOCUS],
            margin=(0, 0, 12, 0),
        )

        def choose(event: Any) -> None:
            if event.new is not None:  # a list without options says None
                setattr(self.state, choice, event.new)

        def follow() -> None:
            value = getattr(self.state, choice)
            if value in widget.options.values():  # else the list is about to get other options
                widget.value = value

        widget.param.watch(choose, "value")
        self.on_change(follow, choice)
        return widget

    def municipality_options(self) -> dict[str, str]:
        """Code to name of the municipalities in the chosen region, by name, none first."""
        names = self.store.name_of(self.lang)
        chosen = self.store.municipalities[self.store.chosen(self.state.region)]
        codes = sorted(chosen["municipality_code"], key=lambda code: sort_key(names[code]))
        return {"": self.text("choose.municipality_none")} | {code: names[code] for code in codes}


def labelled(options: Mapping[str, str]) -> dict[str, str]:
    """Label to value, as a list wants it; two values with the same label get their value added."""
    labels = list(options.values())
    return {
        label if labels.count(label) == 1 else f"{label} ({value})": value
        for value, label in options.items()
    }


def two_columns(left: list[Any], right: list[Any]) -> pn.FlexBox:
    """Two columns that become one where the window is narrow."""
    wide = {"flex": "3 1 480px", "min-width": "0", "max-width": "100%"}
    narrow = {"flex": "2 1 340px", "min-width": "0", "max-width": "100%"}
    return pn.FlexBox(
        pn.Column(*left, sizing_mode="stretch_width", styles=wide, margin=0),
        pn.Column(*right, sizing_mode="stretch_width", styles=narrow, margin=0),
        gap="24px",
        sizing_mode="stretch_width",
        margin=0,
    )


MAP_GRID = """
:host {
  display: grid; grid-template: auto 1fr / minmax(0, 3fr) minmax(0, 2fr); gap: 0 24px;
}
.card-part { grid-column: 2; grid-row: 1 / span 2; }
.below-part { grid-column: 1; grid-row: 2; }
@media (max-width: 900px) {
  :host { grid-template: none / minmax(0, 1fr); }
  .card-part, .below-part { grid-column: 1; grid-row: auto; }
}
"""


def map_and_card(picture: list[Any], card: list[Any], below: list[Any]) -> pn.Column:
    """A picture with its legend below and a card beside; on a phone the card comes in between."""
    parts = (("picture-part", picture), ("card-part", card), ("below-part", below))
    return pn.Column(
        *(
            pn.Column(*part, css_classes=[name], sizing_mode="stretch_width", margin=0)
            for name, part in parts
        ),
        stylesheets=[MAP_GRID],
        sizing_mode="stretch_width",
        margin=0,
    )
