"""The part of the Liquid template language that worker templates use.

Output with filters, `for`, `if` with `else` and `assign`; anything else in `{% %}` is an error. Values
are escaped unless they pass `skip_autoescape`. `grant_read_access` leaves a location as it is: no
presigned URL is made.

Source: Developer Guide, sms-custom-templates-step2-automate (filters and escaping).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_PATH = re.compile(r"[\w-]+|\[\s*(?:\d+|\"[^\"]*\"|'[^']*')\s*\]")
_FOR = re.compile(r"for\s+(\w+)\s+in\s+(.+)", re.DOTALL)
_ASSIGN = re.compile(r"assign\s+(\w+)\s*=\s*(.+)", re.DOTALL)
_COMPARISON = re.compile(r"(.+?)\s*(==|!=|contains)\s*(.+)", re.DOTALL)


class TemplateError(Exception):
    """A template that cannot be read."""


class Safe(str):
    """A text that is not escaped."""

    __slots__ = ()


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """Return a template with values put in.

    Args:
        template: The text.
        values: What names in it stand for; an unknown name stands for nothing.

    Raises:
        TemplateError: A tag is unknown, not closed, or closed without being open.
    """
    tokens = iter(_TOKEN.split(template))
    text, end = _block(tokens, dict(values), ())
    if end:
        raise TemplateError(f"The tag {{% {end} %}} has nothing to close.")
    return text


def _block(tokens: Iterator[str], values: dict[str, Any], ends: tuple[str, ...]) -> tuple[str, str]:
    """Return the text up to one of the tags that end the block, and that tag."""
    parts: list[str] = []
    for token in tokens:
        if token.startswith("{{") and token.endswith("}}"):
            parts.append(_shown(_value(token[2:-2].strip("- \n\t"), values)))
        elif token.startswith("{%") and token.endswith("%}"):
            tag = token[2:-2].strip("- \n\t")
            if tag in ("endfor", "endif", "else"):
                if tag not in ends:
                    raise TemplateError(f"The tag {{% {tag} %}} has nothing to close.")
                return "".join(parts), tag
            parts.append(_tag(tag, tokens, values))
        elif "{{" in token or "{%" in token:
            raise TemplateError(f"A tag is not closed: {token[token.index('{') :][:40]}")
        else:
            parts.append(token)
    if ends:
        raise TemplateError(f"The template ends without {{% {ends[0]} %}}.")
    return "".join(parts), ""


def _tag(tag: str, tokens: Iterator[str], values: dict[str, Any]) -> str:
    loop, assigned = _FOR.fullmatch(tag), _ASSIGN.fullmatch(tag)
    if loop is not None:
        inner = _inner(tokens)
        items = _value(loop[2], values)
        each = items if isinstance(items, list) else []
        return "".join(
            _block(iter([*inner, "{% endfor %}"]), {**values, loop[1]: item}, ("endfor",))[0]
            for item in each
        )
    if assigned is not None:
        values[assigned[1]] = _value(assigned[2], values)
        return ""
    if tag.startswith("if "):
        holds = _holds(tag[3:].strip(), values)
        text, end = _block(tokens, values, ("endif", "else"))
        other = _block(tokens, values, ("endif",))[0] if end == "else" else ""
        return text if holds else other
    raise TemplateError(f"The tag {{% {tag} %}} is not supported.")


def _inner(tokens: Iterator[str]) -> list[str]:
    """Return the tokens of a loop's body.

    Raises:
        TemplateError: The template ends before the loop does.
    """
    depth = 1
    inner: list[str] = []
    for token in tokens:
        word = token[2:-2].strip("- \n\t") if token.startswith("{%") else ""
        depth += word.startswith("for ") - (word == "endfor")
        if depth == 0:
            return inner
        inner.append(token)
    raise TemplateError("The template ends without {% endfor %}.")


def _holds(condition: str, values: Mapping[str, Any]) -> bool:
    compared = _COMPARISON.fullmatch(condition)
    if compared is None:
        value = _value(condition, values)
        return value is not None and value is not False  # In Liquid all else is true.
    left, right = _value(compared[1], values), _value(compared[3], values)
    if compared[2] == "contains":
        return isinstance(left, (str, list)) and right in left
    return bool((left == right) is (compared[2] == "=="))


def _value(expression: str, values: Mapping[str, Any]) -> Any:
    """Return what an expression with filters stands for."""
    first, *filters = (part.strip() for part in expression.split("|"))
    value = _operand(first, values)
    for applied in filters:
        name, _, argument = applied.partition(":")
        known = _FILTERS.get(name.strip())
        if known is None:
            raise TemplateError(f"The filter {name.strip()} is not supported.")
        value = known(value, _operand(argument.strip(), values) if argument else None)
    return value


def _operand(text: str, values: Mapping[str, Any]) -> Any:
    if text[:1] in ("'", '"'):
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return json.loads(text)
    value: Any = values
    for part in _PATH.findall(text):
        key = part.strip("[] \"'") if part.startswith("[") else part
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit():
            value = value[int(key)] if int(key) < len(value) else None
        else:
            return None
    return value


def _shown(value: Any) -> str:
    if isinstance(value, Safe):
        return str(value)
    return html.escape(_plain(value))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


_FILTERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "skip_autoescape": lambda value, _: Safe(_plain(value)),
    "escape": lambda value, _: Safe(html.escape(_plain(value))),
    "to_json": lambda value, _: json.dumps(value),
    "grant_read_access": lambda value, _: value,
    "default": lambda value, other: other if value in (None, "", False) else value,
    "upcase": lambda value, _: _plain(value).upper(),
    "downcase": lambda value, _: _plain(value).lower(),
    "size": lambda value, _: len(value) if isinstance(value, (str, list)) else 0,
}
"""The filters: each gets the value and its argument, or None."""
