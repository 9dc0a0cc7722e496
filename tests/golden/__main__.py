"""Rewrite the golden histories: `python -m tests.golden`. Read the difference before committing it."""

from __future__ import annotations

from tests.golden.histories import STORIES, histories_of, story_of, text_of


def rewrite() -> None:
    for path in STORIES:
        story = story_of(path)
        path.write_text(text_of({**story, "histories": histories_of(story)}), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
