"""PyTorch's side of tests/bench/checkpoint.ts: the same model, run by PyTorch and exported by its own exporter.

    python checkpoint_reference.py FOLDER THREADS

Writes weights.pth (as BasicSR does) and exported.onnx into the folder and prints "ready". Then, for each line "SIDE" on
stdin, runs the model once on a picture of SIDE x SIDE and prints the milliseconds.
"""

import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[2] / "training"))

from cpl.backbones.promptir import PromptIR
from cpl.backbones.restormer import RestormerConfig
from cpl.spm import Forced


def main() -> None:
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    network = PromptIR(RestormerConfig(k=1)).eval()
    torch.save({"params": network.state_dict()}, folder / "weights.pth")
    export(Contract(network).eval(), folder / "exported.onnx")
    print("ready", flush=True)
    with torch.inference_mode():
        for line in sys.stdin:
            image = torch.rand(1, 3, int(line), int(line))
            start = time.perf_counter()
            network(image)
            print(1000 * (time.perf_counter() - start), flush=True)


class Contract(nn.Module):
    """One photo at a time, gates in and out, as the contract of docs/decisions/0002 has it."""

    def __init__(self, network: PromptIR) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor, gate_override: Tensor, gate_mix: Tensor) -> tuple[Tensor, Tensor]:
        restored, routing = self.network(image, Forced(gate_override[None], gate_mix))
        return restored, routing.gates[0]


def export(contract: Contract, file: Path) -> None:
    """With free height and width."""
    height, width = torch.export.Dim("height8", min=2, max=512), torch.export.Dim("width8", min=2, max=512)
    example = (torch.rand(1, 3, 96, 128), torch.zeros(3, 5), torch.zeros(1))
    program = torch.onnx.export(
        contract,
        example,
        input_names=["image", "gate_override", "gate_mix"],
        output_names=["restored", "gates"],
        opset_version=20,
        dynamo=True,
        dynamic_shapes=({2: 8 * height, 3: 8 * width}, None, None),
        external_data=True,
        verbose=False,
    )
    assert program is not None
    program.save(str(file), external_data=True)


if __name__ == "__main__":
    main()
