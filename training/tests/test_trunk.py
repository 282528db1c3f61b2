"""A trunk that goes on, its decay, steps as CUDA graphs, and the relay that runs them."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

import relay
from cpl import checkpoint
from cpl.backbones.residual import VARIANTS, PromptedResidualConfig
from cpl.distributed import Group
from cpl.library import Library, Photo, scales
from cpl.patches import Batch, BytePatches
from cpl.phases import Diary, linear_to_zero, phase
from cpl.probe import Choice, Probe, Timing, choose
from cpl.trunk import AVERAGE_DECAY, WARM_UP, WARM_UP_AGAIN, Trunk, constant_rate

TRAINING = Path(__file__).parent.parent
TINY = PromptedResidualConfig(
    width=8, growth=(1, 1, 2, 2), encoder_blocks=(1, 1, 1), latent_blocks=1, decoder_blocks=(1, 1, 1)
)
CPU = torch.device("cpu")


def tiny_trunk(group: Group | None = None) -> Trunk:
    return Trunk("residual", TINY.to_dict(), CPU, group=group)


def library() -> Library:
    random = np.random.default_rng(0)
    pixels = [cv2.resize(random.integers(0, 256, (9, 9, 3), dtype=np.uint8), (96, 96)) for _ in range(3)]
    return Library([Photo(scales(each)) for each in pixels], ["a.avif", "b.avif", "c.avif"])


def batch(number: int, size: int = 2) -> Batch:
    patches = BytePatches(library(), 32, 0)
    samples = [patches[size * number + index] for index in range(size)]
    return Batch(*(torch.stack(each) for each in zip(*samples, strict=True)))


def weights(trunk: Trunk) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in trunk.network.parameters()])


def test_the_rate_warms_up_and_then_is_constant() -> None:
    trunk = tiny_trunk()
    assert trunk.peak_rate == constant_rate(8) == 1e-3 and constant_rate(48) == 6e-4
    assert trunk.warmth() == 1 / WARM_UP
    trunk.steps_here = 10 * WARM_UP
    assert trunk.warmth() == 1
    trunk.run, trunk.steps_here = 1, 0
    assert trunk.warmth() == 1 / WARM_UP_AGAIN
    assert [linear_to_zero(progress) for progress in (0, 0.25, 1, 1.1)] == [1, 0.75, 0, 0]


def test_a_trunk_goes_on_from_its_file_as_the_next_run(tmp_path: Path) -> None:
    trunk = tiny_trunk()
    trunk.photos = {"b.avif", "a.avif"}
    for number in range(3):
        trunk.step(batch(number), 1e-3)
    trunk.save(tmp_path / "trunk.pt")
    state = checkpoint.load(tmp_path / "trunk.pt")
    assert {value.dtype for value in state["weights"].values()} == {torch.float16}
    again = tiny_trunk()
    again.go_on_from(state)
    assert (again.run, again.step_number, again.samples, again.photos) == (1, 3, 6, {"a.avif", "b.avif"})
    torch.testing.assert_close(weights(again), weights(trunk), rtol=1e-3, atol=1e-6)
    other = Trunk("residual", {**TINY.to_dict(), "growth": (1, 1, 1, 2)}, CPU)
    with pytest.raises(ValueError, match="the trunk is"):
        other.go_on_from(state)


def test_the_loss_of_a_batch_falls() -> None:
    trunk, same = tiny_trunk(), batch(0, 4)
    losses = [float(trunk.step(same, 2e-3)["loss"]) for _ in range(40)]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_the_branch_averages_its_weights_and_hears_wrong_prompts_now_and_then() -> None:
    trunk = tiny_trunk()
    assert "contrast" not in trunk.step(batch(0), 1e-3)
    trunk.branch("margin", 2)
    assert trunk.average is not None
    began = weights(trunk)
    heard = ["contrast" in trunk.step(batch(number), 1e-3) for number in range(4)]
    assert heard == [False, True, False, True]  # by the number of the step, which was 1
    average = torch.cat([p.detach().flatten() for p in trunk.average.parameters()])
    moved, lagged = weights(trunk) - began, average - began
    assert 0 < lagged.norm() < moved.norm()
    trunk.averaged = 10**6
    trunk.step(batch(5), 0.1)
    after = torch.cat([p.detach().flatten() for p in trunk.average.parameters()])
    torch.testing.assert_close(after, torch.lerp(average, weights(trunk), 1 - AVERAGE_DECAY))


def test_what_is_shipped_loads_as_a_checkpoint(tmp_path: Path) -> None:
    trunk = tiny_trunk()
    trunk.branch("none", 1)
    trunk.step(batch(0), 1e-3)
    checkpoint.save(tmp_path / "c.pt", trunk.shipped())
    network, image = checkpoint.load_network(tmp_path / "c.pt"), torch.rand(1, 3, 32, 32)
    assert trunk.average is not None
    torch.testing.assert_close(network(image)[0], trunk.average(image)[0], rtol=1e-2, atol=1e-3)


def test_two_halves_of_a_batch_make_the_step_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `share_gradients` relies on: the mean of the halves' gradients is the gradient of the whole."""
    found = []
    for size, start in ((4, 0), (2, 0), (2, 1)):
        trunk = tiny_trunk()
        monkeypatch.setattr(trunk.optimizer, "step", lambda: None)
        monkeypatch.setattr(trunk.optimizer, "zero_grad", lambda set_to_none: None)
        monkeypatch.setattr("cpl.trunk.nn.utils.clip_grad_norm_", lambda *_: None)
        trunk.step(batch(start, size), 1e-3)
        found.append(torch.cat([p.grad.flatten() for p in trunk.network.parameters() if p.grad is not None]))
    torch.testing.assert_close((found[1] + found[2]) / 2, found[0], rtol=1e-3, atol=1e-6)


def test_a_phase_ends_in_time_and_logs_what_it_gets_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cpl.phases.LOG_EVERY", 0.0)
    trunk, saved = tiny_trunk(), []
    batches = (batch(number) for number in range(10_000))
    phase(trunk, batches, 0.5, Diary(tmp_path / "log.jsonl"), save=lambda: saved.append(trunk.step_number))
    assert trunk.step_number > 0 and saved == [trunk.step_number] and trunk.seconds >= 0.4
    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert all(entry["patches_per_second"] > 0 and "pixels" in entry and "rate" in entry for entry in entries)


def timing(variant: str, size: int, speed: float, recorded: bool = True) -> Timing:
    return Timing(variant, 128, size, recorded, 1000 * size / speed, speed, 1.0, 0.3)


@pytest.mark.parametrize(
    ("known", "per_core", "expected"),
    [
        (None, 100, Choice("residual-48-lean", 32, True)),  # cores make 1,400: the wide one takes them
        (None, 400, Choice("residual-32", 64, True)),  # 5,600: neither does, and the narrow one is faster
        ("residual-48-lean", 400, Choice("residual-48-lean", 64, True)),
    ],
)
def test_the_batch_is_the_smallest_that_is_fast_enough(known: str | None, per_core: float, expected: Choice) -> None:
    steps = [
        timing("residual-32", 32, 2500),
        timing("residual-32", 64, 4000),
        timing("residual-32", 128, 4300),
        timing("residual-32", 64, 600, recorded=False),
        timing("residual-48-lean", 32, 1500),
        timing("residual-48-lean", 64, 2400),
    ]
    assert choose(Probe({}, per_core, 100.0, steps), 14, known) == expected
    with pytest.raises(ValueError, match="out of memory"):
        choose(Probe({}, per_core, 100.0, [], ["out of memory"]), 14)


def test_the_relay_leaves_a_trunk_weights_a_log_and_the_probe_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signals: None
) -> None:
    monkeypatch.setitem(VARIANTS, "tiny", TINY)
    monkeypatch.setattr("cpl.phases.LOG_EVERY", 0.0)
    (tmp_path / "photos").mkdir()
    for number, photo in enumerate(library().photos):
        cv2.imwrite(str(tmp_path / "photos" / f"{number}.png"), photo.levels[0])
    trunk = tmp_path / "trunk.pt"
    for run in range(2):
        out = tmp_path / f"out{run}"
        sizes = "--seconds 3 --decay .6 --probe .4 --reserve .6 --workers 0 --patches 32 48 --batches 2 --variants tiny"
        folders = ["--photos", str(tmp_path / "photos"), "--out", str(out), "--trunk", str(trunk)]
        monkeypatch.setattr(sys, "argv", ["relay.py", *folders, *sizes.split()])
        relay.main()
        names = {"trunk.pt", "checkpoint.pt", "log.jsonl", "probe.txt", "probe.json"}
        assert {path.name for path in out.iterdir()} == names
        trunk.write_bytes((out / "trunk.pt").read_bytes())
        state = checkpoint.load(trunk)
        assert state["runs"] == run + 1 and state["photos"] == ["0.png", "1.png", "2.png"] and state["step"] > 0
        shipped = checkpoint.load(out / "checkpoint.pt")
        assert shipped["step"] > state["step"]
        entries = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
        assert {entry["run"] for entry in entries} == {run} and all("pixels" in entry for entry in entries)
        assert "chosen: Choice(variant='tiny', batch=2, recorded=False)" in (out / "probe.txt").read_text()
    assert relay.variant_of(checkpoint.load(trunk)["config"]) == "tiny"
    with pytest.raises(ValueError, match="no variant"):
        relay.variant_of({**TINY.to_dict(), "k": 3})


def test_the_relay_needs_little_of_a_borrowed_machine() -> None:
    """PyTorch, NumPy, OpenCV and Pillow; not what measures, exports and draws."""
    code = "import relay, sys; print(*(n for n in sys.modules if '.' not in n))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], cwd=TRAINING, capture_output=True, text=True).stdout.split()
    )
    assert "torch" in loaded and not loaded & {"onnx", "onnxruntime", "skimage", "matplotlib", "safetensors", "scipy"}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="steps are recorded on NVIDIA GPUs alone")
@pytest.mark.parametrize("contrast", ["none", "margin"])
def test_recorded_steps_find_what_eager_ones_do(contrast: str) -> None:
    device, losses, found = torch.device("cuda"), {}, {}
    for recorded in (False, True):
        trunk = Trunk("residual", TINY.to_dict(), device, graphs=recorded)
        trunk.branch(contrast, 2)  # type: ignore[arg-type]
        losses[recorded] = [float(trunk.step(batch(number).to(device), 1e-3)["loss"]) for number in range(8)]
        found[recorded] = weights(trunk)
        assert (trunk.recorded is not None) == recorded
    torch.testing.assert_close(losses[True], losses[False], rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(found[True], found[False], rtol=1e-2, atol=1e-3)
