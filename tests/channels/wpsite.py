"""A real WordPress for the tests: private, on loopback, gone when they end. Each test gets a user of it.

Debian's packages, with a MariaDB that listens on a socket only and PHP's own web server. Its database is the judge.
``make system`` installs it.
"""

import base64
import contextlib
import dataclasses
import io
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from fahndung.http import Client
from fahndung.testing.running import Effect

from . import servers

FILES = pathlib.Path(__file__).parents[1] / "peers" / "wordpress"
PLUGIN = pathlib.Path(__file__).parents[2] / "contrib" / "wordpress" / "fahndung.php"
PACKAGE = pathlib.Path("/usr/share/wordpress")
THEME = "twentytwentythree"
_PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "php")
_DATABASE = (
    "--no-defaults",
    "--skip-networking",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=2",
)
_PHP = ("-d", "opcache.enable_cli=1", "-d", "opcache.validate_timestamps=0", "-d", "sendmail_path=/bin/true")
_SIZES = re.compile(r'"file";s:[0-9]+:"([^"/]+)"')


@dataclasses.dataclass(frozen=True, kw_only=True)
class User:
    """One user with an application password."""

    id: int
    name: str
    password: str


class Site:
    """A running site."""

    def __init__(self, folder: pathlib.Path, port: int, told: dict[str, Any]) -> None:
        self.folder, self.url, self.version = folder, f"http://127.0.0.1:{port}/", str(told["version"])
        self._admin = User(id=1, name="admin", password=str(told["password"]))
        self._client, self._count = Client(timeout_s=60), itertools.count(1)

    @property
    def uploads(self) -> pathlib.Path:
        """Where pictures lie."""
        return self.folder / "site" / "wp-content" / "uploads"

    @property
    def plugin(self) -> pathlib.Path:
        """Where the plugin lies."""
        return self.folder / "site" / "wp-content" / "mu-plugins" / PLUGIN.name

    def user(self, role: str = "fahndung") -> User:
        """A new user."""
        name = f"presse{next(self._count)}"
        made = self.call("users", username=name, email=f"{name}@polizei.example", password="own password", roles=[role])
        named = self.call(f"users/{made['id']}/application-passwords", name="fahndung")
        return User(id=made["id"], name=name, password=named["password"])

    def call(self, path: str, /, *, method: str = "POST", **values: object) -> Any:
        """What the administrator is answered, who has to be."""
        url, headers = f"{self.url}wp-json/wp/v2/{path}", login(self._admin) | {"Content-Type": "application/json"}
        if method == "POST":
            answer = self._client.post(url, body=json.dumps(values).encode(), headers=headers)
        elif method == "DELETE":
            answer = self._client.delete(url, headers=headers)
        else:
            answer = self._client.get(url, headers=headers)
        assert answer.status in {200, 201}, answer
        return json.loads(answer.body)

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """A picture of the administrator."""
        headers = login(self._admin) | {
            "Content-Type": "image/jpeg",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        answer = self._client.post(f"{self.url}wp-json/wp/v2/media", body=data, headers=headers)
        assert answer.status == 201, answer
        made: dict[str, Any] = json.loads(answer.body)
        return made

    def objects(self, user: User) -> tuple[dict[str, str], ...]:
        """Every page and picture of a user in the database, drafts and the trash included: id, kind, marker, status."""
        wanted = f"""
            select json_object('id', p.id, 'type', post_type, 'status', post_status, 'name', post_name,
                'marker', marker_of(post_content), 'meta', meta_value)
            from wp_posts p left join wp_postmeta m on m.post_id = p.id and m.meta_key = '_wp_attachment_metadata'
            where post_author = {user.id} and post_type in ('page', 'attachment') order by p.id"""
        return tuple(_object(json.loads(line)) for line in self.sql(wanted))

    def journal(self, user: User) -> tuple[Effect, ...]:
        """Every change of a user's pages and pictures so far, in order; ``post`` is a page that strangers are shown."""
        wanted = "json_object('at', at, 'verb', verb, 'kind', kind, 'id', post, 'marker', ifnull(marker, '-'))"
        lines = self.sql(f"select {wanted} from journal where author = {user.id} order by id")
        return tuple(Effect(**{key: str(value) for key, value in json.loads(line).items()}) for line in lines)

    def files(self, marker: str) -> list[str]:
        """The names of all files that belong to a publication."""
        return sorted(path.name for path in self.uploads.rglob(f"{marker}*"))

    def another_size(self, media: str, marker: str, *, width: int) -> str:
        """The file that WordPress makes of a picture once its operator wants another size of all."""
        before, option = {*self.files(marker)}, "option_name = 'medium_large_size_w'"
        self.sql(f"update wp_options set option_value = '{width}' where {option}")
        self.call(f"media/{media}/post-process", action="create-image-subsizes")
        self.sql(f"update wp_options set option_value = '768' where {option}")
        (made,) = {*self.files(marker)} - before
        return made

    def wear(self, theme: str) -> None:
        """Shows its pages with another theme."""
        self.sql(f"update wp_options set option_value = '{theme}' where option_name in ('template', 'stylesheet')")

    def sql(self, wanted: str) -> list[str]:
        """What the database answers, line by line."""
        return _sql(self.folder, wanted)


def login(user: User) -> dict[str, str]:
    """The headers of a call."""
    return {"Authorization": f"Basic {base64.b64encode(f'{user.name}:{user.password}'.encode()).decode()}"}


def _object(row: dict[str, Any]) -> dict[str, str]:
    if row["type"] == "page":
        return {"id": str(row["id"]), "kind": "page", "marker": row["marker"] or "-", "status": row["status"]}
    sizes = sorted({*_SIZES.findall(row["meta"] or "")})
    id = ":".join((str(row["id"]), *sizes))
    return {"id": id, "kind": "media", "marker": row["name"][:26], "status": row["status"]}


def _sql(folder: pathlib.Path, wanted: str, database: str = "wp") -> list[str]:
    command = ["mariadb", "--no-defaults", f"--socket={folder / 'socket'}", "-uroot", "-N", "-B", "-r", database]
    told = subprocess.run(command, input=wanted, check=True, capture_output=True, text=True, timeout=60)
    return told.stdout.splitlines()


@contextlib.contextmanager
def serving(folder: pathlib.Path) -> Iterator[Site]:
    """A site until the block ends; skips, or in continuous integration fails, where WordPress is not installed."""
    missing = [name for name in _PROGRAMS if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]
    if missing or not (PACKAGE / "wp-content" / "themes" / THEME).exists():
        why = f"WordPress is not installed ({', '.join(missing) or PACKAGE}): make system"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    _lay_out(folder / "site")
    with _database(folder):
        _sql(folder, "create database wp character set utf8mb4", database="mysql")
        setup = subprocess.run(
            ["php", *_PHP, "-d", "display_errors=stderr", str(FILES / "setup.php"), str(folder / "site")],
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        _sql(folder, (FILES / "journal.sql").read_text("utf-8"))
        port = servers.free_port()
        where = ("-S", f"127.0.0.1:{port}", "-t", str(folder / "site"), str(FILES / "router.php"))
        # nobody who dies leaves a server behind
        with servers.running(["setpriv", "--pdeathsig", "KILL", "php", *_PHP, *where], port, folder):
            site = Site(folder, port, json.loads(setup.stdout))
            site.upload("wappen.jpg", _coat_of_arms())
            yield site


def _coat_of_arms() -> bytes:
    """A picture that stays in the library: that it is shown makes the absence of another one a proof."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (0, 60, 120)).save(out, "JPEG")
    return out.getvalue()


def _lay_out(site: pathlib.Path) -> None:
    """The program by links, the content in a folder of its own; what starts it has to lie beside its configuration."""
    for name in ("wp-content/mu-plugins", "wp-content/themes"):
        (site / name).mkdir(parents=True)
    for path in PACKAGE.glob("*.php"):
        shutil.copy(path, site / path.name)
    for name in ("wp-admin", "wp-includes", f"wp-content/themes/{THEME}"):
        (site / name).symlink_to(PACKAGE / name)
    (site / "wp-content" / "themes" / "bare").symlink_to(FILES / "theme")
    shutil.copy(FILES / "wp-config.php", site / "wp-config.php")
    shutil.copy(PLUGIN, site / "wp-content" / "mu-plugins" / PLUGIN.name)


@contextlib.contextmanager
def _database(folder: pathlib.Path) -> Iterator[None]:
    data, socket = folder / "database", folder / "socket"
    data.mkdir()
    user = ["--user=root"] if os.getuid() == 0 else []
    making = ["mariadb-install-db", "--no-defaults", *user, f"--datadir={data}", "--skip-test-db"]
    subprocess.run([*making, "--auth-root-authentication-method=normal"], check=True, capture_output=True, timeout=120)
    program = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    command = ["setpriv", "--pdeathsig", "KILL", str(program), *_DATABASE, *user, f"--datadir={data}"]
    with (
        (folder / "database.txt").open("wb") as output,
        subprocess.Popen([*command, f"--socket={socket}"], stdout=output, stderr=output) as process,
    ):
        try:
            for _ in range(600):
                assert process.poll() is None, (folder / "database.txt").read_text("utf-8")[-2000:]
                with contextlib.suppress(subprocess.CalledProcessError):
                    _sql(folder, "select 1", database="mysql")
                    break
                time.sleep(0.1)
            yield
        finally:
            process.kill()
