"""What a stranger finds of a WordPress site: its pages, its files, its REST interface, its feed and its sitemaps.

Writes nothing and logs in nowhere. A 404 counts only beside an address of the same kind that answers 200.
"""

import dataclasses
import re
import secrets
import urllib.parse
from collections.abc import Iterator, Sequence

from fahndung.channels import answers
from fahndung.channels.wordpressaccount import PARENT, Endpoint
from fahndung.channels.wordpressobjects import ROOMS, WHO, is_gone, number
from fahndung.errors import ChannelFailed, Unsupported
from fahndung.http import Answer, Client
from fahndung.model.publication import Reference
from fahndung.texts import pages

TIMEOUT_S = 20.0
MOST_LISTS = 20
"""The most sitemaps that are read."""
_GONE, _CLOSED = frozenset({404, 410}), frozenset({401, 403})
_LOCATION = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The positive control: a stranger is shown the page above, and a picture of the site.

    Attributes:
        page: the address that was shown. file: that of the picture.
        closed: strangers have to log in for the REST interface; only pages and files tell what they see.
    """

    page: str
    file: str
    closed: bool


class Stranger:
    """Somebody who looks at one site; for one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=TIMEOUT_S)

    def control(self, untrusted_pictures: Sequence[str]) -> Control:
        """The positive control, for pages, for files and for the REST interface.

        Raises:
            ChannelFailed: something that surely is there is not shown, or something that never was is.
        """
        url = self._endpoint.parent_url
        if self.page(url) is None:
            raise self._blind(f"does not show {url}", f"zeigt {url} nicht")
        shown = next((one for one in untrusted_pictures if self.is_ours(one) and self.file(one) is not None), None)
        if shown is None:
            raise self._blind(
                "shows no picture of its library; put one there that stays, a coat of arms perhaps",
                "zeigt kein Bild seiner Mediathek; bitte eines einstellen, das bleibt, etwa ein Wappen",
            )
        never = secrets.token_hex(16)
        for place in (f"{url}{never}/", f"{shown.rpartition('/')[0]}/{never}.jpg"):
            if self._ask(place).status not in _GONE:
                raise self._blind(f"shows {place}, which never was", f"zeigt {place}, das es nie gab")
        answer = self._ask(self._endpoint.rest_url(f"pages?slug={PARENT}&parent=0&_fields=link"))
        closed = answer.status in _CLOSED
        if not closed:
            answers.readable(answer, WHO)
            if [one.get("link") for one in answers.objects(answer, WHO)] != [url]:
                raise self._blind(f"does not tell of {url} by REST", f"nennt {url} nicht über REST")
        return Control(page=url, file=shown, closed=closed)

    def is_ours(self, untrusted_url: str) -> bool:
        """Whether an address lies on this site, where the control says something about it."""
        return untrusted_url.startswith(self._endpoint.base_url)

    def is_told(self, reference: Reference) -> bool:
        """Whether the REST interface tells of an object; one that is hidden is still there.

        Raises:
            ChannelFailed: nobody can tell.
        """
        answer = self._ask(self._endpoint.rest_url(f"{ROOMS.get(reference.kind)}/{number(reference)}?_fields=id"))
        if is_gone(answer):
            return False
        if answer.status not in _CLOSED:
            answers.readable(answer, WHO)
        return answer.status == 200

    def refuse_foreign(self, untrusted_urls: Sequence[str]) -> None:
        """Nothing, if all of these lie on this site: no other address that it names is ever asked.

        Raises:
            Unsupported: one does not. Nobody knows who answers there, and no control says what the answer is worth.
        """
        if foreign := [url for url in untrusted_urls if not self.is_ours(url)]:
            raise Unsupported(
                f"{WHO} names {foreign[0]}, which is not on {self._endpoint.base_url}: it is not asked. Look there by "
                "hand whether it is gone.",
                f"{WHO} nennt {foreign[0]}; das liegt nicht auf {self._endpoint.base_url} und wird nicht abgerufen. "
                "Bitte dort von Hand nachsehen, ob es weg ist.",
            )

    def page(self, untrusted_url: str) -> Answer | None:
        """What stands at an address of this site; None: it answers 404 or 410.

        Raises:
            ChannelFailed: it answers neither so nor with 200; a redirect proves nothing.
            Unsupported: as :meth:`refuse_foreign`.
        """
        self.refuse_foreign([untrusted_url])
        answer = self._ask(untrusted_url)
        if answer.status in _GONE:
            return None
        if answer.status != 200:
            raise ChannelFailed(
                f"{untrusted_url} answers {answer.status}, which proves nothing. Check what answers there.",
                f"{untrusted_url} antwortet mit {answer.status}; das beweist nichts. Bitte prüfen, wer dort antwortet.",
            )
        return answer

    def file(self, untrusted_url: str) -> bytes | None:
        """The bytes of a file of this site; None: it answers 404 or 410.

        Raises:
            ChannelFailed, Unsupported: as :meth:`page`.
        """
        answer = self.page(untrusted_url)
        return None if answer is None else answer.body

    def lists(self, slug: str) -> list[str]:
        """The feed and the sitemaps that name an appeal's page.

        Raises:
            ChannelFailed: one that there is cannot be read.
        """
        return [url for url, text in self._lists() if slug in text]

    def _lists(self) -> Iterator[tuple[str, str]]:
        feed = f"{self._endpoint.base_url}feed/"
        if (body := self._text(feed)) is not None:
            yield feed, body
        robots = self._text(f"{self._endpoint.base_url}robots.txt") or ""
        waiting = [
            line.partition(":")[2].strip() for line in robots.splitlines() if line.lower().startswith("sitemap:")
        ]
        waiting, known = [*waiting, f"{self._endpoint.base_url}wp-sitemap.xml"], set[str]()
        while waiting:
            url = waiting.pop(0)
            if url in known or not self.is_ours(url):
                continue
            known.add(url)
            if len(known) > MOST_LISTS:
                raise self._blind("has too many sitemaps to be read", "hat zu viele Sitemaps, um sie zu lesen")
            if (body := self._text(url)) is not None:
                yield url, body
                waiting += _further(_LOCATION.findall(body))

    def _text(self, url: str) -> str | None:
        answer = self._ask(url)
        if answer.status in _GONE or answer.status // 100 == 3:  # switched off, or told by another one's name
            return None
        answers.readable(answer, WHO)
        return answer.body.decode(errors="replace")

    def _ask(self, url: str) -> Answer:
        return self._client.get(url, headers={"Cache-Control": "no-cache", "Pragma": "no-cache"})

    def _blind(self, en: str, de: str) -> ChannelFailed:
        host = urllib.parse.urlsplit(self._endpoint.base_url).netloc
        return ChannelFailed(
            f"{WHO}: {host} {en}: no other answer of it proves anything.",
            f"{WHO}: {host} {de}: Keine andere Antwort von dort beweist etwas.",
        )


def is_unindexed(page: Answer) -> bool:
    """Whether search engines are told to leave a page alone, by itself or by its server."""
    robots = {*pages.read(page.body.decode(errors="replace")).page.robots}
    robots |= {word.strip().lower() for word in page.headers.get("x-robots-tag", "").split(",")}
    return "noindex" in robots


def _further(untrusted_urls: Sequence[str]) -> list[str]:
    """The sitemaps that a sitemap names: those of pages if any is called so, else all."""
    maps = [url for url in untrusted_urls if "sitemap" in url and url.endswith(".xml")]
    return [url for url in maps if "page" in url.rpartition("/")[2]] or maps
