"""The button that makes a file, how far it has come, and the file itself once it is there."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from dashboards.export.faults import ExportError
from dashboards.export.files import FileExport
from dashboards.export.jobs import Job
from dashboards.file_link import FileLink
from dashboards.markup import stylesheet
from dashboards.texts import number
from dashboards.view import BUTTONS, FOCUS, View

POLL_MS = 300
"""How often the page looks how far a file has come."""
SOON_S = 0.8
"""A file that is there within this time comes without a word of waiting."""


class FileJob:
    """Makes the file that ``export`` gives when the button is pressed; one at a time a session."""

    def __init__(self, view: View, export: Callable[[], FileExport]) -> None:
        self._view, self._export = view, export
        self.job: Job | None = None
        self._poll: pn.io.PeriodicCallback | None = None
        self.make = self._button("files.make", "primary")
        self.cancel = self._button("files.cancel", "default")
        self.status = pn.pane.HTML(
            "", sizing_mode="stretch_width", stylesheets=[stylesheet()], margin=0
        )
        self.file = FileLink(sizing_mode="stretch_width", margin=(4, 0, 12, 0))
        self.cancel.visible = False
        self.make.on_click(lambda _: self.start())
        self.cancel.on_click(lambda _: self._cancel())
        if pn.state.curdoc is not None:
            # Nobody is left to take it.
            pn.state.on_session_destroyed(lambda _: self._cancel())

    def panel(self) -> pn.Column:
        """The buttons, what is said of the file, and the link to it."""
        return pn.Column(
            pn.FlexBox(self.make, self.cancel, gap="12px", margin=0),
            self.status,
            self.file,
            sizing_mode="stretch_width",
            margin=0,
        )

    def start(self) -> None:
        """Begin with the file as it is asked for now; say at once what is wrong with it."""
        if self.job is not None and not self.job.has_ended:
            return
        self.file.clear()
        try:
            self.job = Job(self._export())
        except ExportError as error:
            self._say(error.said(self._view.lang), is_fault=True)
            return
        self.job.wait(SOON_S)
        self.look()
        if not self.job.has_ended and pn.state.curdoc is not None:
            self._poll = pn.state.add_periodic_callback(self.look, period=POLL_MS)

    def look(self) -> None:
        """Show how far the file has come."""
        job = self.job
        if job is None:
            return
        self.make.disabled = not job.has_ended
        self.cancel.visible = not job.has_ended
        if job.has_ended and self._poll is not None:
            self._poll.stop()
            self._poll = None
        if job.state == "failed" and job.fault is not None:
            self._say(job.fault.said(self._view.lang), is_fault=True)
        elif job.state == "done" and job.body is not None:
            label = self._view.text("files.take", name=job.name, size=self._size(job.body))
            self.file.offer(job.body, job.name, label)
            self._say(self._view.text("files.done"))
        else:
            self._say(self._view.text(f"files.{job.state}"), done=job.done, total=job.total)

    def _cancel(self) -> None:
        if self.job is not None:
            self.job.cancel()

    def forget(self) -> None:
        """Take the file back: what is chosen is no longer what it was made of."""
        if self.job is not None and self.job.has_ended:
            self.job = None
            self.file.clear()
            self.status.object = ""

    def _size(self, body: bytes) -> str:
        """The size in kilobytes or megabytes."""
        if len(body) < 1_000_000:
            return self._view.text(
                "files.kilobytes", n=number(max(len(body) / 1e3, 1), self._view.lang)
            )
        return self._view.text(
            "files.megabytes", n=number(len(body) / 1e6, self._view.lang, decimals=1)
        )

    def _say(self, said: str, *, is_fault: bool = False, done: int = 0, total: int = 0) -> None:
        made = self._view.render(
            "file_status.html", said=said, is_fault=is_fault, done=done, total=total
        )
        if made != self.status.object:
            self.status.object = made

    def _button(self, key: str, kind: str) -> pn.widgets.Button:
        return pn.widgets.Button(
            label=self._view.text(key), stylesheets=[FOCUS, BUTTONS[kind]], margin=(4, 0, 12, 0)
        )
