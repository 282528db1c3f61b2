"""The ONNX file of a trained network, as docs/decisions/0002 has it, and its comparison with PyTorch.

Inputs `image`, `gate_override`, `gate_mix`, `pool_override`, `pool_mix`; outputs `restored`, `gates`, `pools`.
"""

import copy
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cpl.backbones.nafnet import ChannelAttention, ChannelNorm, NAFBlock, gate
from cpl.backbones.restorer import Restorer
from cpl.cpr import kept
from cpl.half import halve
from cpl.spm import Forced

OPSET = 20
TOLERANCE = 2e-4


class SettledPool:
    """Stands in for the pooling of one attention: means that are given are mixed with its own, which are kept."""

    def __init__(self, attention: ChannelAttention) -> None:
        self.channels = attention.project.in_channels
        self.given = torch.zeros(self.channels)
        self.mix = torch.zeros(1)
        self.own = self.given

    def __call__(self, x: Tensor) -> Tensor:
        own = x.mean(dim=(2, 3), keepdim=True)
        self.own = own.flatten()
        return torch.lerp(own, self.given.reshape(1, -1, 1, 1), self.mix)


class Contract(nn.Module):
    """One photo at a time, gates and the means of all attentions in and out, as the contract has it."""

    names = ("image", "gate_override", "gate_mix", "pool_override", "pool_mix")

    def __init__(self, network: Restorer) -> None:
        super().__init__()
        # A copy: its attentions pool in another way from here on.
        self.network = copy.deepcopy(network)
        self.pools: list[SettledPool] = []
        for module in self.network.modules():
            if isinstance(module, ChannelAttention):
                pool = SettledPool(module)
                module.pool = pool  # type: ignore[method-assign]
                self.pools.append(pool)
        self.pooled = sum(pool.channels for pool in self.pools)

    def forward(
        self, image: Tensor, gate_override: Tensor, gate_mix: Tensor, pool_override: Tensor, pool_mix: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        start = 0
        for pool in self.pools:
            # Slices: one Split with as many outputs is more than WebGPU's shaders can have.
            pool.given, pool.mix = pool_override[start : start + pool.channels], pool_mix
            start += pool.channels
        restored, routing = self.network(image, Forced(gate_override[None], gate_mix))
        return restored, routing.gates[0], torch.cat([pool.own for pool in self.pools])


class UnitVariance(nn.Module):
    """Divides each pixel, [B, C, H, W], by the deviation of its channels.

    What else a layer normalisation does is linear and goes into the convolution behind it. Means as convolutions: ONNX
    Runtime adds up the channels of a LayerNormalization, and those of a ReduceMean, one by one, which took a quarter of
    the time; so the network takes 0.83 of what it took.
    """

    def __init__(self, epsilon: float) -> None:
        super().__init__()
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        share = torch.full((1, x.shape[1], 1, 1), 1 / x.shape[1])
        mean, square = F.conv2d(x, share), F.conv2d(x * x, share)
        return x * torch.rsqrt(F.relu(square - mean * mean) + self.epsilon)


class FoldedBlock(nn.Module):
    """Does what a NAF block does; all of its norms but the division, and its scales, are in its convolutions."""

    def __init__(self, block: NAFBlock) -> None:
        super().__init__()
        self.standardise = UnitVariance(block.norm1.epsilon)
        self.expand = _behind_norm(block.expand, block.norm1)
        self.depthwise, self.attention = block.depthwise, block.attention
        self.project = _scaled(block.project, block.beta)
        self.widen = _behind_norm(block.widen, block.norm2)
        self.narrow = _scaled(block.narrow, block.gamma)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.project(self.attention(gate(self.depthwise(self.expand(self.standardise(x))))))
        return x + self.narrow(gate(self.widen(self.standardise(x))))


def _behind_norm(convolution: nn.Conv2d, norm: ChannelNorm) -> nn.Conv2d:
    kernel = convolution.weight.data[:, :, 0, 0].double()
    scaled = kernel * norm.weight.data
    return _convolution(
        scaled - scaled.mean(dim=1, keepdim=True), _bias(convolution) + kernel @ norm.bias.data.double()
    )


def _scaled(convolution: nn.Conv2d, scale: Tensor) -> nn.Conv2d:
    channels = scale.data.flatten().double()
    return _convolution(convolution.weight.data[:, :, 0, 0].double() * channels[:, None], _bias(convolution) * channels)


def _bias(convolution: nn.Conv2d) -> Tensor:
    assert convolution.bias is not None
    return convolution.bias.data.double()


def _convolution(kernel: Tensor, bias: Tensor) -> nn.Conv2d:
    convolution = nn.Conv2d(kernel.shape[1], kernel.shape[0], 1)
    convolution.weight.data, convolution.bias.data = kernel.float()[:, :, None, None], bias.float()  # type: ignore[union-attr]
    return convolution


def fold_blocks(network: Restorer) -> Restorer:
    """A copy that restores alike, of folded blocks."""
    folded = copy.deepcopy(network)
    for parent in list(folded.modules()):
        for name, child in parent.named_children():
            if isinstance(child, NAFBlock):
                setattr(parent, name, FoldedBlock(child))
    return folded


def export(network: Restorer, file: Path, half: bool = False) -> None:
    """Write `model.onnx` with free height and width, and check it against PyTorch.

    half: keep the weights in half precision (`cpl/half.py`); what is compared is the network with rounded weights.
    Raises ValueError where the two differ by more than TOLERANCE at any of several sizes and gates.
    """
    network = network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    if half:
        network = copy.deepcopy(network)
        network.load_state_dict({name: value.half().float() for name, value in network.state_dict().items()})
    contract, folded = Contract(network).eval(), Contract(fold_blocks(network)).eval()
    shape = (network.levels, kept(network)[0])
    pools = torch.zeros(contract.pooled)
    example = (torch.rand(1, 3, 96, 128), torch.zeros(shape), torch.zeros(1), pools, torch.zeros(1))
    # In units of 16, so that the exporter need not prove that the network's five scales fit.
    height, width = torch.export.Dim("height16", min=2, max=512), torch.export.Dim("width16", min=2, max=512)
    program = torch.onnx.export(
        folded,
        example,
        input_names=list(contract.names),
        output_names=["restored", "gates", "pools"],
        opset_version=OPSET,
        dynamo=True,
        dynamic_shapes=({2: 16 * height, 3: 16 * width}, None, None, None, None),
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
    levels, experts = contract.network.levels, kept(contract.network)[0]
    worst = 0.0
    for height, width, mix in ((64, 64, 0.0), (128, 192, 1.0), (256, 80, 0.5)):
        image = torch.rand(1, 3, height, width, generator=generator)
        override = torch.rand(levels, experts, generator=generator)
        pools = torch.rand(contract.pooled, generator=generator) / 10
        inputs = (image, override, torch.tensor([mix]), pools, torch.tensor([mix]))
        feeds = {name: value.numpy() for name, value in zip(contract.names, inputs, strict=True)}
        for got, expected in zip(session.run(None, feeds), contract(*inputs), strict=True):
            worst = max(worst, float(np.abs(got - expected.numpy()).max()))
    return worst
