"""A shelf with a trained run and a damaged one, and the studio over it."""

import dataclasses
import json
import shutil

import pytest
from starlette.testclient import TestClient

from advnets.experiment import Metrics, Mlp, Prior, Samples
from advnets.recipes import recipe
from advnets.runs.training import train
from advnets.studio.app import studio
from advnets.studio.guard import Door

HERE = "http://127.0.0.1:2014"


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A finished run on small pictures, without a report. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("trained") / "digits"
    x = recipe("mnist-demo")
    x = dataclasses.replace(
        x,
        data=dataclasses.replace(x.data, source="digits"),
        nets=Mlp(generator=(8,), discriminator=(8,)),
        prior=Prior(dim=4),
        batch_size=16,
        steps=4,
        precision="float32",
        threads=1,
        log=dataclasses.replace(x.log, every=2),
        samples=Samples(every=2, count=4),
        metrics=Metrics(),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("advnets.runs.training.write_report", lambda folder, live: None)
        train(x, path)
    return path


@pytest.fixture
def runs(tmp_path, trained):
    """A folder of runs."""
    folder = tmp_path / "runs"
    shutil.copytree(trained, folder / "digits")
    (folder / "damaged").mkdir()
    (folder / "damaged" / "run.json").write_text('{"experiment": ')
    return folder


@pytest.fixture
def door():
    """The door of a studio on loopback."""
    return Door()


@pytest.fixture
def client(runs, door):
    """A browser's requests to the studio over `runs`."""
    return TestClient(studio(runs, door), base_url=HERE, raise_server_exceptions=False)


@pytest.fixture
def running(runs):
    """running(process) lets the run say that it is running, played by a process."""

    def say(process):
        status = {"state": "running", "step": 2, "process": process}
        (runs / "digits" / "status.json").write_text(json.dumps(status))

    return say
