"""A jinja environment in which a template can neither run nor grow without end: a typo stops the build, not the office.

Counted, not timed, so that a template fails on every machine or on none: passes of loops, calls of macros and blocks,
files included, and the characters that come out. Too large a product or power is refused before it is made. What a
template does on purpose with filters and joined texts is not bounded: templates are trusted as the configuration is.
"""

import contextvars
import dataclasses
from typing import Any

import jinja2
from jinja2 import nodes, sandbox

from fahndung.errors import Message

STEPS = 10_000
"""The project's own templates of texts take 50 at most for the longest example."""
CHARACTERS = 4_000_000
"""What one text may be long, and the most that a product may be."""
_BITS = 4096
"""How large a product or a power of numbers may be."""
_COUNTED = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block, nodes.Template)
_STEP = "one step"
"""The name of a filter that no template can write."""
_taken: contextvars.ContextVar[list[int]] = contextvars.ContextVar("steps taken, and the most")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many ``steps`` a template may take, and how many ``characters`` it may print.

    A caller that hands in more than a text is made of, such as whole pictures, says by how much more.
    """

    steps: int = STEPS
    characters: int = CHARACTERS


TEXT = Bounds()


class TooMuch(jinja2.TemplateRuntimeError):
    """A template goes on and on, or makes more than any text is."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


class _Template(jinja2.Template):
    """Imported anew in each filling: jinja keeps the first one's macros, of files that may be others by now."""

    def _get_default_module(self, ctx: jinja2.runtime.Context | None = None) -> jinja2.environment.TemplateModule:
        self._module = None
        return super()._get_default_module(ctx)


class Environment(sandbox.ImmutableSandboxedEnvironment):
    """The sandbox with a count of what runs in it; its templates are filled by ``filled`` only."""

    template_class = _Template
    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.filters[_STEP] = _step

    def _generate(self, source: nodes.Template, *others: Any, **more: Any) -> str:
        """Called by jinja before it compiles; puts a count at the start of whatever can run more than once."""
        for node in [source, *source.find_all(_COUNTED)]:
            count = nodes.Filter(nodes.Const(True), _STEP, [], [], None, None)
            if isinstance(node, nodes.For) and node.test is not None:  # which every pass asks first, the body some do
                node.test = nodes.And(count, node.test).set_lineno(node.lineno, override=True)
                continue
            body: list[nodes.Node] = node.body  # type: ignore[attr-defined]  # each of these kinds has one
            body.insert(0, nodes.ExprStmt(count).set_lineno(node.lineno, override=True))
        return super()._generate(source, *others, **more)

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Called by jinja for a product and a power."""
        sizes = [len(one) for one in (left, right) if isinstance(one, str | bytes | list | tuple)]
        times = [abs(one) for one in (left, right) if isinstance(one, int)]
        if sizes and times:
            grows = operator == "*" and sizes[0] * times[0] > CHARACTERS
        else:
            grows = len(times) == 2 and _bits(operator, *times) > _BITS
        if grows:
            raise TooMuch(
                Message(f"{operator} makes more than any text is", f"{operator} ergibt mehr, als irgendein Text ist")
            )
        return super().call_binop(context, operator, left, right)


def filled(template: jinja2.Template, values: dict[str, object], bounds: Bounds = TEXT) -> str:
    """What a template of an ``Environment`` prints.

    Raises:
        TooMuch: it goes beyond its bounds.
    """
    token = _taken.set([0, bounds.steps])
    try:
        parts, length = [], 0
        for part in template.generate(values):
            length += len(part)
            if length > bounds.characters:
                most = bounds.characters
                raise TooMuch(Message(f"it prints more than {most} characters", f"sie druckt mehr als {most} Zeichen"))
            parts.append(part)
        return "".join(parts)
    finally:
        _taken.reset(token)


def _bits(operator: str, left: int, right: int) -> int:
    """How long the product or power of two numbers is at most."""
    return left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()


@jinja2.pass_context  # whatever depends on the context is asked each time and never once for all
def _step(context: jinja2.runtime.Context, value: bool) -> bool:
    taken = _taken.get()
    taken[0] += 1
    if taken[0] > taken[1]:
        raise TooMuch(
            Message(
                f"it goes on and on: more than {taken[1]} passes of loops and calls",
                f"sie hört nicht auf: mehr als {taken[1]} Durchläufe und Aufrufe",
            )
        )
    return value
