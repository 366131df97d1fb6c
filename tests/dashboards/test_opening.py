"""The store read beside the page: awaited, kept while a new one is read, and faults told."""

from __future__ import annotations

import threading

import pytest

from dashboards import opening as opening_module
from dashboards.app import loading_page
from dashboards.opening import StoreOpening
from dashboards.texts import LANGUAGES, text
from loaders.errors import LoaderError, SourceUnavailable


def test_a_small_collection_is_there_for_the_first_who_asks(store):
    opening = StoreOpening(lambda day: store)
    assert opening.store() is store


def test_a_large_collection_is_awaited_for_a_while_only(store, monkeypatch):
    monkeypatch.setattr(opening_module, "WAIT_S", 0.05)
    is_read = threading.Event()

    def slowly(day):
        assert is_read.wait(10)
        return store

    opening = StoreOpening(slowly)
    assert opening.store() is None
    is_read.set()
    opening.wait()
    assert opening.store() is store


def test_the_store_before_stays_in_use_while_another_is_read(store, monkeypatch):
    monkeypatch.setattr(opening_module, "WAIT_S", 0.05)
    stamps = iter(["one", "two", "two", "two"])
    monkeypatch.setattr(opening_module, "data_stamp", lambda: next(stamps))
    other, is_read = store.seen(reach="regional"), threading.Event()
    stores = iter([store, other])

    def slowly(day):
        found = next(stores)
        assert found is store or is_read.wait(10)
        return found

    opening = StoreOpening(slowly)
    assert opening.store() is store
    assert opening.store() is store  # the other is being read
    is_read.set()
    opening.wait()
    assert opening.store() is other


def test_data_that_cannot_be_read_is_told_once_there_is_nothing_else(store):
    def never(day):
        raise SourceUnavailable("data/fixed/areas.csv: cannot be read")

    opening = StoreOpening(never)
    with pytest.raises(LoaderError, match="cannot be read"):
        opening.store()


@pytest.mark.parametrize("lang", [*LANGUAGES, "xx"])
def test_the_page_of_waiting_speaks_the_language_asked_for(lang):
    said = lang if lang in LANGUAGES else "fi"
    variables = loading_page({"lang": lang})._render_variables
    assert variables["lang"] == said
    assert variables["words"]["said"] == text("loading.said", said)
