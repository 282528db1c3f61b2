"""What the app asks of a model's graph (docs/decisions/0002), as a module around any backbone."""

import copy

import torch
from torch import Tensor, nn

from cpl.backbones.restorer import PoolingAttention, Restorer
from cpl.spm import Forced


class SettledPool:
    """Stands in for the pooling of one attention: mixes means that are given with its own, and keeps its own."""

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self.given = torch.zeros(channels)
        self.mix = torch.zeros(1)
        self.own = self.given

    def __call__(self, x: Tensor) -> Tensor:
        own = x.mean(dim=(2, 3), keepdim=True)
        self.own = own.flatten()
        return torch.lerp(own, self.given.reshape(1, -1, 1, 1), self.mix)


class Contract(nn.Module):
    """One photo at a time; gates, and the means of attentions where the network has such, in and out.

    pooled: S, how many means there are. A network with S = 0 lacks the inputs and outputs that go with them.
    """

    def __init__(self, network: Restorer) -> None:
        super().__init__()
        # A copy: its attentions pool in another way from here on.
        self.network = copy.deepcopy(network)
        self.pools = [_settle(attention) for attention in self.network.attentions()]
        self.pooled = sum(pool.channels for pool in self.pools)
        self.inputs = ("image", "gate_override", "gate_mix") + (("pool_override", "pool_mix") if self.pools else ())
        self.outputs = ("restored", "gates") + (("pools",) if self.pools else ())

    def forward(
        self,
        image: Tensor,
        gate_override: Tensor,
        gate_mix: Tensor,
        pool_override: Tensor | None = None,
        pool_mix: Tensor | None = None,
    ) -> tuple[Tensor, ...]:
        """image [1, 3, H, W], gate_override [L, N], gate_mix [1], pool_override [S], pool_mix [1] -> (restored, as
        image; gates [L, N]; means [S])."""
        if pool_override is not None and pool_mix is not None:
            start = 0
            for pool in self.pools:
                # Slices: one Split with as many outputs is more than WebGPU's shaders can have.
                pool.given, pool.mix = pool_override[start : start + pool.channels], pool_mix
                start += pool.channels
        restored, routing = self.network(image, Forced(gate_override[None], gate_mix))
        found = (restored, routing.gates[0])
        return (*found, torch.cat([pool.own for pool in self.pools])) if self.pools else found


def _settle(attention: PoolingAttention) -> SettledPool:
    pool = SettledPool(attention.channels)
    attention.pool = pool  # type: ignore[method-assign]
    return pool
