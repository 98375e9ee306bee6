"""The pages that people read, where the tests of them look."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)]


def named(page: Path) -> str:
    """Which page, from the root of the repository: an id for tests."""
    return str(page.relative_to(ROOT))
