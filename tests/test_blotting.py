"""No secret stays in a text, however a server or a log spells it."""

import base64
import html
import json
import time
import urllib.parse
from collections.abc import Callable

import pytest

from fahndung import blotting
from fahndung.blotting import HIDDEN
from fahndung.channels import multipart

SECRET = 'k/9+p"7&ü äSchlüssel~0815'
ENCODED = SECRET.encode()
SPELLINGS: dict[str, Callable[[], str]] = {
    "as it is": lambda: SECRET,
    "address": lambda: urllib.parse.quote(SECRET, safe=""),
    "path": lambda: urllib.parse.quote(SECRET),
    "form": lambda: urllib.parse.quote_plus(SECRET),
    "small hexadecimal digits": lambda: urllib.parse.quote(SECRET, safe="").lower().replace("schl", "Schl"),
    "every letter": lambda: "".join(f"%{byte:02x}" for byte in ENCODED),
    "json": lambda: json.dumps(SECRET),
    "json of PHP": lambda: json.dumps(SECRET).replace("/", "\\/"),
    "json in letters": lambda: json.dumps(SECRET, ensure_ascii=False),
    "every letter in json": lambda: "".join(f"\\u{ord(one):04x}" for one in SECRET),
    "html": lambda: html.escape(SECRET),
    "html in numbers": lambda: "".join(f"&#{ord(one)};" for one in SECRET),
    "capitals": lambda: SECRET.upper(),
    "base64": lambda: base64.b64encode(ENCODED).decode(),
    "base64 of addresses": lambda: base64.urlsafe_b64encode(ENCODED).decode().rstrip("="),
    "basic": lambda: base64.b64encode(b"u:" + ENCODED).decode(),
    "basic of a longer name": lambda: base64.b64encode(b"fahnd:" + ENCODED).decode(),
    "basic before something": lambda: base64.b64encode(b"abc:" + ENCODED + b" us").decode(),
}


def left(text: str) -> str:
    return blotting.blotted(text, blotting.forms(SECRET))


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_no_spelling_of_a_secret_stays(spelled: Callable[[], str]) -> None:
    clean = left(f"you sent [{spelled()}] to us")
    assert HIDDEN in clean
    assert not any(clean[at : at + 9] in spelled() for at in range(len(clean) - 8)), clean
    assert clean == HIDDEN or clean.startswith("you sent [")


def test_what_holds_no_secret_stays_as_it_is() -> None:
    told = (
        '{"error":"invalid_token","author":"polizei_land","text":"Zeugen gesucht: 100 % <b>&amp;</b> ü","n":12345678}'
    )
    assert left(told) == told


@pytest.mark.parametrize(
    ("told", "clean"),
    [
        ('{"access_token":"abcd-efgh-1234"}', '{"access_token":"***"}'),
        ('{\\"refresh_token\\": \\"abcd-efgh-1234\\"}', '{\\"refresh_token\\": \\"***\\"}'),
        ("access_token=abcd-efgh-1234&x=1", "access_token=***&x=1"),
        ("<ClientSecret>abcd-efgh</ClientSecret>", "<ClientSecret>***</ClientSecret>"),
        ("Authorization: Bearer abcd-efgh-1234.", "Authorization: Bearer ***"),
        ("sent eyJhbGciOiJI.eyJzdWIi.c2ln here", "sent *** here"),
        ("claims: eyJzdWIiOiJwb2xpemVpIn0", "claims: ***"),
        ("<AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId>", "<AWSAccessKeyId>***</AWSAccessKeyId>"),
    ],
)
def test_what_looks_like_a_secret_goes_too(told: str, clean: str) -> None:
    assert left(told) == clean


def test_a_request_carries_secrets_in_headers_parameters_and_members() -> None:
    pair = base64.b64encode(b"fahndung:wort-im-kopf").decode()
    headers = [
        ("Authorization", f"Basic {pair}"),
        ("X-Signature", "sha256=0123456789ab"),
        ("Accept", "application/json"),
    ]
    url = "https://a.example/x?access_token=in-the-query&limit=20&author=polizei"
    carried = {*blotting.carried(headers, url, "grant_type=refresh_token&refresh_token=in%2Dthe-form")}
    assert {pair, "fahndung:wort-im-kopf", "wort-im-kopf", "0123456789ab", "in-the-query", "in-the-form"} <= carried
    assert not {"application/json", "20", "polizei", "refresh_token"} & carried


@pytest.mark.parametrize("text", ["x" * 16000, "eyJ" * 5000, "token" * 3000, "token" + " " * 16000, '\\"token' * 2000])
def test_no_text_of_a_server_makes_it_slow(text: str) -> None:
    began = time.process_time()
    left(text)
    assert time.process_time() - began < 0.5, "linear takes some milliseconds, all else many seconds"


def test_a_form_of_parts_carries_secrets_too() -> None:
    fields = {"message": "Zeugen gesucht", "appsecret_proof": "0123456789abcdef"}
    headers, body = multipart.form(fields, field="source", filename="a.jpg", media_type="image/jpeg", data=b"\xff\xd8")
    assert {*blotting.carried_in_parts(body)} == {"0123456789abcdef"}
    assert not {*blotting.carried(headers.items())}


def test_a_secret_after_a_large_file_and_with_headers_of_its_own_is_carried_too() -> None:
    file = b'Content-Disposition: form-data; name="source"; filename="a.jpg"\r\n\r\n' + b"\xff\xd8\r\n" * 2_000_000
    told = b'Content-Disposition: form-data; name="access_token"\r\nContent-Type: text/plain\r\n\r\nabcd-efgh\r\n'
    began = time.process_time()
    assert {*blotting.carried_in_parts(b"--x\r\n" + file + b"--x\r\n" + told + b"--x--")} == {"abcd-efgh"}
    assert {*blotting.carried_in_parts(b'name="token' * 400_000)} == set()
    assert time.process_time() - began < 1


@pytest.mark.parametrize("part", range(3))
def test_no_part_of_a_token_of_json_stays_alone(part: int) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwb2xpemVpIn0.c2lnbmF0dXJlIG9mIGl0"
    told = f"said {token.split('.')[part]} of it"
    assert blotting.blotted(told, blotting.forms(token)) == "said *** of it"


def test_the_id_of_a_key_is_carried_by_the_header_that_it_signs() -> None:
    header = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261127/eu-1/s3/aws4_request, SignedHeaders=host, Signature=ab12"
    carried = {*blotting.carried([("Authorization", header)])}
    assert "AKIDEXAMPLE" in carried
    assert not {"eu-1", "aws4_request", "20261127"} & carried
