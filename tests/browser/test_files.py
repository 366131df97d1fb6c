"""Files from the page: made, taken, and a wrong wish told, by keyboard and on a phone."""

from __future__ import annotations

import openpyxl
from playwright.sync_api import expect

from dashboards.texts import text


def test_a_table_of_the_page_is_taken_as_a_file(visit, tmp_path):
    page = visit.open("?view=gaps&region=10&lang=fi")
    address = page.locator("details.address", has=page.locator('a[href*="table=sensitivity"]'))
    address.locator("summary").click()
    address.get_by_role("link", name=text("address.take", "fi")).click()
    page.wait_for_url("**view=files**")
    page.get_by_role("button", name=text("files.make", "fi")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(text("files.done", "fi"))).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="etela-savo-sensitivity-fi.xlsx").press("Enter")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    # Etelä-Savo has eleven municipalities; a row of headings stands above.
    assert sheet.max_row == 12


def test_a_wish_without_its_choice_is_answered_on_a_phone(visit):
    page = visit.open("?view=files&file=table&table=representation&lang=sv", width=390)
    # Nothing to take yet, and nothing that looks like it.
    expect(page.locator("a.take")).to_have_count(1)
    assert page.locator("div.file-link").bounding_box()["height"] == 0
    page.get_by_role("button", name=text("files.make", "sv")).click()
    alert = page.locator('.file-status[role="alert"]')
    expect(alert).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_map_and_the_card_lead_to_their_files(visit):
    page = visit.open("?view=map&municipality=491&theme=readings&lang=en")
    card = page.get_by_role("link", name=text("files.take_sheet", "en"))
    assert "area=municipality-491" in card.get_attribute("href")
    page.get_by_role("link", name=text("files.take_map", "en")).click()
    page.wait_for_url("**view=files**")
    chosen = page.get_by_label(text("choose.theme", "en")).locator("option:checked")
    expect(chosen).to_have_text(text("theme_readings.label", "en", readings=16))
