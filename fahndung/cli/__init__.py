"""The terminal: the only room that knows a clock, an environment and an exit code. No rule, no SQL, no drawing."""

import sys


def main() -> None:
    """Entry point of the ``fahndung`` command.

    Modules are no garbage, and to look for some among them takes a fifth of a short run; so it begins with the command
    (``LazyGroup``), and what is left at the end goes with the process.
    """
    import gc

    gc.disable()
    from fahndung.cli.language import teach_click

    teach_click()
    code = _run()
    gc.freeze()
    sys.exit(code)


def _run() -> int:
    """The exit code; click's own refusals and interruptions become JSON where it was asked for."""
    import click

    from fahndung.cli.app import app
    from fahndung.cli.call import interrupted, note, put_json
    from fahndung.cli.language import language
    from fahndung.errors import os_reason

    as_json = "--json" in sys.argv
    try:
        code: int = app.main(prog_name="fahndung", standalone_mode=False)
        return code
    except click.ClickException as error:
        error.show()
        if as_json:
            document = {"ok": False, "error": error.format_message(), "exit_code": error.exit_code, "problems": []}
            put_json(document)
        return error.exit_code
    except click.Abort:
        return interrupted(as_json=as_json)
    except OSError as error:  # help and version on a full stdout
        note(f"stdout: {os_reason(error).in_language(language())}")
        return 1
