"""The paper's page: records and figures are read, and nothing else is."""

import json

import pytest
from starlette.testclient import TestClient

from advnets.reproduce.claims import Outcome
from advnets.reproduce.ledger import CLAIMS
from advnets.reproduce.records import Seed, record
from advnets.studio.app import studio
from advnets.studio.guard import Door


@pytest.fixture
def results(tmp_path):
    """One record, one that is torn, a figure, and a secret beside them."""
    folder = tmp_path / "results"
    (folder / "figures").mkdir(parents=True)
    claim = CLAIMS["virtual-criterion"]
    found = record(
        claim, [Seed(0, Outcome(1e-12))], "full", command="advnets reproduce virtual-criterion", commit="abc", device="cpu", seconds=1
    )
    (folder / "virtual-criterion.json").write_text(json.dumps(found))
    (folder / "proposition-2.json").write_text("{")
    (folder / "figures" / "virtual-criterion.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret.png").write_text("secret")
    (folder / "figures" / "leads-out.png").symlink_to(tmp_path / "secret.png")
    return folder


@pytest.fixture
def asked(runs, results):
    return TestClient(studio(runs, Door(), results), base_url="http://127.0.0.1:2014", raise_server_exceptions=False)


def test_every_claim_stands_next_to_its_record(asked):
    claims = {claim["id"]: claim for claim in asked.get("/api/paper").json()["claims"]}
    assert list(claims) == list(CLAIMS)
    assert claims["virtual-criterion"]["record"]["verdict"] == "reproduced"
    assert claims["virtual-criterion"]["figures"] == ["virtual-criterion.png"]
    assert claims["proposition-2"]["record"] is None
    assert "not JSON" in claims["proposition-2"]["error"]
    assert claims["table-1-mnist"]["record"] is None


def test_a_figure_is_given(asked):
    assert asked.get("/api/paper/figure", params={"file": "virtual-criterion.png"}).content == b"\x89PNG"


@pytest.mark.parametrize(
    "file", ["../virtual-criterion.json", "..%2f..%2fsecret.png", "../../secret.png", "leads-out.png", "/etc/passwd", "", "no.png"]
)
def test_nothing_else_can_be_read(asked, file):
    answer = asked.get("/api/paper/figure", params={"file": file})
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.png", "")


def test_a_folder_that_is_not_there_has_no_records(runs, tmp_path):
    asked = TestClient(studio(runs, Door(), tmp_path / "none"), base_url="http://127.0.0.1:2014")
    assert {claim["record"] for claim in asked.get("/api/paper").json()["claims"]} == {None}
