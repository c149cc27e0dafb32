"""advnets export RUN --out generator.safetensors | generator.onnx"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advnets.cli.words import Parser


def run(parser: Parser, words: Sequence[str]) -> int:
    """Write the generator."""
    parser.add_argument("run", metavar="RUN", help="the run folder")
    parser.add_argument("--out", required=True, metavar="FILE", help="generator.safetensors or generator.onnx")
    parser.common_run_options()
    args = parser.read(words)
    from advnets.runs.exporting import export
    from advnets.runs.sampling import load

    print(export(load(Path(args.run), args.weights, args.at), Path(args.out)))
    return 0
