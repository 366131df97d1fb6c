"""Files to take away: maps, tables, slides and the atlas of what is chosen."""

from __future__ import annotations

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable, link, table
from dashboards.parts.file_form import FileForm
from dashboards.parts.file_job import FileJob
from dashboards.state import FILE_KINDS
from dashboards.view import View


class FilesView(View):
    """What can I take with me into a strategy?"""

    id = "files"
    order = 37
    filters = ("group", "evidence", "reach")
    live = ("group",)

    def frame(self) -> pd.DataFrame:
        """The kinds of files: kind."""
        return pd.DataFrame({"kind": FILE_KINDS}, dtype="string")

    def panel(self) -> pn.viewable.Viewable:
        """What is asked for, the button, and the file."""
        form = FileForm(self)
        job = FileJob(self, form.export)
        form.on_change(job.forget)
        return pn.Column(
            self.html(lambda: self.render("heading.html", title="files.heading")),
            form.panel(),
            job.panel(),
            self.html(self._kinds),
            self.html(lambda: self.render("files_note.html")),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _kinds(self) -> str:
        """What there is to take, each with a link that chooses it."""
        address = self.state.query(file=self.state.param.file.default)
        join = "&" if "=" in address else ""
        return table(
            HtmlTable(
                id="file-kinds",
                caption=self.text("files.kinds"),
                columns=[
                    Column(heading=self.text("files.kind_of")),
                    Column(heading=self.text("files.holds")),
                ],
                rows=[
                    (
                        link(f"{address}{join}file={kind}", self.text(f"files.kind.{kind}")),
                        self.text(f"files.about.{kind}"),
                    )
                    for kind in self.frame()["kind"]
                ],
                empty="",
            )
        )
