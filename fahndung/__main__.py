"""``python -m fahndung``: the same as the ``fahndung`` command."""

from fahndung.cli import main

main()
