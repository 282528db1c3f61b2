import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from conftest import tiny_config

from cpl import checkpoint
from cpl.data import DegradedPatches, load_photos
from cpl.degradations import CLEAN_PULL, DEGRADATIONS, labels
from cpl.losses import even_pull, frequency_l1, pixel_l1, relative, router_supervision
from cpl.precision import computes_bf16
from cpl.run import Run, learning_rate

TRAINING = Path(__file__).parent.parent
CPU_INFO = Path("/proc/cpuinfo")


LAZY = ["--cpr", "margin", "--cpr-every", "2", "--router", "balanced"]


def train(clean_folder: Path, out: Path, steps: int, arm: list[str]) -> dict[str, torch.Tensor]:
    command = [sys.executable, "train.py", "--data", str(clean_folder), "--out", str(out), "--steps", str(steps)]
    options = ["--batch", "2", "--patch", "32", "--width", "8", "--workers", "0", "--precision", "fp32"]
    # One thread: sums of floats come in one order then.
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([*command, *options, *arm], cwd=TRAINING, check=True, capture_output=True, env=environment)
    state = checkpoint.load(out / "checkpoint.pt")
    return {**{f"network.{k}": v for k, v in state["network"].items()}, **state["average"]}


@pytest.mark.parametrize("arm", [[], LAZY], ids=["default", "lazy contrast"])
def test_a_resumed_run_ends_where_an_uninterrupted_one_does(clean_folder: Path, tmp_path: Path, arm: list[str]) -> None:
    whole = train(clean_folder, tmp_path / "whole", 6, arm)
    # Interrupted after 3 of 6 steps: the schedule must be the one of 6, so the checkpoint is cut, not the budget.
    regularised: dict = {"contrast": "margin", "router": "balanced", "contrast_every": 2} if arm else {}
    run = Run(_config_of(tmp_path / "whole"), 0, torch.device("cpu"), False, **regularised)
    patches = DegradedPatches(load_photos(clean_folder), 32, 0)
    for step in range(3):
        samples = [patches[2 * step], patches[2 * step + 1]]
        run.step(_batch(samples), step / 6)
    (tmp_path / "half").mkdir()
    checkpoint.save(tmp_path / "half" / "checkpoint.pt", run.state())
    resumed = train(clean_folder, tmp_path / "half", 6, arm)
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, rtol=1e-4, atol=1e-6)


def test_a_checkpoint_of_another_configuration_is_refused() -> None:
    state = Run(tiny_config(k=2), 0, torch.device("cpu"), bf16=False).state()
    with pytest.raises(ValueError, match="'k': 2"):
        Run(tiny_config(k=8), 0, torch.device("cpu"), bf16=False).restore(state)


@pytest.mark.skipif(not CPU_INFO.exists(), reason="the kernel does not say what the processor has")
def test_bfloat16_is_used_where_the_processor_has_units_for_it() -> None:
    flags = CPU_INFO.read_text().split()
    assert computes_bf16(torch.device("cpu")) == any(flag in flags for flag in ("avx512_bf16", "amx_bf16"))


def test_samples_depend_on_seed_and_index_alone(clean_folder: Path) -> None:
    photos = load_photos(clean_folder)
    first, second = DegradedPatches(photos, 32, 5), DegradedPatches(photos, 32, 5)
    for index in (0, 7, 123456):
        for a, b in zip(first[index], second[index], strict=True):
            assert torch.equal(a, b)
    assert not torch.equal(first[0].clean, DegradedPatches(photos, 32, 6)[0].clean)


def test_a_missing_training_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="bsd322"):
        load_photos(tmp_path)


def test_a_few_steps_lower_the_loss_on_one_batch(clean_folder: Path) -> None:
    run = Run(tiny_config(), 0, torch.device("cpu"), bf16=False)
    patches = DegradedPatches(load_photos(clean_folder), 64, 0)
    batch = _batch([patches[index] for index in range(4)])
    losses = [run.step(batch, 0.0)["pixels"] for _ in range(120)]
    assert losses[-1] < 0.7 * losses[0]


def test_learning_rate_warms_up_and_falls_to_almost_nothing() -> None:
    assert learning_rate(0, 0) < learning_rate(150, 0) < learning_rate(300, 0) == pytest.approx(4e-4)
    assert learning_rate(10_000, 0.5) == pytest.approx(2e-4, rel=0.01)
    assert learning_rate(10_000, 1) == pytest.approx(1e-6)


def test_losses() -> None:
    clean = torch.rand(2, 3, 16, 16)
    assert pixel_l1(clean, clean).tolist() == frequency_l1(clean, clean).tolist() == [0, 0]
    assert pixel_l1(clean + 0.1, clean).tolist() == pytest.approx([0.1, 0.1], abs=1e-6)
    # A constant offset is one spectral line of height 0.1 * sqrt(H W), out of H * (W / 2 + 1) complex values.
    assert frequency_l1(clean + 0.1, clean).tolist() == pytest.approx([0.1 * 16 / (16 * 9 * 2)] * 2, rel=1e-3)
    label = torch.eye(4)[[1]]
    sure = torch.full((1, 3, 4), -20.0).index_fill(2, torch.tensor([1]), 20.0)
    assert router_supervision(sure, label) == pytest.approx(0, abs=1e-6)
    assert router_supervision(torch.zeros(1, 3, 4), label) == pytest.approx(torch.tensor(4.0).log())


def test_what_counts_of_an_error_is_the_share_that_is_removed() -> None:
    def slope(error: float) -> float:
        value = torch.tensor([error], requires_grad=True)
        relative(value, torch.ones(1)).backward()
        return float(value.grad)  # type: ignore[arg-type]

    assert relative(torch.zeros(2), torch.ones(2)) == 0
    assert slope(0.06) == pytest.approx(1)
    # A tenth of a large error is worth hardly more than a tenth of a small one, nothing much is worth nothing much.
    assert 1 < 0.2 * slope(0.2) / (0.1 * slope(0.1)) < 1.25
    assert 1.9 < slope(0.0003) / slope(0.03) < 2


def test_every_degradation_pulls_as_hard_as_haze_and_a_mixture_as_its_strongest() -> None:
    pull = {"clean": CLEAN_PULL, **{name: degradation.pull for name, degradation in DEGRADATIONS.items()}}
    drawn: list[tuple[str, ...]] = [("haze",), ("noise",), (), ("blur", "noise"), ("haze", "noise")]
    weights = even_pull(torch.stack([torch.from_numpy(labels(names)) for names in drawn]))
    strongest = ["haze", "noise", "clean", "noise", "haze"]
    assert weights.tolist() == pytest.approx([pull["haze"] / pull[name] for name in strongest])


def test_routers_are_trained_alone_where_that_is_asked(clean_folder: Path) -> None:
    run = Run(tiny_config(), 0, torch.device("cpu"), bf16=False, routers_alone=True)
    before = {name: value.clone() for name, value in run.network.state_dict().items()}
    patches = DegradedPatches(load_photos(clean_folder), 32, 0)
    run.step(_batch([patches[0], patches[1]]), 0.0)
    moved = {name for name, value in run.network.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {f"prompts.{level}.router.{part}" for level in range(3) for part in ("weight", "bias")}


def test_blocks_that_a_shallower_network_lacks_begin_as_the_identity() -> None:
    shallow = Run(tiny_config(), 0, torch.device("cpu"), bf16=False)
    weights = shallow.network.state_dict()
    deep = Run(replace(tiny_config(), decoder_blocks=(1, 1, 3)), 1, torch.device("cpu"), bf16=False)
    deep.start_from(weights)
    image = torch.rand(1, 3, 32, 48)
    for network in (deep.network, deep.average.module):
        torch.testing.assert_close(network(image)[0], shallow.network(image)[0])
    with pytest.raises(RuntimeError, match=r"head\.1\.weight"):
        deep.start_from({name: value for name, value in weights.items() if name != "head.1.weight"})


def _batch(samples: list) -> object:
    from cpl.data import Sample

    return Sample(*(torch.stack(column) for column in zip(*samples, strict=True)))


def _config_of(out: Path):
    from cpl.backbones.nafnet import PromptedNAFNetConfig

    return PromptedNAFNetConfig.from_dict(checkpoint.load(out / "checkpoint.pt")["config"])
