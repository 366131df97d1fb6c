"""The errors that a loader may raise; nothing else lives here."""


class LoaderError(Exception):
    """A source or a table could not be read; the message says what to do or which file to open.

    ``notice`` says the same as a code that the page puts into words: "failed", or one of
    ``loaders.outcomes.NOTICES``.
    """

    notice: str = "failed"


class SourceUnavailable(LoaderError):
    """A source gave no usable answer and no saved copy of it is at hand."""


class SourceChanged(LoaderError):
    """A source answered, but not in the form its parser knows."""

    notice = "source_changed"
