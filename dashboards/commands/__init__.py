"""The command line: a file each command, and beside them what several of them and the page do."""
