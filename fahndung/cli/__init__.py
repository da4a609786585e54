"""The terminal: the only room that knows a clock, an environment and an exit code. No rule, no SQL, no drawing."""


def main() -> None:
    """Entry point of the ``fahndung`` command: click's own refusals become JSON where it was asked for.

    Modules are no garbage, and to look for some among them takes a fifth of a short run; so it begins with the command
    (``LazyGroup``), and what is left at the end goes with the process.
    """
    import gc

    gc.disable()
    import json
    import sys

    import click

    from fahndung.cli.app import app

    try:
        code = app.main(prog_name="fahndung", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        if "--json" in sys.argv:
            document = {"ok": False, "error": error.format_message(), "exit_code": error.exit_code, "problems": []}
            click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        code = error.exit_code
    except click.Abort:
        code = 130
    gc.freeze()
    sys.exit(code)
