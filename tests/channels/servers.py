"""Starts the three web servers on a folder: the built-in one, and nginx and Apache with the generated configuration."""

import contextlib
import pathlib
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from fahndung.channels import server, webconfig

_NGINX = """
daemon off; pid {tmp}/pid; error_log {tmp}/error.log warn; worker_processes 1; user {user};
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {tmp}/b; proxy_temp_path {tmp}/p; fastcgi_temp_path {tmp}/f; uwsgi_temp_path {tmp}/u;
  scgi_temp_path {tmp}/s;
  include {tmp}/site.conf;
}}
"""
_APACHE = """
ServerRoot "{tmp}"
PidFile "{tmp}/pid"
ErrorLog "{tmp}/error.log"
ServerName 127.0.0.1
ServerTokens Prod
Listen 127.0.0.1:{port}
User www-data
Group www-data
Mutex file:{tmp} default
TypesConfig /dev/null
{modules}
Include "{tmp}/site.conf"
"""
_MODULES = ("mpm_event", "authz_core", "mime", "dir", "autoindex", "rewrite", "headers")


@contextlib.contextmanager
def builtin(root: pathlib.Path, tmp: pathlib.Path) -> Iterator[str]:
    """The built-in server; its address."""
    with server.Server(root) as running:
        yield running.url


@contextlib.contextmanager
def nginx(root: pathlib.Path, tmp: pathlib.Path) -> Iterator[str]:
    """nginx with the generated configuration; its address."""
    site = webconfig.nginx(root, "localhost", listen="@").replace("{", "{{").replace("}", "}}")
    with nginx_with(site.replace("listen @", "listen {listen}"), tmp) as url:
        yield url


@contextlib.contextmanager
def nginx_with(site: str, tmp: pathlib.Path, **values: object) -> Iterator[str]:
    """nginx with a configuration in which ``{listen}`` and other values are to be filled in; its address."""
    port = free_port()
    tmp.mkdir()
    (tmp / "site.conf").write_text(site.format(listen=f"127.0.0.1:{port}", **values))
    (tmp / "nginx.conf").write_text(_NGINX.format(tmp=tmp, user="root"))
    with running(["nginx", "-c", str(tmp / "nginx.conf"), "-e", str(tmp / "error.log")], port, tmp):
        yield f"http://127.0.0.1:{port}/"


@contextlib.contextmanager
def apache(root: pathlib.Path, tmp: pathlib.Path) -> Iterator[str]:
    """Apache with the generated configuration; its address."""
    port = free_port()
    tmp.mkdir()
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _MODULES)
    (tmp / "site.conf").write_text(webconfig.apache(root, "localhost", listen=f"127.0.0.1:{port}"))
    (tmp / "apache.conf").write_text(_APACHE.format(tmp=tmp, port=port, modules=modules))
    with running(["apache2", "-X", "-f", str(tmp / "apache.conf")], port, tmp):
        yield f"http://127.0.0.1:{port}/"


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], port: int, tmp: pathlib.Path, **how: Any) -> Iterator[None]:
    """A program that listens on a port, until the block ends; what it says goes to ``output`` in its folder."""
    with (
        open(tmp / "output", "wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, **how) as process,
    ):
        try:
            for _ in range(200):
                assert process.poll() is None, output.read_text()
                with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            else:
                raise AssertionError(f"{command[0]} does not listen")
            yield
        finally:
            process.terminate()
            process.wait(20)
