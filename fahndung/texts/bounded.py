"""A jinja environment in which a template can neither run nor grow without end: a typo stops the build, not the office.

Counted, not timed, so that a template fails on every machine or on none: passes of loops, calls of macros and blocks,
files included, and the characters that come out. A product or a power is refused before it is made. What a template
does on purpose with filters and joined texts is not bounded: templates are trusted as the configuration is.
"""

import contextvars
from typing import Any

import jinja2
from jinja2 import nodes, sandbox

from fahndung.errors import Message

STEPS = 10_000
"""The project's own templates take 50 at most for the longest example."""
CHARACTERS = 4_000_000
"""What one template may print, and the most that a product may be long."""
_BITS = 4096
_COUNTED = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block, nodes.Template)
_STEP = "one step"
"""The name of a filter that no template can write."""
_left: contextvars.ContextVar[list[int]] = contextvars.ContextVar("steps left")


class TooMuch(jinja2.TemplateRuntimeError):
    """A template goes on and on, or makes more than any text is."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


class Environment(sandbox.ImmutableSandboxedEnvironment):
    """The sandbox with a count of what runs in it; its templates are filled by ``filled`` only."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.filters[_STEP] = _step

    def _generate(self, source: nodes.Template, *others: Any, **more: Any) -> str:
        """Called by jinja before it compiles; puts a count at the start of whatever can run more than once."""
        for node in [source, *source.find_all(_COUNTED)]:
            count = nodes.Filter(nodes.Const(""), _STEP, [], [], None, None)
            body: list[nodes.Node] = node.body  # type: ignore[attr-defined]  # each of these kinds has one
            body.insert(0, nodes.ExprStmt(count).set_lineno(node.lineno, override=True))
        return super()._generate(source, *others, **more)

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Called by jinja for a product and a power."""
        sizes = [len(one) for one in (left, right) if isinstance(one, str | list | tuple)]
        times = [abs(one) for one in (left, right) if isinstance(one, int)]
        grows = operator == "*" and sizes and times and sizes[0] * times[0] > CHARACTERS
        if grows or (operator == "**" and len(times) == 2 and times[0].bit_length() * times[1] > _BITS):
            raise TooMuch(
                Message(f"{operator} makes more than any text is", f"{operator} ergibt mehr, als irgendein Text ist")
            )
        return super().call_binop(context, operator, left, right)


def filled(template: jinja2.Template, values: dict[str, object]) -> str:
    """What a template of an ``Environment`` prints.

    Raises:
        TooMuch: it takes more than ``STEPS``, or prints more than ``CHARACTERS``.
    """
    token = _left.set([STEPS])
    try:
        parts, length = [], 0
        for part in template.generate(values):
            length += len(part)
            if length > CHARACTERS:
                raise TooMuch(
                    Message(f"it prints more than {CHARACTERS} characters", f"sie druckt mehr als {CHARACTERS} Zeichen")
                )
            parts.append(part)
        return "".join(parts)
    finally:
        _left.reset(token)


@jinja2.pass_context  # whatever depends on the context is asked each time and never once for all
def _step(context: jinja2.runtime.Context, value: str) -> str:
    left = _left.get()
    left[0] -= 1
    if left[0] < 0:
        raise TooMuch(
            Message(
                f"it goes on and on: more than {STEPS} passes of loops and calls",
                f"sie hört nicht auf: mehr als {STEPS} Durchläufe und Aufrufe",
            )
        )
    return value
