"""One file a source, found by lying here: a docstring form, SOURCE and parse(body)."""
