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
MOST_PAGES = 250
"""Nobody knows how many pages t.me gives to one stranger in how much time."""


class Reading:
    """One channel as it is looked at; for one thread at a time."""

    def __init__(self, endpoint: Endpoint, *, timeout_s: float) -> None:
        self._pages = endpoint.pages
        self._client = Client(timeout_s=timeout_s)

    def messages(self, account: str) -> tuple[Post, ...]:
        """Every message of the channel that strangers are shown, newest first; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, or there is no end to them.
        """
        found: list[Post] = []
        page = self._listed(account, None)
        for _ in range(MOST_PAGES):
            found += sorted(page.posts, key=lambda post: -post.id)
            _refuse_unclean(found, account)
            if page.before is None:
                return tuple(found)
            if not page.posts or page.before > found[-1].id:
                raise _unclean("it leads nowhere", "sie führt nirgends hin")
            page = self._listed(account, page.before)
        raise _unclean("it does not end", "sie endet nicht")

    def refuse_crowded(self, account: str) -> None:
        """Nothing, if the channel can be looked through as a whole.

        Raises:
            ChannelFailed: it has had too many messages, or nobody can tell.
        """
        newest = max((post.id for post in self._listed(account, None).posts), default=0)
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


def _unclean(en: str, de: str) -> ChannelFailed:
    return ChannelFailed(
        f"{WHO}: the public listing is worth nothing, {en}. It is asked for again later.",
        f"{WHO}: Die öffentliche Liste ist wertlos, {de}. Sie wird später erneut abgefragt.",
    )
