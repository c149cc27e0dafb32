"""Learned inference: an encoder finds the z of samples, and the generator stays as it was."""

import dataclasses

import pytest
import torch
from tiny import EXPERIMENTS, RING, changed
from torch import nn

from advnets.data import open_data
from advnets.errors import BadInput
from advnets.experiment import Conditional, Data, Mlp
from advnets.runs.inference import infer, psnr
from advnets.runs.sampling import Model, generate, prior_noise


class Invertible(nn.Module):
    """Noise of two numbers as pictures that tell it: a smooth map with an inverse."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(2.0), requires_grad=False)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return (self.scale * z).sigmoid().repeat_interleave(32, 1).unflatten(1, (1, 8, 8))


def model(**changes) -> Model:
    """A generator of pictures that was never trained."""
    x = changed(data=Data("digits"), nets=Mlp((8,), (32,)), **changes)
    return Model(
        Invertible(), dataclasses.replace(x, prior=dataclasses.replace(x.prior, dim=2)), 0, (1, 8, 8), (), lambda: open_data("digits")
    )


def test_an_encoder_learns_the_inverse_and_the_generator_stays():
    trained = model()
    found = infer(trained, rounds=300, batch_size=32, rate=3e-3, pictures=50)
    assert found.z_error < 0.1
    assert found.psnr_samples > 25 > found.psnr_real
    assert (found.pictures, found.origin) == (50, "digits")
    assert trained.generator.scale == 2
    assert not found.encoder.training
    assert not any(p.requires_grad for p in found.encoder.parameters())
    z = prior_noise(trained.experiment.prior, 200, 9)
    assert (generate(found.encoder, trained.at(z)) - z).square().mean().item() == pytest.approx(found.z_error, rel=0.5)


def test_an_encoder_that_has_learned_nothing_has_an_error_of_about_the_priors_variance():
    assert infer(model(), rounds=1, rate=1e-9, pictures=10).z_error == pytest.approx(1, abs=0.2)


def test_it_is_a_function_of_the_seed_and_leaves_the_global_one_alone():
    state = torch.random.get_rng_state()
    found = [infer(model(), rounds=3, pictures=10, seed=seed) for seed in (1, 1, 2)]
    assert torch.equal(torch.random.get_rng_state(), state)
    assert found[0].z_error == found[1].z_error != found[2].z_error


@pytest.mark.parametrize(
    "x", [RING, dataclasses.replace(EXPERIMENTS["digits, conditional"], game=Conditional())], ids=["points", "classes"]
)
def test_generators_that_are_given_more_or_draw_points_are_refused(x):
    shape = (2,) if x is RING else (1, 8, 8)
    with pytest.raises(BadInput, match=r"infer: needs a generator of pictures that is given noise alone"):
        infer(Model(Invertible(), x, 0, shape, (), lambda: open_data("digits")))


def test_psnr_of_equal_pictures_is_infinite():
    x = torch.rand(2, 1, 4, 4)
    assert psnr(x, x) == float("inf")
    assert psnr(x, x + 0.01) == pytest.approx(40, abs=0.01)
