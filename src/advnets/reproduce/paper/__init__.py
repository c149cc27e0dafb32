"""The claims of Goodfellow et al. 2014, "Generative Adversarial Nets", in the paper's order."""

from advnets.reproduce.claims import Claim
from advnets.reproduce.paper import equilibrium, line, mnist, pictures, sections

CLAIMS: tuple[Claim, ...] = (
    *equilibrium.CLAIMS,
    *line.CLAIMS,
    *mnist.CLAIMS,
    *pictures.CLAIMS,
    *sections.CLAIMS,
)
