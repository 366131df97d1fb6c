"""Files to take away: maps, tables, slides, the atlas; each the same from the page and a command.

A kind of file is one module with a class that derives from ``dashboards.export.files.FileExport``.
"""
