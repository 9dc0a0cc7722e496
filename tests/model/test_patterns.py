"""Every pattern of every SageMaker model, and how our reading of Java's dialect compares with Java."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import regex
from botocore.loaders import Loader

from sagestub.protocol.patterns import matcher_of, translate

JAVA = json.loads(Path(__file__).with_name("java_matches.json").read_text(encoding="utf-8"))
"""What `java.util.regex.Pattern.matches` (OpenJDK 17) says: pattern to texts that match and that don't."""


def patterns_of_all_models() -> list[str]:
    loader = Loader()
    names = [n for n in loader.list_available_services("service-2") if n.startswith("sagemaker")]
    shapes = [
        shape
        for name in names
        for shape in loader.load_service_model(name, "service-2")["shapes"].values()
    ]
    return sorted({shape["pattern"] for shape in shapes if "pattern" in shape})


PATTERNS = patterns_of_all_models()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_pattern_of_the_model_compiles_in_the_library_and_has_a_matcher(pattern: str) -> None:
    regex.compile(translate(pattern).text, regex.VERSION1)
    assert matcher_of(pattern) is not None


@pytest.mark.parametrize("pattern", sorted(JAVA))
def test_pattern_matches_what_java_matches(pattern: str) -> None:
    matches = matcher_of(pattern)
    assert matches is not None
    assert [text for text in JAVA[pattern]["matches"] if not matches(text)] == []
    assert [text for text in JAVA[pattern]["differs"] if matches(text)] == []


SLOW = [
    r".*[0-9a-z]+.*",
    r".*/.*/.*",
    r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:.*\/.*",
    *(pattern for pattern in PATTERNS if translate(pattern).ambiguous),
]


@pytest.mark.parametrize("pattern", SLOW)
@pytest.mark.parametrize("unit", ["a", "0", "a-", "/", "a/", "1."])
def test_long_text_that_nearly_matches_is_refused_in_bounded_time(pattern: str, unit: str) -> None:
    """What stands at the end makes a backtracking matcher try everything; it has to give up."""
    matches = matcher_of(pattern)
    assert matches is not None
    begun = JAVA.get(pattern, {"matches": [""]})["matches"][0]
    assert not matches(begun + unit * 50_000 + "\u2028")


@pytest.mark.parametrize(
    "pattern",
    [
        r"https://([.\-_a-zA-Z0-9]+/?){3,1016}",
        r"[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}?",
        r"(a+)*",
        r"(a|a)*",
        r"(a*b?)*",
        r"((a?)(b?)){20,}",
    ],
)
def test_pattern_that_divides_a_text_in_many_ways_is_known_as_ambiguous(pattern: str) -> None:
    assert translate(pattern).ambiguous


@pytest.mark.parametrize(
    "pattern",
    [r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", r"\w+(?:-\w+)+", r".*(?:[ \r\n\t].*)*", r"[\S\s]*"],
)
def test_pattern_that_divides_a_text_in_one_way_needs_no_limit(pattern: str) -> None:
    assert not translate(pattern).ambiguous


@pytest.mark.parametrize("pattern", ["(", ")", "a{", "*a", "(?i)a", r"\k<x>", "[a", "[z-a]", r"\p"])
def test_pattern_that_is_not_understood_refuses_nothing(pattern: str) -> None:
    assert matcher_of(pattern) is None
