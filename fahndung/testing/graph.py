"""What simulated Graph APIs of Meta have in common: their errors, and how faults look there. Knows no platform."""

import dataclasses
import json
import re

from fahndung.testing.bench import Reply, json_reply, odd
from fahndung.testing.faults import Fault, Rule


def fault(rule: Rule) -> Reply:
    """The answer of a fault that is the same everywhere."""
    match rule.fault:
        case Fault.GARBAGE:
            page = Reply(status=200, body=b"<html>one moment, please", headers=(("Content-Type", "text/html"),))
            return odd(page, "a fault")
        case Fault.UNAUTHORIZED:
            return unauthorised()
        case Fault.REFUSED:
            return refused(368, "The action attempted is disallowed", status=400)
        case Fault.DUPLICATE:
            return refused(506, "Duplicate status message", status=400)
    return refused(2, "An unexpected error has occurred.", status=500, is_transient=True)


def unauthorised() -> Reply:
    """What it says to a token that is none any more."""
    return refused(190, "Error validating access token: the session was invalidated.", status=401, error_subcode=460)


def missing(id: str) -> Reply:
    """What it says of what is not there, and of what a token may not see."""
    why = "does not exist, cannot be loaded due to missing permissions, or does not support this operation"
    return refused(100, f"Unsupported request. Object with ID '{id}' {why}", status=400, error_subcode=33)


def refused(code: int, message: str, *, status: int, **more: object) -> Reply:
    """An error; the field specifications describe none."""
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AsimulatedTrace0", **more}
    return odd(json_reply(status, error=error), "an error")


def usage(reply: Reply, page: str, *, percent: int, minutes: int) -> Reply:
    """The same with the header that tells how busy a Page is."""
    row = {"type": "pages", "call_count": percent, "total_cputime": 1, "total_time": 1}
    told = json.dumps({page: [row | {"estimated_time_to_regain_access": minutes}]})
    return dataclasses.replace(reply, headers=(*reply.headers, ("X-Business-Use-Case-Usage", told)))


def fields(text: str) -> set[str]:
    """The names in the parameter ``fields``; what is asked of a field in braces is told anyway."""
    while (plain := re.sub(r"\{[^{}]*\}", "", text)) != text:
        text = plain
    return {*text.split(",")}
