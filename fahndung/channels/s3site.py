"""Objects of one bucket as the files of a site: whole or not at all, and of each only the version that stands.

There are no folders, and no temporaries but those of a check that was killed. A bucket that keeps versions would keep
what was taken down: every version of what is removed goes, and every earlier one of what is written.
"""

import contextlib
import functools
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Hashable, Iterator

from fahndung.channels import sitemap
from fahndung.channels.headers import HEADERS, MEDIA_TYPES, media_type_of
from fahndung.channels.layout import AT_THE_ROOT, GONE, LISTS, START_PAGE, is_page
from fahndung.channels.s3api import Bucket, Taken, Version
from fahndung.channels.s3place import Place
from fahndung.channels.steps import do_all
from fahndung.channels.store import LOCK, TEMPORARY, WRITERS_FOLDERS, Store, parts_of
from fahndung.errors import ChannelFailed

LEASE_S = 45.0
"""A lock that was not renewed for so long is nobody's; longer than any two calls may take."""
RENEW_S = LEASE_S / 4
LOCK_WAIT_S = 10.0
_LOCK_PAUSE_S = 0.1
_NEW = {"If-None-Match": "*"}
INDEXED = {"x-amz-meta-robots": "index"}
"""Goes with a page that search engines may list: the web server before the store then leaves ``noindex`` out."""
_AT_THE_ROOT = tuple(name for name in (START_PAGE, *LISTS, *AT_THE_ROOT) if name and "/" not in name)


class S3Site(Store):
    """What lies below a place's prefix."""

    def __init__(self, place: Place) -> None:
        self._place, self._bucket = place, Bucket(place)
        self._mine = threading.local()

    def where(self, path: str = "") -> str:
        """As such stores name it."""
        return f"s3://{self._place.bucket}/{self._key(path)}"

    def session(self) -> contextlib.AbstractContextManager[object]:
        """Does nothing: every call stands alone."""
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """An object that only one writer can make; it lapses if its writer dies.

        Raises:
            ChannelFailed: somebody else held the lock for ten seconds, or it cannot be made.
        """
        token = secrets.token_hex(16).encode()
        self._mine.lock = token, self._taken(token), time.monotonic()
        try:
            for place in WRITERS_FOLDERS:
                self.clear_temporaries(place)
            yield
        finally:
            self._mine.lock = None
            with contextlib.suppress(ChannelFailed):
                standing = self._bucket.get(self._key(LOCK))
                if standing is not None and standing.data == token:
                    self.remove(LOCK)

    def check_writable(self) -> None:
        """Writes an object twice, which the store has to refuse where we ask it to, reads it, and removes it wholly.

        Raises:
            ChannelFailed: one of that failed, or a version is left.
        """
        name, data = f"{TEMPORARY}{secrets.token_hex(8)}-check", secrets.token_bytes(64)
        try:
            self._put(name, data, _NEW)
            refused = self._is_taken(lambda: self._put(name, data, _NEW))
            self.write(name, data[:32])
            same = self.read(name) == data[:32]
        finally:
            self.remove(name)
        if not refused:
            raise self._unfit("If-None-Match is ignored", "If-None-Match wird nicht beachtet")
        if not same or self.read(name) is not None or self.versions(name):
            raise self._unfit("what is removed or replaced stays", "Gelöschtes oder Ersetztes bleibt erhalten")

    def read(self, path: str) -> bytes | None:
        """The bytes of an object; None where there is none.

        Raises:
            ChannelFailed: any answer but these two.
        """
        found = self._bucket.get(self._key(path))
        return None if found is None else found.data

    def names(self, path: str) -> tuple[str, ...]:
        """The sorted names below a path without temporaries.

        Raises:
            ChannelFailed: the listing is not complete.
        """
        folder = self._key(f"{path}/" if path else "")
        keys = self._bucket.keys(folder, delimiter="/")
        names = {key.removeprefix(folder).rstrip("/") for key in keys}
        return tuple(sorted(name for name in names if name and not name.startswith(TEMPORARY)))

    def stamp(self, path: str) -> Hashable | None:
        """The hash of an object; None if absent.

        Raises:
            ChannelFailed: as for :meth:`read`.
        """
        data = self.read(path)
        return None if data is None else hashlib.sha256(data).digest()

    def is_folder(self, path: str) -> bool:
        """Whether anything lies below the path.

        Raises:
            ChannelFailed: the listing is not complete.
        """
        return bool(self._bucket.keys(self._key(f"{path}/"), delimiter="/"))

    def clear_temporaries(self, place: str) -> None:
        """Deletes what a killed writer left there: of a check its object, of a write the version that it replaced.

        Else that version would stay for good: whoever writes the same again sees that nothing is to be written. At the
        root, where other things may lie, only our own lists are looked at. The caller holds the lock.

        Raises:
            ChannelFailed: as for :meth:`remove`.
        """
        below = self._key(f"{place}/" if place else TEMPORARY)
        found = [one for one in self._bucket.versions(below) if "/" not in one.key[len(below) :]]
        temporary = self._key(f"{place}/{TEMPORARY}".lstrip("/"))
        left = [one for one in found if one.key.startswith(temporary) or not one.is_latest]
        lists = () if place else _AT_THE_ROOT
        self._delete(left + [one for name in lists for one in self.versions(name) if not one.is_latest])

    def write(self, path: str, data: bytes) -> None:
        """Puts a whole object in place, and removes what stood there before from the bucket's memory.

        Raises:
            ChannelFailed: no room, no permission, the bucket is missing, the lock was lost; or an older version stays.
        """
        self._keep_lock()
        if self._put(path, data, {}):
            self._delete([version for version in self.versions(path) if not version.is_latest])

    def create(self, path: str, data: bytes) -> bool:
        """Puts a whole object where none stands; whether none did: the store itself refuses the second of two.

        Raises:
            ChannelFailed: as for :meth:`write`.
        """
        self._keep_lock()
        return not self._is_taken(lambda: self._put(path, data, _NEW))

    def move(self, source: str, target: str) -> None:
        """Writes it there, then removes it here.

        Raises:
            ChannelFailed: as for :meth:`write`, or the source is missing.
        """
        data = self.read(source)
        if data is None:
            raise ChannelFailed(
                f"{self.where(source)} is missing. Publish that appeal again.",
                f"{self.where(source)} fehlt. Bitte den Aufruf neu veröffentlichen.",
            )
        self.write(target, data)
        self.remove(source)

    def remove(self, path: str) -> None:
        """Deletes every version of an object and of all below it, markers of deletions included.

        Raises:
            ChannelFailed: something could not be deleted; everything else was, and what visitors are shown first.
        """
        parts_of(path)
        key = self._key(path)
        shown = [one for one in self._bucket.keys(key) if one == key or one.startswith(f"{key}/")]
        do_all(
            *(functools.partial(self._bucket.delete, one) for one in shown),
            lambda: self._delete(
                [one for one in self._bucket.versions(key) if one.key == key or one.key.startswith(f"{key}/")]
            ),
        )

    def versions(self, path: str) -> tuple[Version, ...]:
        """All that the bucket holds of an object.

        Raises:
            ChannelFailed: the listing is not complete.
        """
        key = self._key(path)
        return tuple(version for version in self._bucket.versions(key) if version.key == key)

    def _key(self, path: str) -> str:
        parts_of(path.rstrip("/"))
        return self._place.prefix + path

    def _put(self, path: str, data: bytes, condition: dict[str, str]) -> bool:
        """Whether the bucket keeps versions of it."""
        is_marker = path.startswith(f"{GONE}/")
        media_type = MEDIA_TYPES["html"] if is_marker else media_type_of(path) or "application/octet-stream"
        headers = {"Cache-Control": HEADERS["Cache-Control"], **condition}
        if is_page(path) and sitemap.may_list(data.decode(errors="replace")):
            headers |= INDEXED
        return self._bucket.put(self._key(path), data, media_type=media_type, headers=headers)[1]

    def _delete(self, versions: list[Version]) -> None:
        do_all(*(functools.partial(self._bucket.delete, one.key, one.id) for one in versions))

    def _is_taken(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except Taken:
            return True
        return False

    def _taken(self, token: bytes) -> str:
        """The ETag of the lock, once it is ours."""
        key, until = self._key(LOCK), time.monotonic() + LOCK_WAIT_S
        while True:
            with contextlib.suppress(Taken):
                return self._lock(token, _NEW)
            standing = self._bucket.get(key)
            if standing is not None and standing.age is not None and abs(standing.age.total_seconds()) > LEASE_S:
                with contextlib.suppress(Taken):
                    return self._lock(token, {"If-Match": standing.etag})
            if time.monotonic() >= until:
                raise ChannelFailed(
                    f"Another process is writing to {self.where()} and does not finish, or it died less than "
                    f"{LEASE_S:g} s ago. Look for it, then try again.",
                    f"Ein anderer Vorgang schreibt in {self.where()} und wird nicht fertig, oder er ist vor weniger "
                    f"als {LEASE_S:g} s gestorben. Bitte ihn suchen und dann erneut versuchen.",
                )
            time.sleep(_LOCK_PAUSE_S)

    def _keep_lock(self) -> None:
        """Renews the lock if it is held and it is time."""
        held = getattr(self._mine, "lock", None)
        if held is None or time.monotonic() - held[2] < RENEW_S:
            return
        token, etag, _ = held
        try:
            self._mine.lock = token, self._lock(token, {"If-Match": etag}), time.monotonic()
        except Taken as error:
            raise ChannelFailed(
                "Another process took over the lock of the website, because this one stood still for too long. It is "
                "tried again.",
                "Ein anderer Vorgang hat die Sperre der Website übernommen, weil dieser zu lange stillstand. Es wird "
                "erneut versucht.",
            ) from error

    def _lock(self, token: bytes, condition: dict[str, str]) -> str:
        return self._bucket.put(self._key(LOCK), token, media_type="application/octet-stream", headers=condition)[0]

    def _unfit(self, en: str, de: str) -> ChannelFailed:
        return ChannelFailed(
            f"{self.where()} cannot hold a website: {en}. Use another store, or change the bucket's settings.",
            f"{self.where()} kann keine Website aufnehmen: {de}. Bitte einen anderen Speicher verwenden oder die "
            "Einstellungen des Buckets ändern.",
        )
