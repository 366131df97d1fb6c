"""`python -m dashboards` is the command line."""

from dashboards.cli import app

if __name__ == "__main__":
    app()
