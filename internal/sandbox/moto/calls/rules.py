"""What a model allows of a request's parameters: required members, enums, lengths, ranges, patterns."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

import regex

NUMBERS = ("integer", "long", "float", "double", "short", "byte")

# Kept out of notes and messages, beside what the models call sensitive.
SECRET = regex.compile(r"(?i)password|secret_?string|secret_?binary|private_?key|authtoken")

# An enum of up to so many values is listed whole.
LISTED = 20

# Java's way to say "the characters beyond 16 bits", which is none of a pattern over characters.
PAIRS = r"\uD800\uDC00-\uDBFF\uDFFF"


def faults(shape, value, path: str = "", secret: bool = False) -> Iterator[str]:
    """Each as "member: what was sent, what is allowed"."""
    secret = secret or is_secret(shape, path)
    shown = "a secret" if secret else clipped(value)
    limits = shape.metadata
    match shape.type_name:
        case "structure":
            yield from faults_of_members(shape, value, path, secret)
        case "list":
            yield from outside(limits, len(value), path, f"{len(value)} elements", " elements")
            for i, element in enumerate(value):
                yield from faults(shape.member, element, f"{path}[{i}]", secret)
        case "map":
            yield from outside(limits, len(value), path, f"{len(value)} entries", " entries")
            for key, element in value.items():
                yield from faults(shape.key, key, f"{path}, key {key!r}", secret)
                yield from faults(shape.value, element, f"{path}[{key!r}]", secret)
        case "string":
            yield from faults_of_text(shape, value, path, shown)
        case "blob":
            yield from outside(limits, len(value), path, f"{len(value)} bytes", " bytes")
        case kind if kind in NUMBERS:
            yield from outside(limits, value, path, shown)


def faults_of_members(shape, value, path: str, secret: bool) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield f"{joined(path, name)}: it is missing, and required"
    if shape.metadata.get("union") and len(value) != 1:
        yield f"{path}: has {', '.join(value) or 'no member'}, of which exactly one is allowed"
    for name, member in value.items():
        if member is not None:
            yield from faults(shape.members[name], member, joined(path, name), secret)


def faults_of_text(shape, value, path: str, shown: str) -> Iterator[str]:
    if not isinstance(value, str):
        return  # a header that is JSON
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield f"{path}: {shown}, allowed is {listed(enum, value)}"
    length = len(value)
    yield from outside(shape.metadata, length, path, f"{shown} of {length} characters", " characters")
    pattern = shape.metadata.get("pattern")
    if pattern and not compiled(pattern).fullmatch(value):
        yield f"{path}: {shown}, allowed is what matches {pattern}"


def outside(limits, size: float, path: str, shown: str, unit: str = "") -> Iterator[str]:
    low, high = limits.get("min"), limits.get("max")
    if low is not None and size < low:
        yield f"{path}: {shown}, allowed is at least {low}{unit}"
    if high is not None and size > high:
        yield f"{path}: {shown}, allowed is at most {high}{unit}"


def listed(enum: list[str], value: str) -> str:
    """All values of an enum, or of a long one those that were probably meant."""
    if len(enum) <= LISTED:
        return " or ".join(enum)
    near = get_close_matches(value, enum) or enum[:3]
    return f"one of {len(enum)} values such as {', '.join(near)}"


@cache
def compiled(pattern: str):
    # Java's \w has no letters beyond ASCII; a pattern that wants them says \p{L}.
    flags = 0 if r"\p" in pattern else regex.ASCII
    return regex.compile(pattern.replace(PAIRS, r"\U00010000-\U0010FFFF"), flags)


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def clipped(value) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:120] + "..."


def is_secret(shape, path: str) -> bool:
    if shape.metadata.get("sensitive"):
        return True
    return shape.type_name in ("string", "blob") and bool(SECRET.search(path.rpartition(".")[2]))


def without_secrets(shape, value, path: str = "") -> Any:
    """The parameters as they may be kept: without secrets and tokens, and bytes as their number."""
    if is_secret(shape, path):
        return "(secret)"
    match shape.type_name:
        case "structure":
            return {
                name: without_secrets(shape.members[name], member, joined(path, name))
                for name, member in value.items()
                if member is not None and not shape.members[name].metadata.get("idempotencyToken")
            }
        case "list":
            return [without_secrets(shape.member, element, path) for element in value]
        case "map":
            # A key may be what tells that its value is a secret.
            return {
                key: without_secrets(shape.value, element, f"{path}.{key}")
                for key, element in value.items()
            }
        case "blob":
            return f"({len(value)} bytes)"
        case "timestamp":
            return str(value)
    return value
