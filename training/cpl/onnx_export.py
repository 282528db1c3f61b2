"""Write the ONNX file of a trained network and compare it with PyTorch."""

import copy
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor

from cpl.backbones.restorer import Restorer
from cpl.contract import Contract
from cpl.half import halve

OPSET = 20
TOLERANCE = 2e-4
LARGEST_SIDE = 8192
"""Pixels, of the photos that the exporter is told to expect; the file itself has no such limit."""


def export(network: Restorer, file: Path, half: bool = False) -> None:
    """Write `model.onnx` with free height and width, and check it against PyTorch.

    half: keep the weights in half precision (`cpl/half.py`); what is compared is the network with rounded weights.
    Raises ValueError where the two differ by more than TOLERANCE at any of several sizes and gates.
    """
    network = network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    if half:
        network = copy.deepcopy(network)
        network.load_state_dict({name: value.half().float() for name, value in network.state_dict().items()})
    contract, exported = Contract(network).eval(), Contract(network.exportable()).eval()
    # In units of `multiple`, so that the exporter need not prove that the network's scales fit.
    multiple, most = network.multiple, LARGEST_SIDE // network.multiple
    height, width = (torch.export.Dim(f"{side}{multiple}", min=2, max=most) for side in ("height", "width"))
    example = inputs(contract, torch.rand(1, 3, 96, 128), mix=0)
    program = torch.onnx.export(
        exported,
        example,
        input_names=list(contract.inputs),
        output_names=list(contract.outputs),
        opset_version=OPSET,
        dynamo=True,
        dynamic_shapes=({2: multiple * height, 3: multiple * width}, *[None] * (len(example) - 1)),
        external_data=False,
    )
    assert program is not None
    model = _bare(program.model_proto)
    onnx.save(halve(model) if half else model, str(file))
    onnx.checker.check_model(str(file))
    difference = check(contract, file)
    if difference > TOLERANCE:
        raise ValueError(f"{file} differs from PyTorch by {difference:.2e}, more than {TOLERANCE:.0e}")
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, differs from PyTorch by at most {difference:.1e}")


def inputs(
    contract: Contract, image: Tensor, *, mix: float, generator: torch.Generator | None = None
) -> tuple[Tensor, ...]:
    """All that the graph takes with an image [1, 3, H, W]: drawn gates and means, or zeros without a generator.

    mix: 0 leaves gates and means to the network, 1 forces the drawn ones.
    """
    network = contract.network

    def drawn(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator) if generator else torch.zeros(*shape)

    gates = (drawn(network.levels, network.config.experts), torch.tensor([mix], dtype=torch.float32))
    means = (drawn(contract.pooled) / 10, torch.tensor([mix], dtype=torch.float32)) if contract.pooled else ()
    return (image, *gates, *means)


def _bare(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without what the exporter says about its own work, a tenth of the file."""
    model.graph.ClearField("value_info")
    for part in (*model.graph.node, *model.graph.input, *model.graph.output):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


@torch.no_grad()
def check(contract: Contract, file: Path) -> float:
    """Largest difference between ONNX Runtime and PyTorch, over sizes and with gates and means own, forced, mixed."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    generator = torch.Generator().manual_seed(0)
    worst = 0.0
    for height, width, mix in ((64, 64, 0.0), (128, 192, 1.0), (256, 80, 0.5)):
        image = torch.rand(1, 3, height, width, generator=generator)
        given = inputs(contract, image, mix=mix, generator=generator)
        feeds = {name: value.numpy() for name, value in zip(contract.inputs, given, strict=True)}
        for got, expected in zip(session.run(None, feeds), contract(*given), strict=True):
            worst = max(worst, float(np.abs(got - expected.numpy()).max()))
    return worst
