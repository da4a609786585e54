"""A refused credential is told with the account and where its secret came from; never with the secret."""

import pathlib

import pytest

from fahndung.errors import AuthError, ChannelFailed
from fahndung.lifecycle import refusals

NO = AuthError("Mastodon does not accept it. Renew it.", "Mastodon erkennt es nicht an. Bitte erneuern.")
SECRET = "e7a1-very-secret"


def test_each_source_is_named_and_no_secret(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAHNDUNG_LAND_TOKEN", SECRET)
    from_variable = refusals.told(NO, "land", {"credential": "land-token"})
    assert from_variable.en.endswith("Renew it. Account land, secret from the variable FAHNDUNG_LAND_TOKEN.")
    assert from_variable.de.endswith("Konto land, Geheimnis aus der Variablen FAHNDUNG_LAND_TOKEN.")
    (tmp_path / "land-token").write_text(SECRET, "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    from_systemd = refusals.told(NO, "land", {"credential": "land-token"})
    assert "systemd-Credential land-token" in from_systemd.de
    assert "VARIABLE" not in from_systemd.de.upper().replace("LAND_TOKEN", ""), "systemd's comes first"
    from_keyring = refusals.told(NO, "land", {"credential": "keyring:land", "app_secret": "land-token"})
    assert "Schlüsselbund fahndung/land, Geheimnis aus dem systemd-Credential land-token" in from_keyring.de
    for told in (from_variable, from_systemd, from_keyring):
        assert SECRET not in repr(told)


def test_what_names_no_secret_and_what_is_no_refusal_say_no_more_than_they_know() -> None:
    assert refusals.told(NO, "land", {}).de.endswith("Konto land.")
    assert refusals.told(NO, "land", {"credential": "nobody-has-it"}).en.endswith("Account land.")
    other = ChannelFailed("It did not answer.", "Keine Antwort.")
    assert refusals.told(other, "land", {"credential": "land-token"}) == other.message
