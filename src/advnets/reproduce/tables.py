"""The ledger for people: a list of claims, and the pages of records that the documents show.

python -m advnets.reproduce.tables results docs       writes the pages again
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from advnets.reproduce.claims import Claim, Criterion
from advnets.reproduce.ledger import GROUPS
from advnets.reproduce.records import read_record

PAGES = {
    "paper": ("results.md", "The ledger: what the paper says, and what we measured"),
    "tutorial": ("results-tutorial.md", "The ledger of the tutorial: costs, tricks, failures and cures"),
}
"""Where the records of a group are shown, and under which title."""
MEANINGS = {
    "reproduced": "the criterion holds for the mean over seeds, and every further check for every seed",
    "partly": "it holds in part; what is missing is said below",
    "not": "it does not hold here",
    "shown": "no criterion: nothing was published to compare with",
    "path-only": "reduced size or other data than the original's: it shows that the path runs, and nothing else",
}


def listed(claims: Iterable[Claim]) -> dict[str, dict[str, Any]]:
    """Claims as plain values, by id."""
    return {
        claim.id: {
            "claim": claim.claim,
            "source": claim.source,
            "published": None if claim.published is None else dict(claim.published),
            "unit": claim.unit,
            "criterion": None if claim.criterion is None else claim.criterion.words(),
            "seeds": claim.seeds,
            "minutes": claim.minutes,
        }
        for claim in claims
    }


def records(folder: Path, claims: Iterable[Claim]) -> dict[str, dict[str, Any]]:
    """The records of those claims that were measured, by id."""
    return {claim.id: read_record(file) for claim in claims if (file := folder / f"{claim.id}.json").exists()}


def page(group: str, results: Path) -> str:
    """The page of records of a group of claims.

    Args:
        group: its name.
        results: the folder of records; figures lie in its folder `figures`, named by the claim's id, or by it and a word more.
    """
    claims = GROUPS[group]
    found = records(results, claims)
    lines = [
        f"# {PAGES[group][1]}",
        "",
        "A claim is a sentence of a paper. A record holds what was published, what every seed gave here, and a verdict. This",
        "page is generated from the records in `results/` (`make ledger`); nothing on it is typed by hand. Figures are of seed 0.",
        "",
        "A criterion is put to the mean over all seeds. It is the paper's number where there is one, and otherwise our own. The",
        "interval is of the mean over seeds; of a single seed it is that of its samples. Times leave out runs that were found trained.",
        "",
        "```sh",
        "advnets reproduce --list",
        f"advnets reproduce {claims[0].id}",
        f"advnets reproduce {group} --quick",
        "```",
        "",
        "| verdict | meaning |",
        "|---|---|",
        *(f"| {verdict} | {meaning} |" for verdict, meaning in MEANINGS.items()),
        "",
        "| claim | published | measured | 95 % interval | seeds | verdict |",
        "|---|---|---|---|---|---|",
        *(row(record) for record in found.values()),
        "",
    ]
    for claim in claims:
        lines += section(claim, found[claim.id], figures_of(results / "figures", claim.id)) if claim.id in found else unmeasured(claim)
    return "\n".join(lines)


def figures_of(figures: Path, name: str) -> list[Path]:
    """The figures of a claim: files named by it, or by it and a word more."""
    return sorted([*figures.glob(f"{name}.*"), *figures.glob(f"{name}_*")])


def unmeasured(claim: Claim) -> list[str]:
    """What the page says of a claim without a record."""
    return [
        f"## {claim.id}",
        "",
        f"{claim.claim} ({claim.source})",
        "",
        f"Not measured at full size yet: `advnets reproduce {claim.id}`.",
        "",
    ]


def row(record: dict[str, Any]) -> str:
    """A line of the table."""
    between = "" if record["interval"] is None else f"{number(record['interval'][0])} to {number(record['interval'][1])}"
    cells = (
        f"[`{record['id']}`](#{record['id']})",
        published(record),
        number(record["measured"]["value"]),
        between,
        str(len(record["seeds"])),
        record["verdict"],
    )
    return f"| {' | '.join(cells)} |"


def published(record: dict[str, Any]) -> str:
    """The published value with its error, if there is one."""
    known = record["published"]
    if known is None:
        return "–"
    return str(known["value"]) + (f" ± {known['standard_error']}" if "standard_error" in known else "")


def section(claim: Claim, record: dict[str, Any], pictures: Sequence[Path]) -> list[str]:
    """What the page says of one claim."""
    measured = f"{number(record['measured']['value'])} ({record['measured']['unit']}): **{record['verdict']}**"
    count = "" if record["samples"] is None else f" {record['samples']:,} samples."
    return [
        f"## {record['id']}",
        "",
        f"{record['claim']} ({record['source']})",
        "",
        f"Measured: {measured}.{count} `{record['command']}`, {duration(record['seconds'])}, at {str(record['commit'])[:12]}.",
        *([] if claim.criterion is None else [f"Criterion: {claim.criterion.words()}; {met(claim.criterion, record['seeds'])}."]),
        "",
        *seeds(record["seeds"]),
        *(line for number, text in enumerate(record["deviations"], 1) for line in (f"{number}. {text}",)),
        *([""] if record["deviations"] else []),
        *(line for picture in pictures for line in (f"![{record['claim']}](figures/{picture.name})", "")),
    ]


def met(criterion: Criterion, seeds: Sequence[dict[str, Any]]) -> str:
    """How many of several seeds meet a criterion for themselves."""
    number = sum(seed["value"] is not None and criterion.met(seed["value"]) for seed in seeds)
    return f"met by {number} of {len(seeds)} seeds alone" if len(seeds) > 1 else "met" if number else "not met"


def seeds(found: Sequence[dict[str, Any]]) -> list[str]:
    """A table of all values of all seeds."""
    names = list(dict.fromkeys(name for seed in found for name, value in seed.items() if not isinstance(value, dict | list)))
    lines = [f"| {' | '.join(words(name) for name in names)} |", "|" + "---|" * len(names)]
    lines += [f"| {' | '.join(number(seed.get(name)) for name in names)} |" for seed in found]
    checks = [
        f"- {'holds' if holds else '**fails**'} (seed {seed['seed']}): {text}"
        for seed in found
        for text, holds in seed.get("checks", {}).items()
    ]
    return [*lines, "", *checks, *([""] if checks else [])]


def words(name: str) -> str:
    """A key as words."""
    return name.replace("_", " ")


def number(value: Any) -> str:
    """A value of a record, in at most five digits."""
    if isinstance(value, float):
        return f"{value:.5g}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def duration(seconds: float) -> str:
    """In words: 45 s, 12 min."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


if __name__ == "__main__":
    results, docs = map(Path, sys.argv[1:])
    for group, (file, _) in PAGES.items():
        (docs / file).write_text(page(group, results))
