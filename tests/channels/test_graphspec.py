"""What is wrong with a request or an answer is found, and what is right passes."""

import json
import urllib.parse

import pytest

from fahndung.channels import multipart
from fahndung.http import Answer

from . import graphspec, openapi
from .graphspec import Fields

API = "https://graph.facebook.com/v26.0/"
FORM = {"Authorization": "Bearer x", "Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def fields() -> Fields:
    for name in graphspec.FILES.values():
        openapi.needed(name)
    found = graphspec.specification()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("method", "path", "values", "told"),
    [
        ("POST", "1/feed", {"message": "x", "published": "false", "appsecret_proof": "x"}, ""),
        ("POST", "1/feed", {"message": "x", "published": "no"}, "published: 'no' is no bool"),
        ("POST", "1/feed", {"text": "x"}, "unknown parameter text"),
        ("POST", "1/feed", {"message": "x", "access_token": "x"}, "unknown parameter access_token"),
        ("POST", "1/feed", {"is_published": "true"}, "unknown parameter is_published"),
        ("POST", "1_2", {"is_published": "true"}, ""),
        ("POST", "", {"id": "https://f.example/", "scrape": "true", "appsecret_proof": "x"}, ""),
        ("POST", "", {"id": "https://f.example/", "scrape": "no", "appsecret_proof": "x"}, "no such call"),
        ("POST", "", {"id": "https://f.example/", "scrape": "true"}, "no such call"),
        ("POST", "1_2", {"published": "true"}, "unknown parameter published"),
        ("POST", "1/scheduled_posts", {}, "no such call"),
        ("GET", "1/promotable_posts", {}, "no such call"),
        ("GET", "me", {"fields": "id,name,is_published"}, ""),
        ("GET", "me", {"fields": "id,tasks"}, "page has no field tasks"),
        ("GET", "1_2", {"fields": "id,message,attachments"}, ""),
        ("GET", "1_2", {"fields": "id,name"}, "post has no field name"),
        ("GET", "1/published_posts", {"fields": "id,message", "limit": "100", "after": "x"}, ""),
        ("GET", "1/published_posts", {"fields": "id,text"}, "post has no field text"),
        ("GET", "1/published_posts", {"limit": "-5"}, "limit: '-5' is no unsigned int"),
        ("GET", "1/scheduled_posts", {"limit": "100"}, "unknown parameter limit"),
        ("DELETE", "1_2", {}, ""),
        ("DELETE", "me", {}, "no such call"),
        ("DELETE", "1", {}, ""),
        ("GET", "1", {"fields": "id,name,alt_text_custom"}, ""),
        ("GET", "1", {"fields": "id,caption"}, "photo has no field caption"),
        ("GET", "1_2", {"fields": "id,attachments{type,target,subattachments{type}},message"}, ""),
        ("GET", "1/photos", {"biz_tag_id": "5", "type": "uploaded", "fields": "id,name"}, ""),
        ("GET", "1/photos", {"limit": "5"}, "unknown parameter limit"),
        ("POST", "1/photos", {"caption": "x"}, "the file is missing"),
        ("POST", "1/feed", {"attached_media": '[{"media_fbid": "5"}]'}, ""),
        ("POST", "1/feed", {"attached_media": "5"}, "attached_media: 5 is no list"),
        ("POST", "1/feed", {"attached_media": "x"}, "attached_media: 'x' is no list"),
    ],
)
def test_a_request_is_held_against_them(
    fields: Fields, method: str, path: str, values: dict[str, str], told: str
) -> None:
    said = urllib.parse.urlencode(values)
    url, body = (f"{API}{path}", said.encode()) if method == "POST" else (f"{API}{path}?{said}", None)
    found = "; ".join(fields.request(method, url, FORM, body))
    assert told in found
    assert bool(told) == bool(found)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"published": "false", "alt_text_custom": "x", "caption": "x", "appsecret_proof": "x"}, ""),
        ({"published": "no"}, "published: 'no' is no bool"),
        ({"alt_text": "x"}, "unknown parameter alt_text"),
    ],
)
@pytest.mark.parametrize("field", ["source", "file"])
def test_a_form_with_a_file_is_held_against_them(fields: Fields, values: dict[str, str], told: str, field: str) -> None:
    headers, body = multipart.form(values, field=field, filename="x.jpg", media_type="image/jpeg", data=b"x")
    found = "; ".join(fields.request("POST", f"{API}1/photos", {**FORM, **headers}, body))
    assert told in found
    assert bool(told) == bool(found) or field == "file"
    assert ("the file is missing" in found) is (field == "file")


def test_an_unknown_header_is_told(fields: Fields) -> None:
    assert [*fields.request("GET", f"{API}me", {"X-Key": "1"}, None)] == ["unknown header X-Key"]


@pytest.mark.parametrize(
    ("method", "path", "status", "told", "wrong"),
    [
        ("POST", "1/feed", 200, {"id": "1_2"}, ""),
        ("POST", "1/feed", 200, {"id": 5}, "id: 5 is no string"),
        ("POST", "1/feed", 200, {"post_id": "1_2"}, "unknown field post_id"),
        ("POST", "1/feed", 201, {"id": "1_2"}, "status 201 is not described"),
        ("POST", "1_2", 200, {"success": True}, ""),
        ("DELETE", "1_2", 200, {"success": True}, ""),
        ("DELETE", "1_2", 200, {"success": "yes"}, "success: 'yes' is no bool"),
        ("DELETE", "1_2", 200, {"deleted": True}, "unknown field deleted"),
        ("GET", "1_2", 200, {"id": "1_2", "is_published": False, "created_time": "2026-11-26T10:00:00+0000"}, ""),
        ("GET", "1_2", 200, {"created_time": "soon"}, "created_time: 'soon' is no datetime"),
        ("GET", "1_2", 200, {"scheduled_publish_time": 1.5, "actions": [], "from": {"id": "1"}}, ""),
        ("GET", "1_2", 200, {"from": "x"}, "from: 'x' is no Object"),
        ("GET", "1_2", 200, {"width": -1}, "width: -1 is no unsigned int"),
        ("GET", "1_2", 200, {"width": True}, "width: True is no unsigned int"),
        ("GET", "1_2", 200, {"actions": {}}, "actions: {} is no list"),
        ("GET", "1_2", 200, {"attachments": {"data": [{"type": "photo"}]}}, ""),
        ("GET", "1_2", 200, {"attachments": [{"type": "photo"}]}, ""),
        ("GET", "1_2", 200, {"attachments": {"type": "photo"}}, "attachments: None is no list"),
        ("GET", "1", 200, {"id": "1", "name": "x", "alt_text_custom": "x"}, ""),
        ("GET", "1", 200, {"caption": "x"}, "unknown field caption"),
        ("POST", "1/photos", 200, {"id": "1"}, ""),
        ("POST", "1/photos", 200, {"id": 1}, "id: 1 is no string"),
        ("GET", "1/photos", 200, {"data": [{"id": "1", "alt_text": 5}]}, "alt_text: 5 is no string"),
        ("GET", "1/published_posts", 200, {"data": [{"id": "1_2", "message": "x"}], "paging": {}}, ""),
        ("GET", "1/published_posts", 200, {"data": [{"text": "x"}]}, "unknown field text"),
        ("GET", "1/published_posts", 200, {"data": [], "summary": {}}, "unknown field summary"),
        ("GET", "1_2", 400, {"error": {}}, "status 400 is not described"),
        ("GET", "1/none", 200, {}, "status 200 is not described"),
    ],
)
def test_an_answer_is_held_against_them(
    fields: Fields, method: str, path: str, status: int, told: object, wrong: str
) -> None:
    answered = Answer(status=status, headers={}, body=json.dumps(told).encode())
    found = "; ".join(fields.answer(method, f"{API}{path}?fields=id", answered))
    assert wrong in found
    assert bool(wrong) == bool(found)


def test_nothing_there_closes_the_comments_of_a_post_or_tells_the_rights_of_a_token(fields: Fields) -> None:
    names = {one["name"] for call in fields._calls.values() for one in call["params"]}
    assert not [name for name in names if "comment" in name and ("able" in name or "can_" in name)]
    assert not {"tasks", "permissions", "perms"} & fields._fields["page"].keys()


def test_without_the_folder_nothing_is_held_against_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(openapi.VARIABLE, raising=False)
    assert graphspec.specification() is None
