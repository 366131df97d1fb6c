"""The page's form of files: each kind asks for the file that the command would make."""

from __future__ import annotations

import pytest

from dashboards.export.atlas import AtlasExport
from dashboards.export.faults import ExportError
from dashboards.export.geopackage import GeoPackageExport
from dashboards.export.map_figure import MapExport
from dashboards.export.map_page import MapPageExport
from dashboards.export.report import ReportExport
from dashboards.export.scope import Scope
from dashboards.export.slides import SlidesExport
from dashboards.export.tables import TableExport
from dashboards.parts.file_form import WITH_PERSONS, FileForm
from dashboards.parts.file_job import FileJob
from dashboards.shell import opened_state
from dashboards.state import FILE_KINDS
from dashboards.views.files import FilesView

KINDS = {
    "map": MapExport,
    "html": MapPageExport,
    "table": TableExport,
    "geopackage": GeoPackageExport,
    "slides": SlidesExport,
    "atlas": AtlasExport,
    "report": ReportExport,
}


def form_of(store, **query) -> FileForm:
    state, notices = opened_state(store, {"view": "files", **query})
    assert notices == []
    return FileForm(FilesView(store, state))


def test_every_kind_of_file_is_offered_and_asked_for(store):
    assert tuple(KINDS) == FILE_KINDS
    form = form_of(store, region="10")
    for kind, made in KINDS.items():
        form._view.state.file = kind
        export = form.export()
        assert type(export) is made
        assert export.scope.area == "region-10"
        assert export.scope.langs == ("fi",)
        assert not export.scope.with_contacts


def test_what_is_chosen_is_what_the_file_is_made_of(store):
    form = form_of(store, lang="sv", theme="readings", area="municipality-491")
    form._langs.value = "fi+sv"
    for name, value in (("format", "svg"), ("paper", "a3"), ("orientation", "portrait")):
        form._fields[name].value = value
    form._fields["title"].value = " Egen rubrik "
    scope = Scope(store=store, area="municipality-491", langs=("fi", "sv"))
    assert form.export() == MapExport(
        scope=scope,
        theme="readings",
        format="svg",
        paper="a3",
        orientation="portrait",
        title="Egen rubrik",
    )


def test_a_table_shows_the_fields_that_it_asks_for_and_no_other(store):
    form = form_of(store, file="table", table="zeros")

    def shown() -> set[str]:
        return {name for name, field in form._fields.items() if field.visible}

    assert shown() == {"table", "table_format", "columns", "group"}
    form._view.state.table = "municipalities"
    assert shown() == {"table", "table_format", "columns", "theme"}
    form._fields["table_format"].value = "csv"
    assert shown() == {"table", "table_format", "columns", "theme", "separator"}


def test_a_table_without_the_choice_it_needs_says_what_is_missing(store):
    with pytest.raises(ExportError):
        form_of(store, file="table", table="representation").export()


def test_persons_come_along_only_with_the_box_and_only_where_a_file_can_say_so(store):
    form = form_of(store)
    form._contacts.value = list(form._contacts.options)
    for kind in FILE_KINDS:
        form._view.state.file = kind
        assert form.export().scope.with_contacts == (kind in WITH_PERSONS)
        assert form._contacts.visible == (kind in WITH_PERSONS)


def test_the_area_of_the_file_lies_in_the_chosen_region(store):
    form = form_of(store, area="municipality-491")
    options = set(form._area.options.values())
    assert {"", "county-12", "county-05", "municipality-491", "municipality-853"} <= options
    form._view.state.region = "02"
    assert form._view.state.area == ""
    assert "municipality-491" not in form._area.options.values()
    assert form.export().scope.area == "region-02"


def test_an_area_outside_the_chosen_region_is_answered_with_a_notice(store):
    state, [notice] = opened_state(
        store, {"view": "files", "region": "02", "area": "municipality-491"}
    )
    assert state.area == ""
    assert notice.values == {"name": "area", "value": "municipality-491"}
    every = form_of(store, area="region-10")
    assert every._area.value == "region-10"
    assert every.export().scope.area == "region-10"


def test_a_file_is_offered_with_its_name_and_size_and_taken_back_when_another_is_asked_for(store):
    form = form_of(store, file="table", table="boards")
    job = FileJob(form._view, form.export)
    form.on_change(job.forget)
    job.start()
    job.job.wait(20)
    job.look()
    assert job.file.filename == "kaikki-tiedossa-olevat-kunnat-boards-fi.xlsx"
    assert job.file.filename in job.file.label
    assert job.file.body.startswith(b"PK")
    form._view.state.table = "gaps"
    assert job.file.body == b""
    assert job.job is None


def test_a_wrong_wish_is_said_at_once_and_makes_no_job(store):
    form = form_of(store, file="table", table="representation", lang="en")
    job = FileJob(form._view, form.export)
    job.start()
    assert job.job is None
    assert 'role="alert"' in job.status.object
