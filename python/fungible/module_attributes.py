"""The attributes that make a module's text complete: its schema and its initial state.

They are read and written as text, so that this works at every stage, those whose dialects
only IREE can parse included. See docs/design.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from .errors import CompilationError
from .schema import Schema, numpy_dtype

_SCHEMA = "fungible.schema"
_STATE = "fungible.initial_state"
_HEADER = re.compile(r"^(builtin\.)?module(?: @[\w.$-]+)?( attributes (?=\{))?", re.MULTILINE)
_ELEMENTS = {
    "float64": "f64",
    "float32": "f32",
    "float16": "f16",
    "bfloat16": "bf16",
    "int64": "i64",
    "int32": "i32",
    "int16": "i16",
    "int8": "i8",
    "uint8": "i8",
    "bool": "i1",
}
_ALIGNMENT = 64


def _after_string(text: str, start: int) -> int:
    """Position after the string literal whose opening quote is at `start`."""
    position = start + 1
    while position < len(text):
        if text[position] == '"':
            return position + 1
        position += 2 if text[position] == "\\" else 1
    raise CompilationError("the module ends in the middle of its attributes")


def _closing(text: str, start: int) -> int:
    """Position after the bracket that closes the one at `start`; quoted text is skipped."""
    depth, position = 0, start
    while position < len(text):
        character = text[position]
        if character == '"':
            position = _after_string(text, position)
            continue
        if character in "{[(<":
            depth += 1
        elif character in "}])" or (character == ">" and text[position - 1] != "-"):
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    raise CompilationError("the module ends in the middle of its attributes")


def _escaped(text: str) -> str:
    """The inside of an MLIR string literal: other bytes than plain ASCII as two hex digits."""
    plain = set(range(0x20, 0x7F)) - set(b'"\\')
    return "".join(chr(byte) if byte in plain else f"\\{byte:02X}" for byte in text.encode())


def _unescaped(literal: str) -> str:
    """The text of an MLIR string literal's inside.

    Raises:
        UnicodeError: it is not UTF-8.
    """

    def byte(match: re.Match) -> str:
        if len(match[1]) == 2:
            return chr(int(match[1], 16))
        return {"n": "\n", "t": "\t"}.get(match[1], match[1])

    raw = literal.encode().decode("latin-1")
    return re.sub(r"\\([0-9A-Fa-f]{2}|.)", byte, raw).encode("latin-1").decode()


def _attributes(text: str) -> tuple[int, int] | None:
    """Where the module's attribute dictionary is, braces included; None where it has none."""
    match = _HEADER.search(text)
    return (match.end(), _closing(text, match.end())) if match is not None and match.group(2) else None


def _find(text: str, name: str) -> tuple[int, int, int] | None:
    """Start of the attribute, start of its value, and end of it, among the module's attributes."""
    span = _attributes(text)
    if span is None:
        return None
    match = re.compile(rf'[{{ ]"?{re.escape(name)}"? = ').search(text, *span)
    if match is None:
        return None
    value = match.end()
    end = _after_string(text, value) if text[value] == '"' else _closing(text, value)
    return match.start() + 1, value, end


def read_schema(text: str) -> Schema:
    """The schema in a module's text.

    Raises:
        CompilationError: it has none, or one that is damaged.
    """
    found = _find(text, _SCHEMA)
    if found is None:
        raise CompilationError(
            f"the module has no attribute {_SCHEMA}, which an artifact needs; --compile-to prints a stage without one"
        )
    _, value, end = found
    try:
        return Schema.loads(_unescaped(text[value + 1 : end - 1]))
    except (ValueError, UnicodeError) as error:
        raise CompilationError(f"the attribute {_SCHEMA} is damaged: {error}") from None


def _is_zero(array: np.ndarray) -> bool:
    return not array.reshape(-1).view(np.uint8).any()


def attach_state(text: str, state: Mapping[str, np.ndarray]) -> str:
    """The module's text with its initial state: zeros as splats, the rest as resources."""
    entries, blobs, keys = [], [], set()
    for name, array in state.items():
        array = np.asarray(array)
        type_ = f"tensor<{''.join(f'{d}x' for d in array.shape)}{_ELEMENTS[array.dtype.name]}>"
        if _is_zero(array):
            zero = "false" if array.dtype == bool else "0" if array.dtype.kind in "iu" else "0.000000e+00"
            entries.append(f'"{_escaped(name)}" = dense<{zero}> : {type_}')
        else:
            key = f"initial_state.{re.sub(r'[^A-Za-z0-9_.]', '_', name)}"
            if key in keys:
                key = f"{key}.{len(keys)}"
            keys.add(key)
            entries.append(f'"{_escaped(name)}" = dense_resource<{key}> : {type_}')
            blob = _ALIGNMENT.to_bytes(4, "little") + array.tobytes()
            blobs.append(f'      {key}: "0x{blob.hex().upper()}"')
    attribute = f"{_STATE} = {{{', '.join(entries)}}}"
    span = _attributes(text)
    if span is None:
        position = _HEADER.search(text).end()
        text = f"{text[:position]} attributes {{{attribute}}}{text[position:]}"
    else:
        start = span[0] + 1
        separator = "" if text[start] == "}" else ", "
        text = f"{text[:start]}{attribute}{separator}{text[start:]}"
    if not blobs:
        return text
    section = re.compile(r"\{-#\n  dialect_resources: \{\n    builtin: \{\n").search(text)
    joined = ",\n".join(blobs)
    if section is not None:
        return f"{text[: section.end()]}{joined},\n{text[section.end() :]}"
    return f"{text.rstrip()}\n\n{{-#\n  dialect_resources: {{\n    builtin: {{\n{joined}\n    }}\n  }}\n#-}}\n"


def detach_state(text: str) -> tuple[str, dict[str, np.ndarray] | None]:
    """The text without its initial state, and that state; None where it had none.

    Raises:
        CompilationError: a value that is not a zero splat and has no data behind it.
    """
    found = _find(text, _STATE)
    if found is None:
        return text, None
    start, value, end = found
    entries = text[value + 1 : end - 1]
    # One of the commas goes with it; modules written by hand break lines around them.
    following = re.compile(r"\s*,\s*").match(text, end)
    after = following.end() if following else end
    if not following:
        start = len(re.sub(r",\s*$", "", text[:start]))
    dtypes = {element: name for name, element in reversed(_ELEMENTS.items())}
    pattern = re.compile(
        r'(?:"(?P<quoted>[^"]*)"|(?P<bare>[\w.$-]+)) = (?:dense<(?P<splat>[^>]*)>|dense_resource<(?P<key>"[^"]*"|[^>]*)>)'
        r" : tensor<(?P<type>[^>]*)>"
    )
    state, resources = {}, {}
    text = text[:start] + text[after:]
    if "dense_resource" in entries:
        for match in re.finditer(r'^ +("[^"]+"|[\w.$-]+): "0x([0-9A-Fa-f]*)",?\n', text, re.MULTILINE):
            resources[match[1].strip('"')] = match
    used = []
    for match in pattern.finditer(entries):
        name = match["bare"] or _unescaped(match["quoted"])
        *shape, element = match["type"].split("x")
        dtype = numpy_dtype(dtypes[element])
        shape = tuple(int(dimension) for dimension in shape)
        if match["splat"] is not None:
            number = {"true": 1, "false": 0}.get(match["splat"])
            number = float(match["splat"]) if number is None else number
            state[name] = np.full(shape, number, dtype)
            continue
        resource = resources.get(match["key"].strip('"'))
        if resource is None:
            raise CompilationError(f"the module names initial values of {name}, but does not hold them")
        data = bytes.fromhex(resource[2])[4:]
        state[name] = np.frombuffer(data, dtype).reshape(shape).copy()
        used.append(resource)
    for resource in sorted(used, key=lambda m: -m.start()):
        text = text[: resource.start()] + text[resource.end() :]
    return _tidy_resources(text), state


def _tidy_resources(text: str) -> str:
    """Mends the list that entries were taken out of."""
    text = re.sub(r'(: "0x[0-9A-Fa-f]*"),\n(    \})', r"\1\n\2", text)
    return re.sub(r"\{-#\n  dialect_resources: \{\n    builtin: \{\n    \}\n  \}\n#-\}\n?", "", text)
