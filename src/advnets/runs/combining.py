"""What of an experiment does not go together, though each part is right by itself."""

from __future__ import annotations

from advnets import experiment as e
from advnets.errors import BadInput


def check_combinations(x: e.Experiment) -> None:
    """Refuse parts that do not go together.

    Raises:
        BadInput: D's slope is penalised, but D judges rows together; D's weights are held in two ways; or features are to be matched of a D
            that has none, or that takes their means away.
    """
    check_features(x)
    if penalised(x.game) and (mate := judged_together(x)):
        raise BadInput(f"game.penalty: the slope of D needs a D that judges every row alone; say {mate}")
    held = [player for player, optimiser in x.optimisers.items() if isinstance(optimiser, e.Sgd) and optimiser.max_column_norm is not None]
    if "D" in held and isinstance(x.nets, e.Mlp | e.Dcgan) and x.nets.discriminator_weights == "spectral":
        raise BadInput("optimisers.D.max_column_norm: spectral norm holds D's weights already; say none")


def penalised(game: e.Gan | e.Conditional | e.Inpainting | e.LeastSquares | e.Hinge | e.Wasserstein | e.FGan) -> bool:
    """Whether D pays for its slope."""
    return not isinstance(game, e.Inpainting) and not isinstance(game.penalty, e.NoPenalty)


def check_features(x: e.Experiment) -> None:
    """Refuse to match features where that cannot be.

    Raises:
        BadInput: D is not known by its layers, or has batch norm.
    """
    if not (isinstance(x.game, e.Gan) and isinstance(x.game.generator, e.FeatureMatching)):
        return
    if not isinstance(x.nets, e.Mlp | e.Dcgan):
        raise BadInput("game.generator: feature matching needs a D that comes apart below its last layer; --nets mlp and dcgan have one")
    if isinstance(x.nets, e.Dcgan) and isinstance(x.nets.discriminator_norm, e.BatchNorm):
        raise BadInput(
            "game.generator: feature matching compares means over batches, which batch norm in D takes away; "
            "say --nets.discriminator-norm no-norm"
        )


def judged_together(x: e.Experiment) -> str | None:
    """The option that makes D judge every row alone, where what it says of a row depends on the others of the batch."""
    if isinstance(x.nets, e.Mlp | e.Dcgan) and not isinstance(x.nets.minibatch, e.NoMinibatch):
        return "--nets.minibatch no-minibatch"
    if isinstance(x.nets, e.Dcgan) and isinstance(x.nets.discriminator_norm, e.BatchNorm):
        return "--nets.discriminator-norm no-norm"
    return None
