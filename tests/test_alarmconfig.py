"""The table [alarm]: what its schema takes, what contradicts itself, and who gets what."""

import datetime as dt
import json
import pathlib
import re

import pytest

from fahndung import resources
from fahndung.errors import InvalidConfig
from fahndung.home.config import parse_config
from fahndung.model.alarm import Alarming, CommandWay, Kind, Level, MailWay, Route, WebhookWay
from fahndung.model.mail import MailServer
from tests.home.test_config import CONFIG

MAIL = '[alarm.mail]\nhost = "mail.polizei.example"\nfrom = "f@polizei.example"\n'
BOX = '[[alarm.ways]]\nname = "box"\nkind = "mail"\nto = ["a@polizei.example", "b@polizei.example"]\n'
PAGER = '[[alarm.ways]]\nname = "pager"\nkind = "command"\ncommand = ["/bin/page", "-u", ""]\n'
HOOK = '[[alarm.ways]]\nname = "hook"\nkind = "webhook"\nurl = "https://x.example/a?b=c"\ncredential = "hook-key"\n'
EVERYTHING = f"""
[alarm]
repeat_urgent = "PT5M"
repeat_notice = "PT12H"
press_office = ["presse@polizei.example"]
[alarm.people]
"k.muster" = "k.muster@polizei.example"
[alarm.to]
default = ["pager"]
reminder = ["box"]
{MAIL}port = 2525
security = "tls"
user = "u"
credential = "alarm-mail"
ca_file = "ca.pem"
{BOX}{PAGER}{HOOK}"""


def parsed(text: str) -> Alarming:
    return parse_config(CONFIG + text, pathlib.Path("/h")).alarm


def test_without_a_word_nobody_is_told() -> None:
    alarm = parsed("")
    assert alarm == Alarming()
    assert alarm.all_routes() == alarm.routes(Kind.OVERDUE) == ()


def test_everything_that_can_be_said_is_understood() -> None:
    alarm = parsed(EVERYTHING)
    assert alarm.server == MailServer(
        host="mail.polizei.example",
        port=2525,
        security="tls",
        sender="f@polizei.example",
        user="u",
        credential="alarm-mail",
        ca_file=pathlib.Path("/h/ca.pem"),
    )
    assert list(alarm.ways.values()) == [
        MailWay(name="box", to=("a@polizei.example", "b@polizei.example")),
        CommandWay(name="pager", command=("/bin/page", "-u", "")),
        WebhookWay(name="hook", url="https://x.example/a?b=c", credential="hook-key"),
    ]
    assert alarm.repeat == {Level.URGENT: dt.timedelta(minutes=5), Level.NOTICE: dt.timedelta(hours=12)}
    assert [route.key for route in alarm.routes(Kind.OVERDUE)] == ["pager"]
    assert [route.key for route in alarm.all_routes()] == ["box/0", "box/1", "pager", "hook", "press-office/0"]


def test_reminders_go_to_the_preparer_and_the_press_office_each_address_once() -> None:
    alarm = parsed(EVERYTHING.replace("presse@", "b@"))
    assert [route.key for route in alarm.routes(Kind.REMINDER, "k.muster")] == ["box/0", "box/1", "person/k.muster"]
    assert [route.key for route in alarm.routes(Kind.REMINDER, "x")] == ["box/0", "box/1"]
    assert [route.key for route in alarm.routes(Kind.CLOCK, "k.muster")] == ["pager"]


def test_without_a_table_of_kinds_every_way_gets_everything() -> None:
    alarm = parsed(MAIL + BOX + PAGER)
    assert [route.key for route in alarm.routes(Kind.CLOCK)] == ["box/0", "box/1", "pager"]


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465)])
def test_the_port_follows_the_encryption(security: str, port: int) -> None:
    server = parsed(MAIL + f'security = "{security}"\n').server
    assert server is not None
    assert server.port == port


@pytest.mark.peers
@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('[alarm]\nrepeat_urgent = "PT0M"', "alarm/repeat_urgent"),
        ("[alarm]\nrepeat_notice = 5", "alarm/repeat_notice"),
        ('[alarm]\npress_office = ["nobody"]', "alarm/press_office/0"),
        ('[alarm]\npress_office = ["a@b.example\\nBcc: c@d.example"]', "alarm/press_office/0"),
        ("[alarm]\nwhat = 1", "alarm"),
        ('[alarm.to]\nfire = ["x"]', "alarm/to"),
        ("[alarm.to]\ndefault = []", "alarm/to/default"),
        (MAIL + 'password = "x"', "alarm/mail"),
        (MAIL + 'security = "off"', "alarm/mail/security"),
        (MAIL + 'user = "u"\ncredential = "../x"', "alarm/mail/credential"),
        (PAGER.replace("/bin/page", "page"), "alarm/ways/0/command/0"),
        (PAGER.replace('command = ["/bin/page", "-u", ""]', "command = []"), "alarm/ways/0/command"),
        (HOOK.replace("https://x", "http://x"), "alarm/ways/0/url"),
        (HOOK.replace("https://x", "https://u:p@x"), "alarm/ways/0/url"),
        (HOOK.replace('credential = "hook-key"\n', ""), "alarm/ways/0"),
        # what the schema cannot see
        (BOX, "alarm/mail"),
        ('[alarm.people]\n"k.muster" = "k@polizei.example"', "alarm/mail"),
        (PAGER + PAGER, "alarm/ways/1/name"),
        (PAGER + '[alarm.to]\nclock = ["pager", "box"]', "alarm/to/clock"),
        (MAIL + 'user = "u"', "alarm/mail/credential"),
        (MAIL + 'security = "none"', "alarm/mail/security"),
        (
            MAIL.replace("mail.polizei.example", "::1") + 'security = "none"\nuser = "u"\ncredential = "c"',
            "alarm/mail/security",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(text: str, field: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        parsed(text)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_the_schema_knows_every_kind() -> None:
    schema = json.loads(resources.schema_text("config-1.json"))
    (pattern,) = schema["properties"]["alarm"]["properties"]["to"]["patternProperties"]
    assert set(pattern.strip("^()$").split("|")) == {"default", *Kind}


@pytest.mark.parametrize("name", ["production.en.toml", "rehearsal.en.toml", "production.de.toml", "rehearsal.de.toml"])
def test_the_commented_table_of_a_new_home_is_valid_once_the_comments_go(name: str) -> None:
    text = resources.template_text("config", name)
    table = text[text.index("# [alarm]") : text.index("\n\n", text.index("alarm-webhook"))]
    alarm = parsed(re.sub(r"^# ?", "", table, flags=re.MULTILINE))
    assert set(alarm.ways) == {"bereitschaft", "pager", "leitstelle"}
    assert alarm.routes(Kind.TOKEN_EXPIRING) == (Route(key="bereitschaft/0", address="bereitschaft@polizei.example"),)


def test_a_period_that_the_schema_would_refuse_is_a_bug() -> None:
    from fahndung import alarmconfig

    with pytest.raises(ValueError, match="period"):
        alarmconfig.parse({"repeat_urgent": "1h"}, pathlib.Path("/h"))
