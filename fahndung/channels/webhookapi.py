"""The calls of a receiver of signed events, and of the pages on which it shows them. Decides nothing, keeps no secret.

Every request is signed and has a nonce; an answer counts only if it is signed with the same key and has that nonce.
"""

import datetime as dt
import secrets
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung import credentials, http, signed
from fahndung.channels import answers, linkpost
from fahndung.channels import webhookmessages as messages
from fahndung.channels.webhookaccount import Endpoint
from fahndung.channels.webhookmessages import NoAnswer, State
from fahndung.credentials import Secret
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig, Message, OutcomeUnknown
from fahndung.http import Answer, Client
from fahndung.model.publication import Marked, Reference

TIMEOUT_S = 20.0
LARGEST = 4 * 1024 * 1024
MOST_PAGES = 250
_ABSENT = frozenset({404, 410})
_NOBODY = frozenset({404, 405, 410})
"""What a web server says whose receiver is not there: no word of the receiver, and so no refusal for good."""


class Api:
    """One receiver as it is called; for one thread at a time.

    Public pages are asked as a stranger asks: unsigned, and on the public internet only, unless the receiver itself is
    on this machine (a rehearsal).
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint, self._who = endpoint, endpoint.name
        self._client = Client(timeout_s=TIMEOUT_S, max_bytes=LARGEST)
        here = http.is_loopback(urllib.parse.urlsplit(endpoint.url).hostname or "")
        self._stranger = Client(timeout_s=TIMEOUT_S, max_bytes=LARGEST, public=not here)

    def publish(self, event: Mapping[str, Any]) -> Reference:
        """Hands in the event that puts something up; where it stands now.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``. OutcomeUnknown: no signed word that it was taken.
        """
        return self._reference(event["marker"], self._hand_in(event))

    def delete(self, reference: Reference) -> None:
        """Hands in the event that takes it down; what was never there is a success.

        Raises:
            ChannelFailed, NotPublishable: as :meth:`publish`.
        """
        self._hand_in(messages.withdrawn(self.marker_of(reference)))

    def listed(self) -> tuple[Marked, ...]:
        """Everything that it holds; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, or there is no end to them.
        """
        found: dict[str, str | None] = {}
        cursors, after = set[str](), None
        for _ in range(MOST_PAGES):
            nonce, answer = self._ask(messages.ask_list(after))
            try:
                page, after = messages.held(answer.body, nonce=nonce)
            except NoAnswer:
                raise self._no_answer() from None
            if found.keys() & page.keys() or after in cursors:
                raise self._unclean("it repeats itself", "sie wiederholt sich")
            found |= page
            if after is None:
                return tuple(Marked(marker=one, reference=self._reference(one, url)) for one, url in found.items())
            cursors.add(after)
        raise self._unclean("it does not end", "sie endet nicht")

    def state(self, marker: str) -> State:
        """What it says of a marker.

        Raises:
            ChannelFailed: no signed word of it.
        """
        nonce, answer = self._ask(messages.ask_state(marker))
        try:
            return messages.state(answer.body, nonce=nonce, marker=marker)
        except NoAnswer:
            raise self._no_answer() from None

    def shows(self, address: str, marker: str, *, control: tuple[str, str] | None) -> bool:
        """Whether a stranger finds the marker at a public address, while the control on the same host is shown.

        Raises:
            ChannelFailed: nobody can tell.
        """
        if control is None or _origin(control[0]) != _origin(address):
            raise ChannelFailed(
                f"{self._who} names a public address and no control on the same host: absence there proves nothing.",
                f"{self._who} nennt eine öffentliche Adresse und keine Kontrolle auf demselben Host: Dass dort nichts "
                "steht, beweist nichts.",
            )
        place, text = control
        seen = self._stranger.get(place)
        if seen.status != 200 or text.encode(errors="replace") not in seen.body:
            raise self._unseen(place, seen.status)
        answer = self._stranger.get(address)
        if answer.status in _ABSENT:
            return False
        if answer.status != 200:
            raise self._unseen(address, answer.status)
        if marker.encode() not in answer.body:
            raise ChannelFailed(
                f"{address} answers and does not have the link with the marker, so that nobody can tell whether it "
                "shows the appeal. Whoever runs the receiver has to see to it (docs/webhook.md).",
                f"{address} antwortet und enthält den Link mit dem Kennzeichen nicht; ob die Fahndung dort steht, ist "
                "nicht festzustellen. Wer den Empfänger betreibt, muss das richten (docs/webhook.md).",
            )
        return True

    def marker_of(self, reference: Reference) -> str:
        """The marker that a reference of this receiver stands for.

        Raises:
            ChannelFailed: it stands for none.
        """
        if reference.kind != "post" or not linkpost.is_marker(reference.id):
            raise ChannelFailed(
                f"{self._who}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
                f"{self._who}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register "
                "prüfen.",
            )
        return reference.id

    def _hand_in(self, event: Mapping[str, Any]) -> str | None:
        nonce, secret, answer = self._call(event)
        if answer.status in _NOBODY:
            raise OutcomeUnknown(
                f"{self._who}: nobody takes events at its address (status {answer.status}). Check the address; it is "
                "tried again.",
                f"{self._who}: Unter der Adresse nimmt niemand Ereignisse an (Status {answer.status}). Bitte die "
                "Adresse prüfen; es wird erneut versucht.",
            )
        answers.accepted(answer, self._who)
        try:
            if signed.signed_at(answer.headers, answer.body, secret) is None:
                raise NoAnswer
            return messages.taken(answer.body, nonce=nonce, event=event)
        except NoAnswer:
            raise OutcomeUnknown(*self._no_answer().message) from None

    def _ask(self, question: Mapping[str, Any]) -> tuple[str, Answer]:
        nonce, secret, answer = self._call(question)
        answers.readable(answer, self._who)
        if signed.signed_at(answer.headers, answer.body, secret) is None:
            raise self._no_answer()
        return nonce, answer

    def _call(self, message: Mapping[str, Any]) -> tuple[str, Secret, Answer]:
        nonce, secret = secrets.token_hex(16), self._secret()
        now = dt.datetime.now(dt.UTC)  # noqa: TID251  # a signature says when it was made; nothing is decided by it
        body = messages.sealed(message, nonce=nonce, at=now)
        headers = signed.headers(body, secret, at=now, key_id=self._endpoint.key_id)
        headers["Content-Type"] = "application/json"
        answer = self._client.post(self._endpoint.url, body=body, headers=headers)
        if answer.status in {401, 403}:
            raise AuthError(
                f"{self._who} does not accept the signature (status {answer.status}): compare key and key id on both "
                "sides, and the clocks: more than five minutes apart is too much.",
                f"{self._who} erkennt die Signatur nicht an (Status {answer.status}): Bitte Schlüssel und "
                "Schlüsselkennung auf beiden Seiten vergleichen und die Uhren: mehr als fünf Minuten Abstand sind "
                "zu viel.",
            )
        return nonce, secret, answer

    def _secret(self) -> Secret:
        try:
            return credentials.read(self._endpoint.credential)
        except InvalidConfig as error:  # nothing was sent, and a person has to see to it
            raise AuthError(*error.message) from error

    def _reference(self, marker: str, address: str | None) -> Reference:
        return Reference(kind="post", id=marker, url=address)

    def _no_answer(self) -> ChannelFailed:
        return ChannelFailed(*_unsigned(self._who))

    def _unclean(self, en: str, de: str) -> ChannelFailed:
        return ChannelFailed(
            f"{self._who}: the list is worth nothing, {en}. It is asked for again later.",
            f"{self._who}: Die Liste ist wertlos, {de}. Sie wird später erneut abgefragt.",
        )

    def _unseen(self, address: str, status: int) -> ChannelFailed:
        return ChannelFailed(
            f"{address} does not show a stranger what it should (status {status}), which says nothing of anything "
            "else. It is asked again later.",
            f"{address} zeigt Fremden nicht, was dort stehen soll (Status {status}); das sagt auch sonst nichts. Es "
            "wird später erneut gefragt.",
        )


def _origin(address: str) -> tuple[str, str]:
    scheme, host, *_ = urllib.parse.urlsplit(address)
    return scheme, host.lower()


def _unsigned(who: str) -> Message:
    return Message(
        f"{who} gave no answer to what it was asked that is signed with the key that both have. Check what answers "
        "there.",
        f"{who} gab keine Antwort auf die Frage, die mit dem gemeinsamen Schlüssel signiert ist. Bitte prüfen, wer "
        "dort antwortet.",
    )
