"""The documents of the project: their files, headings, links and fenced blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *PAGES]

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    file: Path
    number: int
    language: str
    text: str

    @property
    def name(self) -> str:
        """What a test calls it."""
        return f"{self.file.relative_to(ROOT)}-{self.number}"


def blocks(language: str) -> list[Block]:
    """All blocks in a language, in order."""
    return [
        Block(file, number, found[1], found[2])
        for file in DOCUMENTS
        for number, found in enumerate(FENCE.finditer(file.read_text()))
        if found[1] == language
    ]


def prose(file: Path) -> str:
    """A document without its fenced blocks."""
    return FENCE.sub("", file.read_text())


def anchors(file: Path) -> set[str]:
    """What links into a document may point at."""
    titles = re.findall(r"^#+ +(.*)$", prose(file), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


def links(file: Path) -> Iterator[str]:
    """The targets of all links and pictures of a document."""
    return (found[1] for found in re.finditer(r"\]\(([^)\s]+)\)", prose(file)))


def commands() -> list[list[str]]:
    """The words after `advnets` on every command line of the documents."""
    lines = [line.split("#")[0].split() for block in blocks("sh") for line in block.text.splitlines()]
    started = [line[line.index("-m") + 1 :] if line[:1] == ["torchrun"] else line for line in lines]
    return [line[1:] for line in started if line[:1] == ["advnets"]]
