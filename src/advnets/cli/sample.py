"""advnets sample RUN --count 64 --seed 0 [--classes CLASS...] --out grid.png | samples.npz | folder/"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advnets.cli.words import Parser
from advnets.experiment.bounds import Seed, Size
from advnets.experiment.codec import decode


def run(parser: Parser, words: Sequence[str]) -> int:
    """Draw samples and write them."""
    parser.add_argument("run", metavar="RUN", help="the run folder")
    parser.add_argument("--count", type=int, default=64, metavar="N", help="how many (64)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the noise (0)")
    parser.add_argument("--classes", nargs="+", metavar="CLASS", help="of a conditional run: those to draw, in turn (all)")
    parser.add_argument("--out", required=True, metavar="PATH", help="a grid (.png), arrays (.npz), or a folder of pictures")
    parser.common_run_options()
    args = parser.read(words)
    decode(Size, args.count, "--count")
    decode(Seed, args.seed, "--seed")
    from advnets.runs.sampling import load, write_samples

    model = load(Path(args.run), args.weights, args.at)
    print(write_samples(Path(args.out), args.out.endswith("/"), model, args.count, args.seed, args.classes))
    return 0
