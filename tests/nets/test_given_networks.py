"""Networks that are given something more: they see all of it, in the right place."""

import pytest
import torch
from torch import nn

from advnets.nets import dcgan, mlp
from advnets.nets.apart import apart
from advnets.nets.given import Beside, Channels, Completing, Joined, Projection
from advnets.nets.minibatch import MinibatchDeviation


def test_beside_is_one_row_of_numbers():
    x, c = torch.rand(3, 1, 2, 2), torch.rand(3, 5)
    assert torch.equal(Beside(nn.Identity())(x, c), torch.cat([x.flatten(1), c], 1))


def test_channels_are_constant():
    x, c = torch.rand(3, 1, 4, 4), torch.eye(3)[[2, 0, 1]]
    seen = Channels(nn.Identity())(x, c)
    assert seen.shape == (3, 4, 4, 4)
    assert torch.equal(seen[:, :1], x)
    assert torch.equal(seen[:, 1:].amax((2, 3)), c)
    assert torch.equal(seen[:, 1:].amin((2, 3)), c)


JUDGES = {
    "mlp": (lambda: mlp.Discriminator((2,), (5, 4)), (2,), 4),
    "mlp, minibatch deviation": (lambda: mlp.Discriminator((2,), (5, 4), minibatch=MinibatchDeviation), (2,), 5),
    "dcgan": (lambda: dcgan.Discriminator((1, 28, 28), 2, norm=None), (1, 28, 28), 4 * 7 * 7),
}


@pytest.mark.parametrize(("build", "shape", "features"), JUDGES.values(), ids=JUDGES)
def test_a_projection_adds_the_class_s_product_with_the_features_to_the_logit(build, shape, features):
    torch.manual_seed(0)
    D = build()
    projection = Projection(D, 3)
    x, classes = torch.rand(6, *shape), torch.tensor([2, 0, 1, 2, 2, 0])
    logits = projection(x, torch.eye(3)[classes])
    below, (*beside, _, _) = apart(D)
    phi = nn.Sequential(*below, *beside)(x)
    assert phi.shape == (6, features)
    rows = projection.classes.weight.T[classes]  # of V, one for each x
    torch.testing.assert_close(logits, D(x) + torch.stack([v @ f for v, f in zip(rows, phi, strict=True)]))
    [slope] = torch.autograd.grad(logits.sum(), projection.classes.weight)
    torch.testing.assert_close(slope.T, torch.stack([phi[classes == k].sum(0) for k in range(3)]))


def test_halves_are_joined_in_their_order():
    x = torch.rand(3, 1, 4, 5)
    assert torch.equal(Joined(nn.Identity())(x[..., :2], x[..., 2:]), x)


def test_a_completing_generator_sees_black_on_the_right_and_gives_the_right_half():
    class Spy(nn.Module):
        def forward(self, x):
            self.seen = x
            return x.flatten(1)[:, :2]

    spy, picture = Spy(), torch.arange(12.0).reshape(1, 1, 2, 6)
    completing = Completing(spy, nn.Unflatten(1, (1, 1, 6)), 6)
    left = torch.rand(1, 1, 2, 3)
    right = completing(left, torch.tensor([[7.0, 8.0, 9.0, 10.0]]))
    assert right.tolist() == [[[[8.0, 9.0, 10.0]]]]
    assert torch.equal(spy.seen[..., :3], left)
    assert not spy.seen[..., 3:].any()
    assert spy.seen.shape == picture.shape


@pytest.mark.parametrize(
    ("net", "shape"),
    [(mlp.Encoder, (1, 28, 28)), (mlp.Encoder, (2,)), (dcgan.Encoder, (1, 28, 28)), (dcgan.Encoder, (3, 64, 64))],
)
def test_encoders_give_codes_and_every_parameter_gets_a_gradient(net, shape):
    torch.manual_seed(0)
    encoder = net(shape, 6)
    codes = encoder(torch.rand(5, *shape))
    assert codes.shape == (5, 6)
    codes.square().sum().backward()
    for key, p in encoder.named_parameters():
        assert p.grad is not None, key
        assert p.grad.abs().max() > 0, key
