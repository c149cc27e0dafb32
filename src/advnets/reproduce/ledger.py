"""All claims by id, and the groups that can be measured by one word."""

from __future__ import annotations

from advnets.errors import BadInput
from advnets.experiment.codec import nearest
from advnets.reproduce import paper, tutorial
from advnets.reproduce.claims import Claim

GROUPS: dict[str, tuple[Claim, ...]] = {"paper": paper.CLAIMS, "tutorial": tutorial.CLAIMS}
CLAIMS: dict[str, Claim] = {claim.id: claim for group in GROUPS.values() for claim in group}


def chosen(names: list[str]) -> list[Claim]:
    """The claims that ids and names of groups stand for, in the order of the ledger, each once.

    Raises:
        BadInput: a name that is neither.
    """
    for name in names:
        if name not in CLAIMS and name not in GROUPS:
            raise BadInput(f"unknown claim {name!r}; {nearest(name, [*CLAIMS, *GROUPS])}")
    wanted = {claim.id for name in names for claim in (GROUPS[name] if name in GROUPS else (CLAIMS[name],))}
    return [claim for claim in CLAIMS.values() if claim.id in wanted]
