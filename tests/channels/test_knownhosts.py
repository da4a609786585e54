import base64
import hmac

from fahndung.channels.knownhosts import fingerprint, known


def blob(kind: str, number: int) -> bytes:
    """A public key of that kind, as SSH writes it."""
    return len(kind).to_bytes(4, "big") + kind.encode() + bytes([number]) * 32


def line(names: str, key: bytes, kind: str = "ssh-ed25519") -> str:
    return f"{names} {kind} {base64.b64encode(key).decode()} a comment"


ONE, TWO = blob("ssh-ed25519", 1), blob("ssh-ed25519", 2)


def test_all_keys_of_a_host_count_and_those_of_others_do_not() -> None:
    text = "\n".join([line("a.example,b.example", ONE), "", "# none", line("b.example", TWO), line("c.example", TWO)])
    assert known(text, "b.example", 22).keys == {ONE, TWO}
    assert known(text, "A.example", 22).keys == {ONE}
    assert known(text, "b.example", 22).types == {"ssh-ed25519"}
    assert known(text, "d.example", 22).keys == set()


def test_another_port_is_another_server() -> None:
    text = line("[a.example]:2222", ONE)
    assert known(text, "a.example", 2222).keys == {ONE}
    assert known(text, "a.example", 22).keys == set()


def test_hashed_names_are_recognised() -> None:
    salt = b"0123456789abcdef0123"
    hashed = base64.b64encode(hmac.digest(salt, b"[a.example]:2222", "sha1")).decode()
    text = line(f"|1|{base64.b64encode(salt).decode()}|{hashed}", ONE)
    assert known(text, "a.example", 2222).keys == {ONE}
    assert known(text, "a.example", 22).keys == set()


def test_a_revoked_key_never_counts_and_authorities_are_passed_over() -> None:
    text = "\n".join([line("a", ONE), line("@revoked a", ONE), line("@cert-authority a", TWO), line("a", TWO)])
    assert known(text, "a", 22).keys == {TWO}
    assert known(line("@cert-authority a", TWO), "a", 22).keys == set()


def test_lines_that_are_none_are_passed_over() -> None:
    key = base64.b64encode(ONE).decode()
    for text in (
        "a",
        "a ssh-ed25519",
        "a ssh-ed25519 !!!",
        f"a ssh-rsa {key}",
        f"|1|!|! ssh-ed25519 {key}",
        "@revoked",
    ):
        assert known(text, "a", 22).keys == set(), text


def test_a_fingerprint_is_written_as_openssh_does() -> None:
    assert fingerprint(b"") == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
