"""One home: its folders, configuration, case store, release store and locks. Decides nothing.

``config`` reads ``fahndung.toml``, ``filing`` puts files onto the disk, ``locks`` lets one in at a time, and ``making``
makes a new home.
"""

import contextlib
import dataclasses
import pathlib
import shutil
import stat
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

from fahndung.errors import ChannelFailed, LedgerMissing, Message, NotPublishable, UsageError, os_reason
from fahndung.home import filing, locks
from fahndung.home.config import CONFIG_NAME, Config, read_config
from fahndung.model.release import Release

IDENTITY_NAME = "home-id"
ADDRESS_NAME = "ledger-address"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home folder. ``identity`` ties it to its ledger."""

    path: pathlib.Path
    identity: str

    @property
    def ledger_path(self) -> pathlib.Path:
        """Where an embedded ledger lies."""
        return self.path / "ledger.db"

    @property
    def ledger_address(self) -> pathlib.Path | str:
        """Where this home's ledger lies: the file, or a database by its address.

        The home's own record decides, not ``fahndung.toml``: a slip there must neither hide the ledger nor make another
        one count.

        Raises:
            LedgerMissing: the record cannot be read.
        """
        record = self.path / ADDRESS_NAME
        try:
            text = record.read_text("ascii").strip()
        except FileNotFoundError:
            return self.ledger_path
        except (OSError, UnicodeDecodeError):
            text = ""
        if not text:
            raise LedgerMissing(
                f"{record} cannot be read, so nobody knows where the ledger lies; write its address into it, or "
                "restore the backup",
                f"{record} ist nicht lesbar, also ist unbekannt, wo das Register liegt; bitte dessen Adresse "
                "hineinschreiben oder die Sicherung einspielen",
            )
        return text

    def record_address(self, address: pathlib.Path | str) -> None:
        """Records where the ledger lies from now on, on the disk when this returns.

        Raises:
            UsageError: it cannot be written.
        """
        record = self.path / ADDRESS_NAME
        try:
            if isinstance(address, str):
                filing.replace(record, f"{address}\n".encode())
            else:
                record.unlink(missing_ok=True)
                filing.sync(self.path)
        except OSError as error:
            raise UsageError(f"{record}: {os_reason(error).en}", f"{record}: {os_reason(error).de}") from error

    def disagrees(self, config: Config) -> Message | None:
        """What to do where ``fahndung.toml`` names another place for the ledger than the home's record; else None."""
        recorded = self.ledger_address
        if config.ledger == (recorded if isinstance(recorded, str) else None):
            return None
        line = f'[ledger] address = "{recorded}"' if isinstance(recorded, str) else "no [ledger] address"
        zeile = f'[ledger] address = "{recorded}"' if isinstance(recorded, str) else "keine [ledger] address"
        return Message(
            f"{CONFIG_NAME} names another place for the ledger than {recorded}, where it lies. Write there: {line}; "
            "or move it with 'fahndung ledger move --to'",
            f"{CONFIG_NAME} nennt für das Register einen anderen Ort als {recorded}, wo es liegt. Dort eintragen: "
            f"{zeile}; oder es mit „fahndung ledger move --to“ verlegen",
        )

    def config(self) -> Config:
        """The configuration of today.

        Raises:
            InvalidConfig: unreadable, not TOML, or not what ``schemas/config-1.json`` describes.
        """
        return read_config(self.path)

    def case_folder(self, appeal: str, revision: int) -> pathlib.Path:
        """Where records and originals of one revision lie; nothing under it is ever published."""
        return self.path / "cases" / appeal / str(revision)

    def store_case(self, appeal: str, revision: int, files: Mapping[str, bytes]) -> pathlib.Path:
        """Writes a case folder whole or not at all, mode 0700; a folder that no ledger row names is replaced.

        The caller holds the desk.
        """
        try:
            return filing.store(self.case_folder(appeal, revision), files)
        except ChannelFailed:
            self._leave_no_empty_case(appeal)
            raise

    def add_to_case(self, appeal: str, revision: int, files: Mapping[str, bytes]) -> None:
        """Writes files into a stored case folder, each whole; one of that name is replaced. The caller holds the desk.

        Raises:
            ChannelFailed: one cannot be written.
        """
        folder = self.case_folder(appeal, revision)
        try:
            for name, data in files.items():
                target = folder / name
                target.parent.mkdir(mode=0o700, exist_ok=True)
                filing.replace(target, data)
        except OSError as error:
            raise ChannelFailed(
                f"{folder} cannot be written: {os_reason(error).en}",
                f"{folder} ist nicht schreibbar: {os_reason(error).de}",
            ) from error

    def drop_case(self, appeal: str, revision: int) -> None:
        """Removes a case folder whose submission failed."""
        shutil.rmtree(self.case_folder(appeal, revision), ignore_errors=True)
        self._leave_no_empty_case(appeal)

    def _leave_no_empty_case(self, appeal: str) -> None:
        """Removes the folder of an appeal of which no revision lies here."""
        with contextlib.suppress(OSError):  # another revision lies there, or it cannot be removed
            (self.path / "cases" / appeal).rmdir()

    def release_folder(self, digest: str) -> pathlib.Path:
        """Where one release lies."""
        return self.path / "releases" / digest

    def store_release(self, release: Release, manifest: bytes) -> pathlib.Path:
        """Writes manifest and files whole or not at all; the same digest again replaces the same bytes.

        The caller holds the desk.
        """
        files = {name: file.data for name, file in release.files.items()}
        return filing.store(self.release_folder(release.digest), files | {"manifest.json": manifest})

    def stored_files(self, folder: pathlib.Path, *, left_out: Callable[[str], bool] | None = None) -> dict[str, bytes]:
        """Every regular file below ``folder`` by its relative name, but for those that ``left_out`` names.

        Raises:
            NotPublishable: the folder is gone, or holds something that is not a plain file.
        """
        if not folder.is_dir():
            raise NotPublishable(
                f"{folder} is missing; build the release again or restore the backup",
                f"{folder} fehlt; Veröffentlichung neu bauen oder Sicherung einspielen",
            )
        found: dict[str, bytes] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise NotPublishable(f"{path} is not a plain file", f"{path} ist keine gewöhnliche Datei")
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not (left_out and left_out(name)):
                found[name] = path.read_bytes()
        return found

    @contextlib.contextmanager
    def lock(self, seconds: float = locks.LOCK_SECONDS, stop: threading.Event | None = None) -> Iterator[None]:
        """Holds the home's one calling place: only its holder may call channels.

        Args:
            seconds: how long to wait for it. stop: ends the waiting, if it is set.

        Raises:
            Busy: another process has held it for ``seconds``. ChannelFailed: there is no place for a lock.
        """
        with locks.held(self.path / "lock", seconds, stop):
            yield

    @contextlib.contextmanager
    def desk(self, seconds: float = locks.LOCK_SECONDS) -> Iterator[None]:
        """Holds the folders of cases and releases: one writer at a time, beside whoever has the calling place.

        Raises:
            Busy, ChannelFailed: as ``lock``.
        """
        with locks.held(self.path / "desk", seconds):
            yield


def exposed_folders(home: pathlib.Path, roots: Iterable[pathlib.Path]) -> tuple[str, ...]:
    """The folders of records, originals and releases that others may read: by their rights, or through a website (R28).

    Nothing is changed. A folder that cannot be looked at is not told: whoever reads it next fails anyway.
    """
    found: list[str] = []
    shown = [root.resolve() for root in roots]
    for folder in (home / "cases", home / "releases"):
        try:
            mode = folder.stat().st_mode
        except OSError:
            continue
        real = folder.resolve()
        within = any(root == real or root in real.parents or real in root.parents for root in shown)
        if mode & _OTHERS or within:
            found.append(str(folder))
    return tuple(found)


def open_home(path: pathlib.Path) -> Home:
    """The home at ``path``.

    Raises:
        LedgerMissing: there is no home there, so nobody knows what is online.
    """
    try:
        identity = (path / IDENTITY_NAME).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        identity = ""
    if not identity:
        raise LedgerMissing(
            f"{path} is no home of fahndung ({IDENTITY_NAME} is missing): what is online is unknown. "
            "Name the home with --home or FAHNDUNG_HOME, make one with 'fahndung init', or restore the backup",
            f"{path} ist kein Heim von fahndung ({IDENTITY_NAME} fehlt): Was online ist, ist unbekannt. "
            "Heim mit --home oder FAHNDUNG_HOME nennen, mit „fahndung init“ anlegen oder Sicherung einspielen",
        )
    return Home(path=path.resolve(), identity=identity)
