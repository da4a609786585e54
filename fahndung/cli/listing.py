"""A group of commands that lists what there is unless its first word names another of its commands."""

import click


class ListingGroup(click.Group):
    """``posters`` and ``posters ID`` are ``posters list`` and ``posters list ID``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts the word ``list`` before everything that is no command and asks for no help."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)
