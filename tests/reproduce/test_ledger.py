"""The claims, and the command that measures them."""

import json

import pytest

from advnets.cli import main
from advnets.reproduce.ledger import CLAIMS, GROUPS, chosen
from advnets.reproduce.records import KEYS, VERDICTS, read_record


def test_ids_are_words_and_named_once():
    everything = [claim.id for group in GROUPS.values() for claim in group]
    assert len(everything) == len(set(everything)) == len(CLAIMS)
    assert not set(GROUPS) & set(CLAIMS)
    for claim in CLAIMS.values():
        assert claim.id == claim.id.lower().replace(" ", "-")
        assert claim.claim.endswith(".")
        assert claim.source
        assert claim.minutes > 0


def test_a_group_and_an_id_of_it_give_each_claim_once():
    assert [claim.id for claim in chosen(["proposition-2", "paper"])] == [claim.id for claim in GROUPS["paper"]]


def test_listing_is_one_json_object(capsys):
    assert main(["reproduce", "--list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == list(CLAIMS)
    assert found["table-1-mnist"]["published"] == {"value": 225, "standard_error": 2, "unit": "nats"}


@pytest.mark.parametrize("name", ["virtual-criterion", "proposition-2"])
def test_a_quick_measurement_writes_a_record_beside_the_full_ones(name, tmp_path, capsys):
    assert main(["reproduce", name, "--quick", "--out", str(tmp_path / "results"), "--work", str(tmp_path / "work")]) == 0
    found = read_record(tmp_path / "results" / "quick" / f"{name}.json")
    assert tuple(found) == KEYS
    assert found["verdict"] == "path-only"
    assert found["command"] == f"advnets reproduce {name} --quick"
    assert found["measured"]["value"] < 1e-6
    assert capsys.readouterr().out.startswith("path-only")
    assert not list((tmp_path / "results").glob("*.json"))


def test_the_optimal_discriminator_is_met_in_full_seeds(tmp_path):
    words = ["reproduce", "virtual-criterion", "--seeds", "2", "--out", str(tmp_path), "--work", str(tmp_path / "work")]
    assert main(words) == 0
    found = read_record(tmp_path / "virtual-criterion.json")
    assert [seed["seed"] for seed in found["seeds"]] == [0, 1]
    assert found["verdict"] == "reproduced"
    assert found["verdict"] in VERDICTS
    assert found["deviations"] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["table-1-mnis"], "did you mean 'table-1-mnist'?"),
        ([], "which ID?"),
        (["virtual-criterion", "--seeds", "0"], "--seeds 0"),
        (["virtual-criterion", "--sedes", "1"], "did you mean '--seeds'?"),
    ],
)
def test_bad_input_is_one_line(words, message, capsys):
    assert main(["reproduce", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
