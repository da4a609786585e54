import urllib.parse

import pytest
from botocore import auth, awsrequest, credentials

from fahndung.channels.sigv4 import path_of, query_of, signed
from fahndung.credentials import Secret

KEY_ID, SECRET, AT = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20261126T160000Z"


def theirs(method: str, url: str, headers: dict[str, str], body: bytes) -> str:
    """The signature that botocore makes."""
    request = awsrequest.AWSRequest(method=method, url=url, data=body, headers=headers)
    request.context["timestamp"] = AT
    signer = auth.S3SigV4Auth(credentials.Credentials(KEY_ID, SECRET), "s3", "eu-central-1")
    text = signer.string_to_sign(request, signer.canonical_request(request))
    names = signer.signed_headers(signer.headers_to_sign(request))
    scope = signer.scope(request)
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signer.signature(text, request)}"


@pytest.mark.parametrize(
    ("method", "key", "query", "headers", "body"),
    [
        ("GET", "fahndung/k3m9/index.html", {}, {}, b""),
        ("GET", "", {"list-type": "2", "prefix": "bilder/x y+z~", "encoding-type": "url", "delimiter": "/"}, {}, b""),
        ("GET", "", {"versions": "", "prefix": "a&b=c", "key-marker": "\u00e4"}, {}, b""),
        ("PUT", "a b/\u00fc+~'()*.txt", {}, {"Content-Type": "text/plain; charset=utf-8", "If-None-Match": "*"}, b"x"),
        ("DELETE", "a", {"versionId": "null"}, {}, b""),
    ],
)
def test_it_signs_as_another_implementation_does(
    method: str, key: str, query: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    url = f"https://store.example:9000/bucket/{path_of(key)}" + (f"?{query_of(query)}" if query else "")
    ours = signed(method, url, headers, body, key_id=KEY_ID, secret=Secret(SECRET), region="eu-central-1", at=AT)
    told = dict(ours)
    authorization = told.pop("Authorization")
    assert authorization == theirs(method, url, told, body)
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(url).query, keep_blank_values=True) == {
        name: [value] for name, value in query.items()
    }
    assert SECRET not in "".join(ours.values())
