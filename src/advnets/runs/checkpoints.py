"""Checkpoints: weights as safetensors with the experiment in their metadata, the rest as a state that loads without running code.

checkpoints/step-00001000/weights.safetensors      all networks, `D.net.0.weight`, ...
                          average.safetensors      the averaged networks
                          state.pt                 optimisers and counts
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from advnets.errors import BadInput
from advnets.experiment import Experiment, decode, encode
from advnets.runs.files import new_folder, remove_folder, write

Networks = Mapping[str, nn.Module]


def folder_of(checkpoints: Path, step: int) -> Path:
    """Where the checkpoint after `step` rounds lies."""
    return checkpoints / f"step-{step:08d}"


def steps(checkpoints: Path) -> list[int]:
    """The rounds at which there is a checkpoint, in order."""
    numbers = [folder.name.removeprefix("step-") for folder in checkpoints.glob("step-*") if folder.is_dir()]
    return sorted(int(number) for number in numbers if number.isdecimal())


def find(checkpoints: Path, at: int | None = None) -> Path:
    """The checkpoint at a round, or the last one.

    Raises:
        BadInput: there is none.
    """
    known = steps(checkpoints)
    if not known:
        raise BadInput(f"{checkpoints}: has no checkpoint yet")
    if at is not None and at not in known:
        raise BadInput(f"--at {at}: no checkpoint at this step; there are {', '.join(map(str, known))}")
    return folder_of(checkpoints, known[-1] if at is None else at)


def flat(nets: Networks) -> dict[str, Tensor]:
    """All tensors of all networks, `D.net.0.weight`, ..."""
    return {f"{name}.{key}": t.contiguous() for name, net in nets.items() for key, t in net.state_dict().items()}


def save(
    checkpoints: Path, step: int, x: Experiment, nets: Networks, average: Networks, state: dict[str, Any], extra: Mapping[str, str]
) -> Path:
    """Write a checkpoint; it appears when it is complete.

    Args:
        checkpoints: the folder of checkpoints.
        step: rounds played.
        x: the experiment, for the metadata.
        nets, average: networks and averaged networks.
        state: everything else, tensors and plain values only.
        extra: more metadata.
    """
    metadata = {"format": "advnets-1", "experiment": json.dumps(encode(x)), "step": str(step), **extra}
    path = folder_of(checkpoints, step)
    if path.exists():  # a run is a function of its experiment: what lies there is the same
        return path
    with new_folder(path) as folder:
        write(folder / "weights.safetensors", to_bytes(flat(nets), metadata))
        if average:
            write(folder / "average.safetensors", to_bytes(flat(average), metadata))
        buffer = BytesIO()  # a full disk is then an OSError, which torch and safetensors would hide
        torch.save(state, buffer)
        write(folder / "state.pt", buffer.getvalue())
    return path


def metadata_of(file: Path) -> dict[str, str]:
    """The metadata of a weights file.

    Raises:
        BadInput: missing, torn, or not safetensors; not written by advnets.
    """
    try:
        with safe_open(file, "pt") as opened:
            metadata = opened.metadata() or {}
    except FileNotFoundError:
        raise BadInput(f"{file}: does not exist") from None
    except (SafetensorError, OSError) as error:
        raise BadInput(f"{file}: not a safetensors file, or torn ({str(error).splitlines()[0]}); pickles are never opened") from None
    if "experiment" not in metadata:
        raise BadInput(f"{file}: holds no experiment; it was not written by advnets")
    return metadata


def experiment_of(file: Path) -> Experiment:
    """The experiment that a weights file is of.

    Raises:
        BadInput: the file is torn, or states none.
    """
    try:
        tree = json.loads(metadata_of(file)["experiment"])
    except ValueError as error:
        raise BadInput(f"{file}: its experiment is not JSON ({error})") from None
    return decode(Experiment, tree)


def load_weights(file: Path, nets: Networks) -> None:
    """Fill networks from a weights file.

    Raises:
        BadInput: the file is torn, or holds other networks.
    """
    metadata_of(file)
    tensors = load_file(file)
    for name, net in nets.items():
        own = {key.removeprefix(f"{name}."): t for key, t in tensors.items() if key.startswith(f"{name}.")}
        expected = net.state_dict()
        wrong = [key for key in expected if key not in own or own[key].shape != expected[key].shape] + [
            key for key in own if key not in expected
        ]
        if wrong:
            raise BadInput(f"{file}: holds another network {name} than the experiment states ({name}.{wrong[0]} differs)")
        net.load_state_dict(own)


def load_state(folder: Path) -> dict[str, Any]:
    """Optimisers and counts of a checkpoint.

    Raises:
        BadInput: missing or torn.
    """
    file = folder / "state.pt"
    try:
        state = torch.load(file, weights_only=True)
    except FileNotFoundError:
        raise BadInput(f"{file}: does not exist") from None
    except Exception as error:  # torch raises many kinds for a torn archive; all mean the same
        raise BadInput(f"{file}: cannot be loaded, it is torn or not a state of advnets ({type(error).__name__})") from None
    if not isinstance(state, dict) or not isinstance(state.get("optimisers", {}), dict):
        raise BadInput(f"{file}: is not a state of advnets")
    return state


def prune(checkpoints: Path, keep: int, best: int | None) -> None:
    """Remove all but the last `keep` checkpoints and the best one."""
    for step in steps(checkpoints)[:-keep]:
        if step != best:
            remove_folder(folder_of(checkpoints, step))
