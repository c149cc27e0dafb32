"""A trained generator for other programs."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import torch
from safetensors.torch import save

from advnets.errors import BadInput
from advnets.experiment import encode
from advnets.runs.files import write
from advnets.runs.given import inputs
from advnets.runs.sampling import Model


def export(model: Model, out: Path) -> Path:
    """Write the generator as safetensors (weights, the experiment in the metadata) or ONNX (what it is given in, what it draws out).

    Raises:
        BadInput: another suffix, or the ONNX extra is not installed.
    """
    if out.suffix == ".safetensors":
        tensors = {f"G.{key}": t.contiguous() for key, t in model.generator.state_dict().items()}
        about = {
            "format": "advnets-1",
            "experiment": json.dumps(encode(model.experiment)),
            "step": str(model.step),
            "shape": json.dumps(model.shape),
            "classes": json.dumps(model.classes),
        }
        write(out, save(tensors, about))
    elif out.suffix == ".onnx":
        write(out, onnx_bytes(model))
    else:
        raise BadInput(f"--out {out}: its suffix is neither .safetensors nor .onnx")
    return out


def onnx_bytes(model: Model) -> bytes:
    """The generator as an ONNX model: `z` float32 [n, d], with the game's `c` or `l`, -> `samples` float32 [n, ...]."""
    try:
        import onnxscript  # noqa: F401  torch's exporter needs it and would say so in many lines
    except ImportError:
        raise BadInput('--out: ONNX needs an extra; pip install "advnets[onnx]"') from None
    taken = inputs(model.experiment.game, model.experiment.prior, model.shape, model.classes)
    rows = torch.export.Dim("n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # torch's exporter calls a name that torch deprecates
        warnings.filterwarnings("ignore", "# The axis name: n", UserWarning)  # it says that several inputs share their first axis
        program = torch.onnx.export(
            model.generator,
            tuple(torch.zeros(2, *shape) for shape in taken.values()),
            input_names=list(taken),
            output_names=["samples"],
            dynamic_shapes=tuple({0: rows} for _ in taken),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    return program.model_proto.SerializeToString()
