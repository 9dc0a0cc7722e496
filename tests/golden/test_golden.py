"""Each kind's history is the one that was written down and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.histories import STORIES, histories_of, story_of, text_of


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_histories_are_as_written_down(path: Path) -> None:
    """After a change that is meant: `python -m tests.golden`, and read the difference."""
    story = story_of(path)
    assert histories_of(story) == story["histories"]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_files_have_the_form_in_which_they_are_written(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == text_of(story_of(path))


def test_there_are_stories() -> None:
    assert {"CompilationJob", "Pipeline", "PipelineExecution"} <= {path.stem for path in STORIES}
