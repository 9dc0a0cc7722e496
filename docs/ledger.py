"""The facts about the real service, by name, and which of them a test holds.

`facts()` names every fact of `docs/facts/`: a path of the YAML's keys (`jobs.TrainingJob.lifecycle.stop`;
of an entry in a list of sentences, the first words of the sentence), or a section of `cross-cutting.md` or
`pipelines.md` and the first words of a row (`cross-cutting.8.keys-starting-with-aws`,
`pipelines.Reports.steps-that-have-not-started-are`). `holders()` reads the tests: a
test names the facts that it holds by `@pytest.mark.fact("...")`, or has their names in a table. What is
not held stands in `docs/facts/not-held.yaml`, with the reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT / "docs" / "facts"
FILES = ("jobs", "hosting", "metadata", "reports")
TABLES = ("cross-cutting", "pipelines")

CONFIDENCES = ("documented", "seen-in-client", "seen-in-issue", "assumed")

NOT_FACTS = frozenset(
    {"sources", "source", "list_sources", "confidence", "messages_confidence", "clients"}
)
"""Keys that say where a fact is from, not what it is."""

WHOLE = frozenset(
    {
        "enum",
        "path",
        "stop",
        "delete",
        "update",
        "start",
        "terminal",
        "order",
        "on_stop",
        "in_progress",
        "weights_and_capacities",
        "software_update",
        "deep_health_check",
    }
)
"""Keys whose list is one fact: a route, a set of words."""

WHOLE_BELOW = frozenset({"declared_errors", "by_primary", "secondary_by_primary"})
"""Keys below which each list is one fact."""

WORDS = 6
"""So many first words of a sentence are its name."""


class Fact(NamedTuple):
    """One thing that is known about the real service.

    Args:
        name: Its name.
        text: What it says.
        confidence: How sure it is, one of `CONFIDENCES`.
        value: The value in the YAML file; of a table the cells of the row.
    """

    name: str
    text: str
    confidence: str
    value: Any


# Names --------------------------------------------------------------------------------------------


@cache
def facts() -> Mapping[str, Fact]:
    """Return every fact by its name, in the order of the files."""
    found: dict[str, Fact] = {}
    for file in FILES:
        entries = yaml.safe_load((FACTS / f"{file}.yaml").read_text(encoding="utf-8")) or {}
        for entry, content in entries.items():
            _add(found, _below([file, entry], content, "documented"))
    for file in TABLES:
        _add(found, _rows(file, (FACTS / f"{file}.md").read_text(encoding="utf-8")))
    return found


def _add(found: dict[str, Fact], more: Iterable[Fact]) -> None:
    """Put facts into the table; the second of a name gets a number."""
    for fact in more:
        name, number = fact.name, 1
        while name in found:
            number += 1
            name = f"{fact.name}-{number}"
        found[name] = fact._replace(name=name)


def _below(path: list[str], content: Any, confidence: str) -> Iterator[Fact]:
    """Yield the facts of one entry of a YAML file."""
    if isinstance(content, dict):
        confidence = str(content.get("confidence", confidence))
        if "when" in content:
            name = slug(str(content["when"]), 9)
            yield _fact([*path, name], content, _told(content), confidence)
            return
        for key, value in content.items():
            if key not in NOT_FACTS and not str(key).endswith("_sources"):
                yield from _below([*path, _key(str(key))], value, confidence)
    elif isinstance(content, list) and not (path[-1] in WHOLE or path[-2] in WHOLE_BELOW):
        for item in content:
            if isinstance(item, str):
                yield _fact([*path, slug(item.partition(":")[0])], item, item, confidence)
            else:
                yield from _below(path, item, confidence)
    else:
        told = ", ".join(map(str, content)) if isinstance(content, list) else str(content)
        yield _fact(path, content, told, confidence)


def _key(text: str) -> str:
    return text if re.fullmatch(r"[\w-]+", text) else slug(text)


def _told(error: Mapping[str, Any]) -> str:
    said = [str(error["code"])] if "code" in error else []
    said += [str(error["message"])] if "message" in error else []
    said += [f"({error['note']})"] if "note" in error else []
    return f"{error['when']}: {' '.join(said)}"


def _fact(path: list[str], value: Any, text: str, confidence: str) -> Fact:
    sure = "assumed" if "(assumed)" in text or text.endswith("assumed") else _sure(confidence)
    return Fact(".".join(path), text, sure, value)


def _sure(words: str) -> str:
    """Return the first of the known words of confidence that stands in a text."""
    places = {word: words.find(word) for word in CONFIDENCES if word in words}
    return min(places, key=lambda word: places[word]) if places else "documented"


def _rows(file: str, text: str) -> Iterator[Fact]:
    """Yield the facts of a page: the rows of its tables and the entries of its lists."""
    section = ""
    head: list[str] = []
    for line in text.splitlines():
        if heading := re.match(r"## (?:(\d+)\.)?(.*)", line):
            section, head = heading[1] or slug(heading[2], 9), []
        elif not section or section == LAST_SECTION:
            continue
        elif line.startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not head:
                head = cells
            elif set(cells[0]) != {"-"}:
                row = dict(zip(head, cells, strict=False))
                told = "; ".join(c for k, c in row.items() if k.lower() not in SAYING_WHENCE)
                yield Fact(f"{file}.{section}.{slug(cells[0])}", told, _sure_of(row), row)
        else:
            head = []
            if line.startswith("- "):
                sure = "assumed" if "assumed" in line else _sure(line)
                yield Fact(f"{file}.{section}.{slug(line[2:])}", line[2:], sure, line[2:])


SAYING_WHENCE = ("confidence, source", "confidence", "source")
"""Columns that say where a fact is from and how sure it is."""


def _sure_of(row: Mapping[str, str]) -> str:
    """Return the confidence of a row.

    Where it is just *seen*, it was in an issue if a recording or an issue's number stands beside it.
    """
    cells = {column.lower(): cell for column, cell in row.items()}
    whence = [cells[column] for column in SAYING_WHENCE if cells.get(column)]
    where = "issue" if re.search(r"recorded|issue|/[\w-]+ \d{3,}", " ".join(whence)) else "client"
    words = whence[0] if whence else ""
    return _sure(re.sub(r"\bseen\b(?!-)", f"seen-in-{where}", words))


LAST_SECTION = "13"
"""The section that says what was not found."""


def slug(text: str, words: int = WORDS) -> str:
    """Return the first words of a text as a part of a name."""
    plain = re.findall(r"[A-Za-z0-9_]+", re.sub(r"\([^)]*\)", "", text) or text)
    return "-".join(plain[:words]) or "-"


# Tests --------------------------------------------------------------------------------------------


def is_name(text: str) -> bool:
    """Return whether a text is spelled as the name of a fact, or as a pattern of names."""
    plain = rf"({'|'.join((*FILES, *TABLES))})(\.[\w*-]+){{2,}}"
    return bool(re.fullmatch(rf"{plain}|\*\.\*(\.[\w*-]+)+", text))


def matching(pattern: str) -> list[str]:
    """Return the names of the facts that a name or a pattern (`*.*.arn`; `*` is no dot) means."""
    if "*" not in pattern:
        return [pattern] if pattern in facts() else []
    expression = re.compile(re.escape(pattern).replace(r"\*", "[^.]*"))
    return [name for name in facts() if expression.fullmatch(name)]


def named_in_full() -> list[tuple[str, str]]:
    """Return `(test, fact)` for each fact that a test names without a pattern."""
    return [(test, name) for test, name in _names_in_tests() if "*" not in name]


def named(*patterns: str) -> list[Fact]:
    """Return the facts that a table of tests is to hold: what a pattern means and nothing else names.

    A fact that a test names in full is that test's, and one in `not-held.yaml` is no test's.
    """
    others = {name for _, name in named_in_full()} | not_held().keys()
    return [
        facts()[name]
        for pattern in patterns
        for name in matching(pattern)
        if name not in others or name == pattern
    ]


def tests() -> list[Path]:
    """Return the files of tests."""
    return sorted((ROOT / "tests").rglob("test_*.py"))


@cache
def _names_in_tests() -> tuple[tuple[str, str], ...]:
    """Return `(test, name or pattern)` for each fact that a test names."""
    return tuple(pair for file in tests() for pair in _names_in(file))


def _names_in(file: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    place = file.relative_to(ROOT).as_posix()
    for statement in tree.body:
        where = place
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            where = f"{place}::{statement.name}"
        for part in ast.walk(statement):
            text = part.value if isinstance(part, ast.Constant) else None
            if isinstance(text, str) and is_name(text):
                yield where, text


@cache
def holders() -> Mapping[str, tuple[str, ...]]:
    """Return the tests that hold each fact."""
    in_full = {name for _, name in named_in_full()}
    found: dict[str, dict[str, None]] = {}
    for test, pattern in _names_in_tests():
        for name in matching(pattern):
            if name == pattern or (name not in in_full and name not in not_held()):
                found.setdefault(name, {})[test] = None
    return {name: tuple(tests) for name, tests in found.items()}


@cache
def _reasons() -> Mapping[str, list[str]]:
    text = (FACTS / "not-held.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text) or {}


@cache
def not_held() -> Mapping[str, str]:
    """Return the reason of each fact that is not held, by name."""
    return {
        name: reason
        for reason, patterns in _reasons().items()
        for pattern in patterns
        for name in matching(pattern)
    }


def unknown() -> list[tuple[str, str]]:
    """Return `(where, name)` of the names in tests and in `not-held.yaml` that mean no fact."""
    listed = [
        ("not-held.yaml", pattern) for patterns in _reasons().values() for pattern in patterns
    ]
    return [(where, name) for where, name in [*_names_in_tests(), *listed] if not matching(name)]
