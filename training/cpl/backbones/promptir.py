"""PromptIR and the published CPL network: the same tensors, dense prompts (k = N) or sparse ones (k < N).

Sources: Potlapalli et al., "PromptIR: Prompting for All-in-One Blind Image Restoration", arXiv 2306.13090;
Wu et al., arXiv 2504.09973. The parts of an SPM are spread over three modules there; the state dict of this network
speaks those published names, while inside it is the one `SparsePrompt` that all backbones use.
"""

from typing import Any

from torch import Tensor, nn

from cpl.backbones.restormer import RestormerConfig, SparseRestormer

# Ours -> published, for the prompts of the three positions: latent, decoder level 3, decoder level 2.
NAMES = {
    ours.format(step): published.format(level)
    for step, level in enumerate((3, 2, 1))
    for ours, published in {
        "prompts.{}.prompts": "prompt{}.prompt_param",
        "prompts.{}.router.": "prompt{}.linear_layer.",
        "prompts.{}.smooth.": "prompt{}.conv3x3.",
        "prompts.{}.fuse.0.": "noise_level{}.",
        "prompts.{}.fuse.1.": "reduce_noise_level{}.",
    }.items()
}
UNUSED = ("chnl_reduce", "reduce_noise_channel_")
"""Beginnings of names that PromptIR's checkpoints hold and its forward pass never reads."""


class PromptIR(SparseRestormer):
    """Unlike in Restormer, the latent comes out of its prompt at the width of level 3 already."""

    architecture = "promptir"

    def __init__(self, config: RestormerConfig) -> None:
        super().__init__(config)
        self.register_state_dict_post_hook(_to_published)
        self.register_load_state_dict_pre_hook(_from_published)

    def prompted_widths(self, widths: list[int]) -> list[int]:
        return [widths[2], widths[2], widths[1]]


def _rename(state: dict[str, Tensor], prefix: str, names: dict[str, str]) -> None:
    """Replace the beginnings of names, in place and in order.

    Published prompts are [1, N, C, h, w], ours [N, C, h, w].
    """
    for name in list(state):
        value, rest = state.pop(name), name.removeprefix(prefix)
        if name.startswith(prefix) and rest.startswith(UNUSED):
            continue
        for old, new in names.items():
            if name.startswith(prefix) and rest.startswith(old):
                name = prefix + new + rest.removeprefix(old)
                if new.endswith("prompt_param"):
                    value = value[None]
                elif old.endswith("prompt_param"):
                    value = value[0]
                break
        state[name] = value


def _to_published(_: nn.Module, state: dict[str, Tensor], prefix: str, *__: Any) -> None:
    _rename(state, prefix, NAMES)


def _from_published(_: nn.Module, state: dict[str, Tensor], prefix: str, *__: Any) -> None:
    _rename(state, prefix, {published: ours for ours, published in NAMES.items()})
