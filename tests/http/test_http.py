import http.server
import socket
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator

import pytest
import requests

from fahndung import __version__, exchange
from fahndung import http as door
from fahndung.errors import ChannelFailed, NotSent, OutcomeUnknown

Answerer = Callable[[http.server.BaseHTTPRequestHandler], None]


class Loopback:
    """A server whose answers a test writes; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.peers: set[object] = set()
        self.answer: Answerer = lambda request: plain(request, 200, b"fine")
        outer = self

        class Request(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.command, self.path, dict(self.headers)))
                outer.peers.add(self.client_address)
                outer.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                outer.answer(self)

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that http.server asks for

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


def plain(request: http.server.BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    request.send_response(status)
    for name, value in ({"Content_Length": str(len(body))} | headers).items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def drop(request: http.server.BaseHTTPRequestHandler) -> None:
    request.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    stand = Loopback()
    thread = threading.Thread(target=stand.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield stand
    stand.server.shutdown()
    stand.server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "https://polizei.example/",
        "https://polizei.example:8443/x?y=z",
        "http://127.0.0.1:8080/",
        "http://127.5.5.5/",
        "http://localhost/",
        "http://[::1]:80/",
    ],
)
def test_https_and_loopback_are_allowed(url: str) -> None:
    assert door.is_allowed(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://polizei.example/",
        "http://127.0.0.1.polizei.example/",
        "https://user:word@polizei.example/",
        "https://polizei.example@127.0.0.1/",
        "ftp://polizei.example/",
        "file:///etc/passwd",
        "https:///x",
        "https://polizei.example:99999/",
        "https://[::1/",
        "https://polizei.example/\r\nX: y",
        "https://polizei.example/a b",
        "https://polizeí.example/",
        "",
    ],
)
def test_other_addresses_are_refused_without_being_asked(url: str) -> None:
    assert not door.is_allowed(url)
    with pytest.raises(ChannelFailed) as caught:
        door.get(url)
    assert not url or url not in str(caught.value)


def test_an_answer_has_status_lower_case_headers_and_body(loopback: Loopback) -> None:
    loopback.answer = lambda request: plain(request, 410, b"gone", X_Robots_Tag="noindex")
    answer = door.get(loopback.url + "x?y=1", headers={"Cache-Control": "no-cache"})
    assert (answer.status, answer.headers["x-robots-tag"], answer.body) == (410, "noindex", b"gone")
    method, path, headers = loopback.asked[0]
    assert (method, path, headers["Cache-Control"]) == ("GET", "/x?y=1", "no-cache")
    assert headers["User-Agent"] == f"fahndung/{__version__}"


def test_a_redirect_is_returned_and_not_followed(loopback: Loopback) -> None:
    loopback.answer = lambda request: plain(request, 302, b"", Location="/elsewhere")
    assert door.get(loopback.url).status == 302
    assert len(loopback.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_answer_with_an_error_status_is_not_asked_for_again(loopback: Loopback, status: int) -> None:
    loopback.answer = lambda request: plain(request, status, b"", Retry_After="0")
    assert door.get(loopback.url).status == status
    assert len(loopback.asked) == 1


def test_a_read_that_broke_off_is_asked_once_more(loopback: Loopback) -> None:
    loopback.answer = lambda request: drop(request) if len(loopback.asked) == 1 else plain(request, 200, b"again")
    assert door.get(loopback.url).body == b"again"
    assert len(loopback.asked) == 2


def test_a_read_that_keeps_breaking_off_fails(loopback: Loopback) -> None:
    loopback.answer = drop
    with pytest.raises(ChannelFailed, match=r"No connection to 127\.0\.0\.1"):
        door.get(loopback.url)
    assert len(loopback.asked) == 2


@pytest.mark.parametrize("answer", [drop, lambda request: plain(request, 503, b""), lambda request: time.sleep(0.7)])
def test_a_write_is_never_repeated(loopback: Loopback, answer: Answerer) -> None:
    loopback.answer = answer
    try:
        status = door.Client(timeout_s=0.5).post(loopback.url).status
    except ChannelFailed:
        status = 0
    assert status in {0, 503}
    assert len(loopback.asked) == 1


@pytest.mark.parametrize("method", ["post", "put"])
def test_a_write_carries_its_body_and_headers(loopback: Loopback, method: str) -> None:
    write = getattr(door.Client(), method)
    assert write(loopback.url + "x", body=b"what was approved", headers={"Authorization": "Bearer t"}).status == 200
    (asked,) = loopback.asked
    assert (asked[0], asked[1], asked[2]["Authorization"]) == (method.upper(), "/x", "Bearer t")
    assert loopback.bodies == [b"what was approved"]


def test_a_deletion_is_sent_once(loopback: Loopback) -> None:
    loopback.answer = lambda request: plain(request, 404, b"")
    assert door.Client().delete(loopback.url).status == 404
    assert [method for method, _, _ in loopback.asked] == ["DELETE"]


@pytest.mark.peers
@pytest.mark.parametrize(
    "answer",
    [
        drop,
        lambda request: time.sleep(0.7),
        lambda request: plain(request, 200, b"half", Content_Length="8"),
        lambda request: plain(request, 200, b"no gzip", Content_Encoding="gzip"),
        lambda request: plain(request, 200, b"x" * 2000),
        lambda request: request.wfile.write(b"nonsense\r\n\r\n"),
    ],
)
def test_a_write_that_left_without_a_whole_answer_may_have_had_its_effect(loopback: Loopback, answer: Answerer) -> None:
    loopback.answer = answer
    client = door.Client(timeout_s=0.5, max_bytes=1000)
    for write in (client.post, client.put, client.delete):
        with pytest.raises(OutcomeUnknown, match="may have had its effect"):
            write(loopback.url)
    assert len(loopback.asked) == 3


def test_a_read_that_failed_says_nothing_of_effects(loopback: Loopback) -> None:
    loopback.answer = drop
    with pytest.raises(ChannelFailed) as caught:
        door.get(loopback.url)
    assert type(caught.value) is ChannelFailed
    assert "effect" not in str(caught.value)


def test_a_write_whose_headers_cannot_be_sent_did_not_leave_and_does_not_show_them(loopback: Loopback) -> None:
    for value in ("Bearer \u20acgeheim", "Bearer geheim\r\nX: y"):
        with pytest.raises(NotSent) as caught:
            door.Client().post(loopback.url, headers={"Authorization": value})
        assert "geheim" not in "".join(traceback.format_exception(caught.value))
    assert loopback.asked == []


def test_nothing_leaves_after_the_caller_stopped_waiting(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, left = threading.Event(), threading.Event()
    connect, others = exchange._Plain.connect, set(threading.enumerate())

    def slow(connection: exchange._Plain) -> None:
        waiting.wait(10)
        connect(connection)
        left.set()

    monkeypatch.setattr(exchange._Plain, "connect", slow)
    with pytest.raises(NotSent, match=r"within 0\.2 s"):
        door.Client(timeout_s=0.2).post(loopback.url)
    waiting.set()
    assert left.wait(10)
    for thread in set(threading.enumerate()) - others:
        if thread.name == "fahndung-http":
            thread.join(10)
            assert not thread.is_alive()
    assert loopback.asked == []


def test_a_connection_is_used_again_and_a_spoiled_one_is_not(loopback: Loopback) -> None:
    client = door.Client()
    keep = {"Connection": "keep-alive"}
    loopback.server.RequestHandlerClass.protocol_version = "HTTP/1.1"  # type: ignore[attr-defined]
    for write in (client.post, client.get, client.delete):
        write(loopback.url, headers=keep)  # type: ignore[operator]
    assert len(loopback.peers) == 1
    loopback.answer = drop
    with pytest.raises(OutcomeUnknown):
        client.post(loopback.url)
    loopback.answer = lambda request: plain(request, 200, b"fine")
    assert client.post(loopback.url).status == 200
    assert len(loopback.peers) == 2


def test_a_bug_is_not_taken_for_a_failure_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("bug")

    monkeypatch.setattr(requests.Session, "request", broken)
    with pytest.raises(KeyError, match="bug"):
        door.get("https://polizei.example/")


def test_no_cookie_is_kept(loopback: Loopback) -> None:
    loopback.answer = lambda request: plain(request, 200, b"", Set_Cookie="who=me; Path=/")
    client = door.Client()
    client.get(loopback.url)
    client.get(loopback.url)
    assert "Cookie" not in loopback.asked[1][2]


def test_nobody_listening_fails() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(NotSent, match="No connection"):
        door.get(f"http://127.0.0.1:{port}/")
    with pytest.raises(NotSent, match="No connection"):
        door.Client().post(f"http://127.0.0.1:{port}/")


def test_a_body_of_exactly_the_limit_passes_and_one_byte_more_fails(loopback: Loopback) -> None:
    loopback.answer = lambda request: plain(request, 200, b"x" * 1000)
    assert len(door.get(loopback.url, max_bytes=1000).body) == 1000
    with pytest.raises(ChannelFailed, match="larger than 999 bytes"):
        door.get(loopback.url, max_bytes=999)


def test_a_body_without_a_length_is_limited_too(loopback: Loopback) -> None:
    def endless(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(1000):
            request.wfile.write(b"x" * 65536)

    loopback.answer = endless
    with pytest.raises(ChannelFailed, match="larger"):
        door.get(loopback.url, max_bytes=200_000)


def test_a_body_that_ends_too_early_fails(loopback: Loopback) -> None:
    loopback.answer = lambda request: plain(request, 200, b"half", Content_Length="8")
    with pytest.raises(ChannelFailed):
        door.get(loopback.url)


def test_a_broken_content_coding_fails(loopback: Loopback) -> None:
    loopback.answer = lambda request: plain(request, 200, b"no gzip", Content_Encoding="gzip")
    with pytest.raises(ChannelFailed, match="is broken"):
        door.get(loopback.url)


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_drips_is_left_after_the_time_limit(loopback: Loopback, part: str) -> None:
    def drip(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        if part == "body":
            request.end_headers()
        else:
            request.flush_headers()
        for count in range(60):
            request.wfile.write(b"x" if part == "body" else f"X-{count}: y\r\n".encode())
            request.wfile.flush()
            time.sleep(0.05)

    loopback.answer = drip
    start = time.monotonic()
    with pytest.raises(ChannelFailed, match=r"within 0\.5 s"):
        door.get(loopback.url, timeout_s=0.5)
    assert time.monotonic() - start < 1.5


def test_a_silent_server_is_left_after_the_time_limit(loopback: Loopback) -> None:
    loopback.answer = lambda request: time.sleep(1)
    with pytest.raises(ChannelFailed, match=r"within 0\.3 s"):
        door.get(loopback.url, timeout_s=0.3)


def test_a_timeout_that_the_socket_notices_first_is_told_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object, **__: object) -> None:
        raise requests.exceptions.ReadTimeout

    monkeypatch.setattr(requests.Session, "request", late)
    with pytest.raises(ChannelFailed, match="within 20 s"):
        door.get("https://polizei.example/")


def test_no_error_and_no_log_tells_path_or_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secret = "".join(("ge", "heim"))
    with pytest.raises(ChannelFailed) as caught:
        door.get(f"http://127.0.0.1:1/bot12345:{secret}/send?token={secret}")
    assert secret not in "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "127.0.0.1:1" in caught.value.message.de


def test_proxies_and_netrc_of_the_environment_are_not_used(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1/")
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login somebody password geheim\n")
    monkeypatch.setenv("NETRC", netrc)
    assert door.get(loopback.url).status == 200
    assert "Authorization" not in loopback.asked[0][2]


@pytest.mark.peers
def test_a_certificate_that_nobody_vouches_for_fails(tmp_path: object) -> None:
    import ssl

    key, certificate = f"{tmp_path}/key.pem", f"{tmp_path}/certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        with pytest.raises(ChannelFailed, match="certificate"):
            door.get(f"https://127.0.0.1:{server.server_port}/")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_loopback_is_recognised_by_address_and_by_name() -> None:
    assert [door.is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "192.0.2.1", "localhost.example")] == [
        True,
        True,
        True,
        False,
        False,
    ]
