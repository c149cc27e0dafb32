"""Layers that an experiment chooses: how they begin, what is refused, and runs of when D's norm was a yes or no."""

import dataclasses

import pytest
import torch
from tiny import DIGITS, EXPERIMENTS, changed

from advnets.errors import BadInput
from advnets.experiment import (
    BatchNorm,
    Conditional,
    Data,
    Dcgan,
    Experiment,
    Inpainting,
    MinibatchDiscrimination,
    Mlp,
    NoNorm,
    ReferenceBatchNorm,
    Simultaneous,
    VirtualBatchNorm,
    decode,
    encode,
)
from advnets.nets.minibatch import MinibatchDiscrimination as Discrimination
from advnets.nets.normalisation import Referenced
from advnets.runs.building import resolve
from advnets.runs.live import assemble
from advnets.runs.ranks import Ranks
from advnets.runs.sampling import generate, load
from advnets.runs.training import train

BOTH = EXPERIMENTS["mnist-5k, virtual batch norm in both, minibatch discrimination"]


def started(x):
    return assemble(x, resolve(x)[0], Ranks())


def only(net, kind):
    [layer] = [layer for layer in net.modules() if isinstance(layer, kind)]
    return layer


def test_the_reference_batch_of_d_is_data_and_that_of_g_is_noise():
    live = started(BOTH)
    real, noise = (only(live.nets[name], Referenced).reference for name in "DG")
    assert (real.shape, noise.shape) == ((5, 1, 28, 28), (12, 4))
    pictures = ((real + 1) / 2 * 255).round().flatten(1)
    stored = live.source.pixels.flatten(1).float()
    assert (torch.cdist(pictures, stored).min(1).values < 0.01).all()
    assert noise.std().item() == pytest.approx(1, abs=0.4)


def test_a_class_is_given_with_the_noise_of_the_reference_batch():
    live = started(dataclasses.replace(DIGITS, game=Conditional(), nets=Mlp((8,), (8,), norm=VirtualBatchNorm(12))))
    classes = only(live.nets["G"], Referenced).reference[:, 4:]
    assert torch.equal(classes.sum(1), torch.ones(12))
    assert set(classes.unique().tolist()) == {0.0, 1.0}


def test_the_start_is_a_function_of_the_seed():
    torch.manual_seed(1)
    first = started(BOTH).nets["D"].state_dict()
    torch.manual_seed(2)
    again, other = started(BOTH).nets["D"].state_dict(), started(dataclasses.replace(BOTH, seed=1)).nets["D"].state_dict()
    assert all(torch.equal(t, again[key]) for key, t in first.items())
    assert not torch.equal(first["net.0.reference"], other["net.0.reference"])


def test_minibatch_discrimination_begins_with_a_batch_of_data():
    layer = only(started(BOTH).nets["D"], Discrimination)
    assert layer.log_scale.abs().min() > 0.1
    assert layer.log_scale.std(1).max() == 0  # a kernel's dimensions begin alike
    assert (layer.bias != -1).all()


def test_rounds_leave_the_reference_batch_alone_and_the_average_has_it():
    live = started(BOTH)
    reference = only(live.nets["G"], Referenced).reference.clone()
    for _ in range(2):
        live.play_round()
    assert torch.equal(only(live.nets["G"], Referenced).reference, reference)
    assert torch.equal(only(live.generator, Referenced).reference, reference)


def test_samples_of_a_run_see_no_company(tmp_path, without_report):
    train(dataclasses.replace(BOTH, steps=3), tmp_path / "run")
    model = load(tmp_path / "run")
    z = torch.randn(600, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(generate(model.generator, z)[3:4], generate(model.generator, z[3:4]), rtol=0, atol=1e-6)


def test_data_with_fewer_rows_than_a_reference_batch_are_refused(tmp_path):
    with pytest.raises(BadInput) as caught:
        started(dataclasses.replace(DIGITS, nets=Mlp((8,), (8,), norm=VirtualBatchNorm(5000))))
    assert str(caught.value).startswith("nets: a reference batch of 5000 rows, but digits has only ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("norm", [ReferenceBatchNorm(), VirtualBatchNorm()])
def test_a_generator_that_completes_pictures_has_no_reference_batch(norm):
    x = changed(data=Data("mnist-5k"), game=Inpainting(), nets=Dcgan(2, 2, norm=norm), batch_size=8)
    with pytest.raises(BadInput, match=r"nets\.norm: a completing G has no reference batch.*batch-norm and no-norm fit"):
        started(x)


@pytest.mark.parametrize(("stored", "norm"), [(True, BatchNorm()), (False, NoNorm())])
def test_runs_of_when_the_norm_of_d_was_a_yes_or_no_are_read(stored, norm):
    tree = encode(Experiment("mine", nets=Dcgan()))
    tree["nets"] = {"kind": "dcgan", "width": 3, "discriminator_norm": stored}
    assert decode(Experiment, tree).nets == Dcgan(3, discriminator_norm=norm)


def test_a_reference_batch_has_two_rows_or_more():
    tree = encode(Experiment("mine", nets=Dcgan(norm=VirtualBatchNorm())))
    tree["nets"]["norm"]["reference"] = 1
    with pytest.raises(BadInput, match=r"^nets\.norm\.reference: 1 is not at least 2$"):
        decode(Experiment, tree)


@pytest.mark.compiles
def test_compiled_equals_eager_with_every_such_layer():
    nets = Mlp((6,), (6,), norm=VirtualBatchNorm(5), minibatch=MinibatchDiscrimination(3, 2))
    eager, fast = (started(changed(nets=nets, compile=compile, dynamics=Simultaneous())) for compile in (False, True))
    torch._dynamo.reset()
    for round in range(2):
        with torch._dynamo.config.patch(error_on_recompile=round > 0):
            costs = [{player: move.cost.item() for player, move in live.play_round().items()} for live in (eager, fast)]
        assert costs[0] == pytest.approx(costs[1], rel=1e-4)
    for key, p in eager.nets["D"].state_dict().items():
        torch.testing.assert_close(fast.nets["D"].state_dict()[key], p, rtol=1e-3, atol=1e-4)
