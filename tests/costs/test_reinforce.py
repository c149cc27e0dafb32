"""The score-function estimator: unbiased, whatever the baseline; and what it does not touch."""

import pytest
import torch

from advnets.costs.logistic import deceive
from advnets.costs.reinforce import others, reinforce
from advnets.nets.gaussian import Density

COSTS = torch.tensor([0.3, -1.0, 2.0], dtype=torch.float64)


def three_kinds():
    return torch.tensor([0.1, -0.4, 0.7], dtype=torch.float64, requires_grad=True)


def exact(logits):
    return torch.autograd.grad((logits.softmax(0) * COSTS).sum(), logits)[0]


@pytest.mark.parametrize("baseline", [0.0, 0.5, -3.0])
def test_the_expected_gradient_is_that_of_the_expected_cost_whatever_the_baseline(baseline):
    """A generator of three discrete samples, through which nothing can be differentiated; each kind by its probability."""
    logits = three_kinds()
    share = logits.detach().softmax(0)
    found = sum(
        p * torch.autograd.grad(reinforce(logits.log_softmax(0)[kind, None], COSTS[kind, None], baseline), logits)[0]
        for kind, p in enumerate(share)
    )
    torch.testing.assert_close(found, exact(logits))


def test_a_baseline_of_the_others_leaves_the_gradient_where_it_is_and_makes_it_vary_less():
    logits = three_kinds()
    kinds = torch.multinomial(logits.detach().softmax(0), 40_000, True, generator=torch.Generator().manual_seed(0))
    batches = kinds.view(1000, 40)

    def gradient(kinds, baseline):
        return torch.autograd.grad(reinforce(logits.log_softmax(0)[kinds], 5 + COSTS[kinds], baseline(5 + COSTS[kinds])), logits)[0]

    plain = torch.stack([gradient(batch, lambda paid: 0.0) for batch in batches])
    lowered = torch.stack([gradient(batch, others) for batch in batches])
    torch.testing.assert_close(lowered.mean(0), exact(logits), atol=0.02, rtol=0)
    assert lowered.var(0).sum() < plain.var(0).sum() / 5


def test_the_others_mean_holds_no_part_of_the_sample_itself():
    paid = torch.tensor([1.0, 2.0, 6.0], requires_grad=True)
    slopes = torch.stack([torch.autograd.grad(others(paid)[i], paid)[0] for i in range(3)])
    torch.testing.assert_close(slopes, (torch.ones(3, 3) - torch.eye(3)) / 2)


def test_the_cost_itself_gets_no_gradient():
    paid, logits = torch.ones(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    found = torch.autograd.grad(reinforce(logits.log_softmax(0), paid, others(paid)), (logits, paid), allow_unused=True)
    assert found[0] is not None
    assert found[1] is None


def test_it_points_where_the_gradient_through_the_sample_points():
    """A bell against a discriminator that holds still."""
    M = Density(0.5, 1.2).double()
    z = torch.randn(100_000, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    through = torch.stack(torch.autograd.grad(deceive(-M.draw(z)), tuple(M.parameters())))
    x = M.draw(z).detach()
    paid = torch.nn.functional.softplus(x[:, 0])
    rewarded = torch.stack(torch.autograd.grad(reinforce(M(x), paid, others(paid)), tuple(M.parameters())))
    torch.testing.assert_close(rewarded, through, rtol=0.05, atol=0)
