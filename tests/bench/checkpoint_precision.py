"""What half precision and 8-bit weights gain and cost on the CPU.

    training/.venv/bin/python tests/bench/checkpoint_precision.py PHOTOS [--pictures 8] [--model model.onnx]

PHOTOS is a folder of clean photos of at least SIDE x SIDE; noise and JPEG blocks are put on their middles. Prints for
each variant of the model its size, the time of a run (the variants run by turns, the best of the rounds counts), the
PSNR against the clean photos, and the largest difference from the model as it is.
"""

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16
from PIL import Image

SIDE = 256
ROOT = Path(__file__).parents[2]
Planes = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--model", type=Path, default=ROOT / "resources/models/petrichor-compact/model.onnx")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pictures", type=int, default=8)
    arguments = parser.parse_args()

    paths = sorted(path for path in arguments.photos.iterdir() if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
    pairs = [pair for path in paths[: arguments.pictures] for pair in degraded(path)]
    with tempfile.TemporaryDirectory() as folder:
        # Models that were imported have their weights beside them, which ONNX Runtime's tools do not follow.
        original = Path(folder) / "original.onnx"
        onnx.save(onnx.load(arguments.model), original)
        files = {"float32": original}
        for name, make in variants(original, [picture for _, picture, _ in pairs[:6]]).items():
            target = Path(folder) / f"{len(files)}.onnx"
            try:
                make(target)
                runner(target, arguments.threads)
                files[name] = target
            except Exception as error:  # What the runtime cannot do is a result too.
                print(f"{name}: not possible: {str(error).splitlines()[0][:200]}")
        report({name: (file, runner(file, arguments.threads)) for name, file in files.items()}, pairs, arguments.rounds)


def degraded(path: Path) -> Iterator[tuple[str, Planes, Planes]]:
    """The middle of a photo, as (what was done, degraded, clean), each [1, 3, SIDE, SIDE], 0..1."""
    photo = Image.open(path).convert("RGB")
    left, top = (photo.width - SIDE) // 2, (photo.height - SIDE) // 2
    crop = photo.crop((left, top, left + SIDE, top + SIDE))
    clean = planes(crop)
    noise = np.random.default_rng(0).normal(0, 25 / 255, clean.shape)
    yield "noise", np.clip(clean + noise, 0, 1).astype(np.float32), clean
    blocks = io.BytesIO()
    crop.save(blocks, "JPEG", quality=10)
    yield "jpeg", planes(Image.open(blocks)), clean


def planes(image: Image.Image) -> Planes:
    return np.asarray(image, np.float32).transpose(2, 0, 1)[None] / 255


def variants(model: Path, calibration: list[Planes]) -> dict[str, Callable[[Path], None]]:
    """How each variant is written to a file."""

    def half_stored(target: Path) -> None:
        """Weights as float16, made float32 again when the model is loaded."""
        proto = onnx.load(model)
        casts = []
        for tensor in list(proto.graph.initializer):
            if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) > 64:
                half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{tensor.name}_half")
                proto.graph.initializer.remove(tensor)
                proto.graph.initializer.append(half)
                casts.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT))
        for cast in reversed(casts):
            proto.graph.node.insert(0, cast)
        onnx.save(proto, target)

    def half(target: Path) -> None:
        onnx.save(convert_float_to_float16(onnx.load(model), keep_io_types=True), target)

    def bytes_stored(target: Path) -> None:
        """Convolution weights as int8 with a scale for each output, made float32 again in every run."""
        proto = onnx.load(model)
        used = {node.input[1] for node in proto.graph.node if node.op_type == "Conv"}
        for tensor in [t for t in proto.graph.initializer if t.name in used]:
            weights = numpy_helper.to_array(tensor)
            scale = np.maximum(np.abs(weights).reshape(len(weights), -1).max(1), 1e-12) / 127
            rounded = np.round(weights / scale.reshape(-1, *[1] * (weights.ndim - 1))).astype(np.int8)
            proto.graph.initializer.remove(tensor)
            names = [f"{tensor.name}_{part}" for part in ("bytes", "scale")]
            proto.graph.initializer.append(numpy_helper.from_array(rounded, names[0]))
            proto.graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), names[1]))
            proto.graph.node.insert(0, helper.make_node("DequantizeLinear", names, [tensor.name], axis=0))
        onnx.save(proto, target)

    def dynamic(target: Path) -> None:
        quantize_dynamic(prepared(target), target, weight_type=QuantType.QUInt8, per_channel=False)

    def static(target: Path) -> None:
        quantize_static(
            prepared(target),
            target,
            Pictures(model, calibration),
            per_channel=True,
            op_types_to_quantize=["Conv"],
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )

    def prepared(target: Path) -> Path:
        ready = target.with_suffix(".ready.onnx")
        quant_pre_process(model, ready, skip_symbolic_shape=True)
        return ready

    return {
        "float16 weights, float32 sums": half_stored,
        "float16": half,
        "8-bit weights, float32 sums": bytes_stored,
        "8 bits, scales found at run": dynamic,
        "8 bits, scales from photos": static,
    }


class Pictures(CalibrationDataReader):
    def __init__(self, model: Path, pictures: list[Planes]) -> None:
        self.feeds = iter([feed(onnxruntime.InferenceSession(model), picture) for picture in pictures])

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self.feeds, None)


def feed(session: onnxruntime.InferenceSession, picture: Planes) -> dict[str, NDArray[np.float32]]:
    """The picture, and zeros for whatever could be forced."""
    others = {port.name: np.zeros(port.shape, np.float32) for port in session.get_inputs() if port.name != "image"}
    return {"image": picture, **others}


def runner(file: Path, threads: int) -> Callable[[Planes], Planes]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def run(picture: Planes) -> Planes:
        result: Planes = session.run(["restored"], feed(session, picture))[0]
        return result

    return run


def report(
    variants: dict[str, tuple[Path, Callable[[Planes], Planes]]], pairs: list[tuple[str, Planes, Planes]], rounds: int
) -> None:
    best = dict.fromkeys(variants, float("inf"))
    for _ in range(rounds):
        for name, (_, run) in variants.items():
            start = time.perf_counter()
            run(pairs[0][1])
            best[name] = min(best[name], time.perf_counter() - start)

    reference = [variants["float32"][1](picture) for _, picture, _ in pairs]
    kinds = sorted({kind for kind, _, _ in pairs})
    heads = "".join(f"{kind + ' dB':>11}" for kind in kinds)
    print(f"{'':30}{'MB':>8}{'ms':>8}{'speed':>8}{heads}{'largest':>11}")
    print(f"{'degraded':54}" + "".join(f"{mean_psnr(pairs, [p for _, p, _ in pairs], kind):11.2f}" for kind in kinds))
    for name, (file, run) in variants.items():
        results = [run(picture) for _, picture, _ in pairs]
        quality = "".join(f"{mean_psnr(pairs, results, kind):11.2f}" for kind in kinds)
        largest = max(float(np.abs(a - b).max()) for a, b in zip(results, reference, strict=True))
        speed = best["float32"] / best[name]
        size = file.stat().st_size / 1e6
        print(f"{name:30}{size:8.1f}{1000 * best[name]:8.0f}{speed:8.2f}{quality}{255 * largest:7.2f}/255")


def mean_psnr(pairs: list[tuple[str, Planes, Planes]], results: list[Planes], wanted: str) -> float:
    """In dB, over the pictures of one kind."""
    errors = [
        float(((np.clip(result, 0, 1) - clean) ** 2).mean())
        for (kind, _, clean), result in zip(pairs, results, strict=True)
        if kind == wanted
    ]
    return float(np.mean([-10 * np.log10(error) for error in errors]))


if __name__ == "__main__":
    main()
