"""Which tests cover which rule of law: ``python -m tests.law.coverage`` writes fahndung/law/coverage.json.

Two things are counted. A case of the conformance suite counts for every rule that its ``regeln`` name; it speaks where
``dann`` names the rule under ``sperrt`` or ``hinweis``, it is silent where it names it under ``schweigt``. Any other
test function counts for every rule whose id stands in its text, in its decorators or in a constant of its module that
they name: a plain search for ``R\\d\\d``. It speaks where that text has the word ``block`` or ``warn`` in quotes, it is
silent where something in it equals, or is paired with, an empty list or tuple. That is an honest estimate, no proof:
the cases are the proof.
"""

import ast
import collections
import dataclasses
import functools
import json
import pathlib
import re
from collections.abc import Iterator

from fahndung.law.register import IDS, Covered

from . import casefile

TESTS = pathlib.Path(__file__).parent.parent
TARGET = TESTS.parent / "fahndung" / "law" / "coverage.json"
ABOUT_THE_SUITE = {"test_conformance.py", "test_register.py", "test_rules.py"}
"""Modules that name rules without testing them."""

_RULE = re.compile(r"\bR\d\d\b")
_SPEAKS = re.compile(r"""["'](?:block|warn)["']""")
_SILENT = re.compile(r"==\s*(?:\[\]|\(\))|\(\s*[^()]*,\s*(?:\[\]|\(\))\s*\)")


@functools.cache
def covered() -> dict[str, Covered]:
    """What covers each rule of R01 to R45 that anything covers."""
    cases: dict[str, collections.Counter[str]] = {rule: collections.Counter() for rule in IDS}
    tests: dict[str, collections.Counter[str]] = {rule: collections.Counter() for rule in IDS}
    sides = {rule: collections.Counter({"speaks": 0, "silent": 0}) for rule in IDS}
    for path in casefile.files():
        for raw in casefile.raws(path):
            case = casefile.read(raw)
            spoken = {*case.expected.blocks, *case.expected.warns}
            for rule in case.rules:
                cases[rule][path.name] += 1
                sides[rule]["speaks"] += rule in spoken
                sides[rule]["silent"] += rule in case.expected.silent
    for module, text in functions():
        for rule in {*_RULE.findall(text)} & {*IDS}:
            tests[rule][module] += 1
            sides[rule]["speaks"] += _SPEAKS.search(text) is not None
            sides[rule]["silent"] += _SILENT.search(text) is not None
    return {
        rule: Covered(cases=dict(sorted(cases[rule].items())), tests=dict(sorted(tests[rule].items())), **sides[rule])
        for rule in IDS
        if cases[rule] or tests[rule]
    }


def functions() -> Iterator[tuple[str, str]]:
    """Module and text, with decorators and named constants, of every test function outside of the suite itself."""
    for path in sorted(TESTS.rglob("test_*.py")):
        if path.name in ABOUT_THE_SUITE:
            continue
        source = path.read_text("utf-8")
        tree, lines = ast.parse(source), source.encode().splitlines(keepends=True)
        constants = dict(_constants(tree, lines))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                named = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
                own = [_segment(lines, part) for part in (node, *node.decorator_list)]
                told = [*own, *(constants[name] for name in sorted(named & set(constants)))]
                yield path.relative_to(TESTS.parent).as_posix(), "\n".join(told)


def _constants(tree: ast.Module, lines: list[bytes]) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id, _segment(lines, node)


def _segment(lines: list[bytes], node: ast.expr | ast.stmt) -> str:
    """The text of a node; ``ast.get_source_segment`` cuts the whole module into lines for each one."""
    assert node.end_lineno is not None
    chosen = lines[node.lineno - 1 : node.end_lineno]
    chosen[-1] = chosen[-1][: node.end_col_offset]
    chosen[0] = chosen[0][node.col_offset :]
    return b"".join(chosen).decode()


def text() -> str:
    """The file as it should be."""
    plain = {rule: dataclasses.asdict(told) for rule, told in covered().items()}
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
