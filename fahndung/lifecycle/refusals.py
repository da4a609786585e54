"""Whose credential a platform refused: the account and where its secret came from. Reads no secret's text."""

from collections.abc import Mapping

from fahndung import credentials
from fahndung.errors import AuthError, FahndungError, Message

_NAMES = ("credential", "app_secret")
"""Under which an account's access names its secrets (``Channel.access``)."""


def told(error: FahndungError, account: str, access: Mapping[str, object]) -> Message:
    """The message of an error; that of a refused credential says which account's it is, and from where it was taken."""
    return named(error.message, account, access) if isinstance(error, AuthError) else error.message


def named(why: Message, account: str, access: Mapping[str, object]) -> Message:
    """Why a credential was refused, with the account and where its secret came from."""
    known = [name for key in _NAMES if isinstance(name := access.get(key), str) and credentials.NAME.fullmatch(name)]
    sources = [source for name in known if (source := credentials.source(name)) is not None]
    en = ", ".join((f"Account {account}", *(source.en for source in sources)))
    de = ", ".join((f"Konto {account}", *(source.de for source in sources)))
    return Message(f"{why.en} {en}.", f"{why.de} {de}.")
