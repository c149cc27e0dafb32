"""Parts of an experiment that do not go together are refused with the option that helps."""

import dataclasses

import pytest
from tiny import RING

from advnets.errors import BadInput
from advnets.experiment import (
    R1,
    BatchNorm,
    Conditional,
    Dcgan,
    FeatureMatching,
    FGan,
    Gan,
    GradientPenalty,
    Hinge,
    MinibatchDeviation,
    Mlp,
    NoNorm,
    NoPenalty,
    Paper,
    Sgd,
    Wasserstein,
)
from advnets.runs.combining import check_combinations

TOGETHER = Dcgan(discriminator_norm=BatchNorm())
ALONE = Dcgan(discriminator_norm=NoNorm())


def stated(**changes):
    return dataclasses.replace(RING, **changes)


PENALISED = (Wasserstein(), Hinge(GradientPenalty()), Gan(penalty=R1()), Conditional(penalty=R1()), FGan(penalty=R1()))


@pytest.mark.parametrize("game", PENALISED)
def test_a_penalised_slope_needs_a_discriminator_that_judges_rows_alone(game):
    with pytest.raises(BadInput, match=r"^game\.penalty: .* --nets\.discriminator-norm no-norm$"):
        check_combinations(stated(game=game, nets=TOGETHER))
    with pytest.raises(BadInput, match=r"--nets\.minibatch no-minibatch$"):
        check_combinations(stated(game=game, nets=Mlp(minibatch=MinibatchDeviation())))
    check_combinations(stated(game=game, nets=ALONE))
    check_combinations(stated(game=game))


@pytest.mark.parametrize("game", [Wasserstein(NoPenalty()), Hinge(), Gan()])
def test_without_a_penalty_batch_norm_is_welcome(game):
    check_combinations(stated(game=game, nets=TOGETHER))


def test_weights_are_held_in_one_way():
    held = {"D": Sgd(max_column_norm=1.0), "G": Sgd(max_column_norm=1.0)}
    with pytest.raises(BadInput, match=r"^optimisers\.D\.max_column_norm: .* say none$"):
        check_combinations(stated(nets=Mlp(discriminator_weights="spectral"), optimisers=held))
    check_combinations(stated(nets=Mlp(), optimisers=held))
    check_combinations(stated(nets=Mlp(discriminator_weights="spectral"), optimisers=held | {"D": Sgd()}))


MATCHED = Gan(FeatureMatching())


def test_features_are_matched_of_a_discriminator_that_comes_apart():
    with pytest.raises(BadInput, match=r"^game\.generator: feature matching needs .* --nets mlp and dcgan"):
        check_combinations(stated(game=MATCHED, nets=Paper()))
    with pytest.raises(BadInput, match=r"^game\.generator: .* --nets\.discriminator-norm no-norm$"):
        check_combinations(stated(game=MATCHED, nets=TOGETHER))
    check_combinations(stated(game=MATCHED, nets=ALONE))
    check_combinations(stated(game=MATCHED))
