"""`--verify-diagnostics`: compares what was said with the `expected-*` comments of the source.

    %0 = "some.op"() : () -> i32  // expected-error {{a part of the message}}
    // expected-warning @+1 {{on the next line}}
    // expected-error-re @above {{part with a {{reg(ular)?}} expression}}

The comments are MLIR's: kinds `error`, `warning`, `remark`, `note`; places `@+N`, `@-N`,
`@above` and `@below` (the nearest line without such a comment), `@unknown`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fungible.passes.diagnostics import Diagnostic
from fungible.passes.source import Chunk

_COMMENT = re.compile(
    r"expected-(?P<kind>error|warning|remark|note)(?P<re>-re)? *"
    r"(?:@(?P<place>[+-]\d+|above|below|unknown))? *\{\{(?P<text>.*)\}\}\s*$"
)
_PROBABLE = re.compile(r"//.*expected-(error|warning|remark|note)")


class MalformedExpectation(Exception):
    """A comment that looks like an expectation and is none; `file:line: error: ...`."""


@dataclass(frozen=True)
class Expectation:
    kind: str
    text: str
    pattern: re.Pattern[str]
    line: int | None  # None: a diagnostic without a location
    comment_line: int

    def meets(self, diagnostic: Diagnostic, name: str) -> bool:
        place = (None, None) if self.line is None else (name, self.line)
        return (
            diagnostic.severity == self.kind
            and (diagnostic.file, diagnostic.line or None) == place
            and self.pattern.search(diagnostic.message) is not None
        )


def _pattern(text: str, regular: bool) -> re.Pattern[str]:
    """A literal, in which `{{...}}` are regular expressions where `regular`."""
    if not regular:
        return re.compile(re.escape(text))
    pieces = re.split(r"\{\{(.*?)\}\}", text)
    return re.compile("".join(f"(?:{p})" if i % 2 else re.escape(p) for i, p in enumerate(pieces)))


def expectations(chunk: Chunk, name: str) -> list[Expectation]:
    """What the comments of a chunk ask for.

    Raises:
        MalformedExpectation: a comment that cannot be read, or points nowhere.
    """
    lines = chunk.text.splitlines()
    matches = [_COMMENT.search(line) for line in lines]
    found = []
    for index, match in enumerate(matches):
        number = chunk.line + index
        if match is None:
            if _PROBABLE.search(lines[index]):
                raise MalformedExpectation(
                    f"{name}:{number}: error: malformed expectation; write expected-error @+1 {{{{text}}}}"
                )
            continue
        place = match["place"]
        if place == "unknown":
            line = None
        elif place in ("above", "below"):
            step = -1 if place == "above" else 1
            target = index + step
            while 0 <= target < len(lines) and matches[target] is not None:
                target += step
            if not 0 <= target < len(lines):
                raise MalformedExpectation(f"{name}:{number}: error: no line {place} this expectation")
            line = chunk.line + target
        else:
            line = number + int(place or 0)
        try:
            pattern = _pattern(match["text"], bool(match["re"]))
        except re.error as error:
            raise MalformedExpectation(f"{name}:{number}: error: bad regular expression: {error}") from None
        found.append(Expectation(match["kind"], match["text"], pattern, line, number))
    return found


def _flat(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    for diagnostic in diagnostics:
        yield diagnostic
        # The bindings attach the operation to errors of MLIR's verifiers; mlir-opt does not, here.
        yield from (n for n in diagnostic.notes if not n.message.startswith("see current operation"))


def differences(expected: list[Expectation], diagnostics: Iterable[Diagnostic], name: str) -> list[str]:
    """One line for each diagnostic that nobody expects and each expectation that nothing meets."""
    open_, lines = list(expected), []
    for diagnostic in _flat(diagnostics):
        met = next((e for e in open_ if e.meets(diagnostic, name)), None)
        if met is not None:
            open_.remove(met)
        else:
            message = diagnostic.lines()[0].removeprefix(diagnostic.where())
            lines.append(f"{diagnostic.where() or name + ': '}error: unexpected {message}")
    lines += [f'{name}:{e.comment_line}: error: expected {e.kind} "{e.text}" was not produced' for e in open_]
    return lines
