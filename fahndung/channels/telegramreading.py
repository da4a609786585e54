"""What strangers are shown of a Telegram channel: its listing page by page, the page of one post. Decides nothing.

Nobody is logged in here, and no token goes along. Everything that is answered is untrusted.
"""

import itertools

from fahndung.channels import answers, telegrampages
from fahndung.channels.telegramaccount import Endpoint
from fahndung.channels.telegramanswers import WHO, unfit
from fahndung.channels.telegrampages import Page, Post
from fahndung.errors import ChannelFailed
from fahndung.http import Client

PAGE = 20
"""How many messages a public page holds at most."""
FIRST = 1
"""The message with which a channel was made, which nobody can delete (td, ``can_delete_channel_message``)."""
MOST_PAGES = 250
"""Nobody knows how many pages t.me gives to one stranger in how much time."""


class Reading:
    """One channel as it is looked at; for one thread at a time."""

    def __init__(self, endpoint: Endpoint, *, timeout_s: float) -> None:
        self._pages = endpoint.pages
        self._client = Client(timeout_s=timeout_s)

    def messages(self, account: str) -> tuple[Post, ...]:
        """Every message of the channel that strangers are shown, newest first; complete, or it raises.

        That a page leads to no older ones proves nothing: t.me leaves that link out now and then, and shows a channel
        without posts to whoever asks too often (reports of programs that read it, 2026-11-26). The end is the first
        message of all, or a page that shows the oldest once more and nothing before it.

        Raises:
            ChannelFailed: a page is not clean, or there is no end to them.
        """
        found: list[Post] = []
        page, again = self._listed(account, None), False
        for _ in range(MOST_PAGES):
            older = sorted(page.posts, key=lambda post: -post.id)
            if again:
                if [post.id for post in older[:1]] != [found[-1].id]:
                    raise _unclean("a message is missing that was in it", "eine Nachricht fehlt, die darin war")
                older = older[1:]
                if not older and page.before is None:
                    return tuple(found)
            found += older
            _refuse_unclean(found, account)
            if not found:
                raise _empty(account)
            if found[-1].id == FIRST:
                return tuple(found)
            again = not older or page.before is None
            page = self._listed(account, found[-1].id + (1 if again else 0))
        raise _unclean("it does not end", "sie endet nicht")

    def refuse_crowded(self, account: str) -> None:
        """Nothing, if the channel can be looked through as a whole.

        Raises:
            ChannelFailed: it has had too many messages, or nobody can tell.
        """
        shown = self._listed(account, None).posts
        if not shown:
            raise _empty(account)
        newest = max(post.id for post in shown)
        if newest >= PAGE * MOST_PAGES:
            raise ChannelFailed(
                f"{account} has had {newest} messages; fewer than {PAGE * MOST_PAGES} can be looked through, and what "
                "is not seen is not proven gone. Use a channel of its own for appeals.",
                f"{account} hatte {newest} Nachrichten; durchsehen lassen sich weniger als {PAGE * MOST_PAGES}, und "
                "was nicht gesehen wird, ist nicht als gelöscht erwiesen. Bitte einen eigenen Kanal für Fahndungen "
                "nehmen.",
            )

    def sight(self, id: int, account: str) -> Post | None:
        """What a stranger is shown of one message; None: there is no such message.

        Raises:
            ChannelFailed: nobody can tell.
        """
        page = self._page(f"{account}/{id}?embed=1")
        if page.error is None:
            shown = [post for post in page.posts if (post.account.casefold(), post.id) == (account.casefold(), id)]
            if len(shown) == len(page.posts) == 1:
                return shown[0]
        elif page.error == telegrampages.MISSING and not page.posts:
            return None
        raise unfit("the public page of a post cannot be read", "die öffentliche Seite eines Beitrags ist unlesbar")

    def _listed(self, account: str, before: int | None) -> Page:
        page = self._page(f"s/{account}" + ("" if before is None else f"?before={before}"))
        if page.account is None or page.account.casefold() != account.casefold():
            raise unfit(
                f"strangers are not shown what {account} has. Check whether the channel can be read in a browser",
                f"Fremden wird nicht gezeigt, was {account} hat. Bitte prüfen, ob der Kanal im Browser lesbar ist",
            )
        return page

    def _page(self, path: str) -> Page:
        answer = self._client.get(f"{self._pages}{path}", headers={"Accept": "text/html"})
        answers.readable(answer, WHO)
        try:
            return telegrampages.parse(answer.body.decode())
        except UnicodeDecodeError:
            raise unfit("a public page is no text", "eine öffentliche Seite ist kein Text") from None


def _refuse_unclean(found: list[Post], account: str) -> None:
    if any(post.account.casefold() != account.casefold() for post in found):
        raise _unclean("a message is another channel's", "eine Nachricht gehört einem anderen Kanal")
    if any(before.id <= after.id for before, after in itertools.pairwise(found)):
        raise _unclean("it repeats itself", "sie wiederholt sich")


def _empty(account: str) -> ChannelFailed:
    """t.me shows the same where it wants to be left alone; so an empty listing says nothing."""
    return ChannelFailed(
        f"{WHO}: strangers are shown no message of {account} at all, which proves nothing. If it has none, write one "
        "that stays, what the channel is for perhaps.",
        f"{WHO}: Fremden wird keine einzige Nachricht von {account} gezeigt; das beweist nichts. Ist dort keine, bitte "
        "eine schreiben, die stehen bleibt, etwa wozu der Kanal da ist.",
    )


def _unclean(en: str, de: str) -> ChannelFailed:
    return ChannelFailed(
        f"{WHO}: the public listing is worth nothing, {en}. It is asked for again later.",
        f"{WHO}: Die öffentliche Liste ist wertlos, {de}. Sie wird später erneut abgefragt.",
    )
