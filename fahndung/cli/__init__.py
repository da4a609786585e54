"""The terminal: the only room that knows a clock, an environment and an exit code. No rule, no SQL, no drawing."""


def main() -> None:
    """Entry point of the ``fahndung`` command."""
    from fahndung.cli.app import app

    app(prog_name="fahndung")
