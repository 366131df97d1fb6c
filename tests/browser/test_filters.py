"""Filters as a person meets them: chosen, told at the top, cleared, kept from view to view."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import axe_faults


def line_of(page):
    return page.locator(".filter-line")


def test_a_filter_is_chosen_by_keyboard_told_at_the_top_and_cleared(visit):
    page = visit.open("?view=gaps&lang=en&region=10&first=2", width=390)
    before = page.locator("#gap-summary").inner_text()
    page.get_by_text("More filters").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Age of evidence").select_option(label="Evidence of at most 2 years")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(line_of(page)).to_contain_text("evidence of at most 2 years")
    assert "region=10" in page.url
    assert "first=2" in page.url
    expect(page.locator("#gap-summary")).not_to_have_text(before)
    assert axe_faults(page) == []
    across, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert across <= window
    page.get_by_role("link", name="remove: evidence").click()
    expect(line_of(page)).not_to_contain_text("evidence")
    expect(line_of(page)).to_contain_text("South Savo")


def test_the_line_follows_the_region_and_a_view_without_filters_has_none(visit):
    page = visit.open("?view=map&lang=sv&evidence=4")
    expect(line_of(page)).to_contain_text("högst 4 år")
    page.get_by_label("Område", exact=True).select_option(label="Södra Savolax")
    expect(line_of(page)).to_contain_text("Södra Savolax")
    page.get_by_role("link", name="Källor och kvalitet").first.click()
    page.wait_for_selector("#sources")
    assert line_of(page).count() == 0
    assert "evidence=4" in page.url  # kept for the views that follow it


def test_a_link_within_a_view_keeps_what_was_chosen_since_it_was_written(visit):
    page = visit.open("?view=gaps&lang=fi&region=10")
    page.get_by_label("Kenet lasketaan").select_option(index=1)
    page.wait_for_url("**weigh=group**")
    page.locator("#gaps-known_step tbody a").first.click()
    page.wait_for_url("**view=map**")
    assert "weigh=group" in page.url
    assert "municipality=" in page.url


def test_an_organisations_card_opens_without_losing_the_search(visit):
    page = visit.open("?view=organisations&lang=fi&municipality=178")
    field = page.get_by_label("Etsi nimellä")
    field.fill("elakeliiton juvan")
    field.press("Enter")
    link = page.locator("#organisations-searched a").first
    expect(link).to_have_text("Eläkeliiton Juvan yhdistys ry")
    link.click()
    heading = page.locator("[data-organisation] h2")
    expect(heading).to_be_focused()
    page.wait_for_url("**organisation=elakeliiton-juvan-yhdistys-ry**")
    assert field.input_value() == "elakeliiton juvan"
    assert "elakeliiton juvan" not in page.url.replace("-", " ").split("organisation=")[0]
    page.go_back()
    page.wait_for_url(lambda url: "organisation=" not in url)
    page.get_by_label("Kohderyhmä").select_option(label="Asunnottomat")
    expect(page.get_by_text("Näillä ehdoilla ei löydy järjestöjä.")).to_be_visible()


def test_a_target_group_goes_along_from_view_to_view(visit):
    page = visit.open("?view=map&lang=en")
    page.get_by_text("More filters").click()
    filters = page.locator("#filters")
    filters.get_by_label("Target group").select_option(label="Young people")
    filters.get_by_role("button", name="Show", exact=True).click()
    expect(line_of(page)).to_contain_text("target group: Young people")
    # Turku has ten of the known organisations for young people, and most municipalities none.
    row = page.locator("#municipalities tr", has_text="Turku")
    expect(row.locator("td").nth(2)).to_have_text("10")
    page.get_by_role("link", name="Coverage gaps").first.click()
    expect(line_of(page)).to_contain_text("target group: Young people")
    expect(page.locator("#people-in-gaps tbody tr")).to_have_count(1)
    # Another is chosen in the view itself: figures, sentence, address and list follow.
    page.get_by_label("Who is counted").select_option(index=1)
    of_contacts = page.locator("select:visible").filter(has_text="Young people")
    of_contacts.select_option(label="Older people")
    expect(line_of(page)).to_contain_text("target group: Older people")
    expect(page.locator("#people-in-gaps tbody th")).to_have_text("Older people")
    page.get_by_text("More filters").click()
    expect(filters.get_by_label("Target group").locator("option:checked")).to_have_text(
        "Older people"
    )
    page.get_by_role("link", name="remove: target group").click()
    expect(line_of(page)).to_be_hidden()
