"""`python -m dashboards` is the command line."""

from dashboards.cli import app

app()
