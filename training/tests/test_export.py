import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from conftest import tiny_config

from cpl import checkpoint
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.checkpoint import load_exported
from cpl.contract import Contract
from cpl.degradations import EXPERTS
from cpl.manifest import manifest
from cpl.onnx_export import check, export
from cpl.recipe import Model

MODEL = Model("tiny", "Tiny", "1.2.3", tile=256, overlap=32, training="trained", licence="Free.")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture `network`, exported once for all tests, because exporting is slow."""
    torch.manual_seed(0)
    file = tmp_path_factory.mktemp("exported") / "model.onnx"
    export(PromptedNAFNet(tiny_config()).eval(), file)
    return file


def test_the_file_keeps_the_contract_at_any_size(model: Path) -> None:
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    assert [i.name for i in session.get_inputs()] == ["image", "gate_override", "gate_mix", "pool_override", "pool_mix"]
    assert [o.name for o in session.get_outputs()] == ["restored", "gates", "pools"]
    pooled = session.get_outputs()[2].shape[0]
    for height, width in ((16, 16), (32, 1024), (272, 48)):
        image = np.random.default_rng(0).random((1, 3, height, width), dtype=np.float32)
        feeds = {
            "image": image,
            "gate_override": np.zeros((3, 8), np.float32),
            "gate_mix": np.zeros(1, np.float32),
            "pool_override": np.zeros(pooled, np.float32),
            "pool_mix": np.zeros(1, np.float32),
        }
        restored, gates, pools = session.run(None, feeds)
        assert restored.shape == image.shape
        assert gates.shape == (3, 8)
        assert pools.shape == (pooled,)
        assert ((gates > 0).sum(-1) == 2).all()


def test_onnx_runtime_agrees_with_pytorch(network: PromptedNAFNet, model: Path) -> None:
    assert check(Contract(network).eval(), model) < 2e-4


def test_what_a_pass_says_about_itself_repeats_the_pass(network: PromptedNAFNet) -> None:
    contract = Contract(network).eval()
    image, none = torch.rand(1, 3, 64, 48), torch.zeros(1)
    restored, gates, pools = contract(image, torch.zeros(3, 8), none, torch.zeros(contract.pooled), none)
    torch.testing.assert_close(restored, network(image)[0])
    torch.testing.assert_close(contract(image, gates, none + 1, pools, none + 1)[0], restored)
    assert (contract(image, gates, none + 1, pools + 0.1, none + 1)[0] - restored).abs().max() > 0


def test_with_gates_and_means_given_a_place_does_not_see_what_is_far_from_it(network: PromptedNAFNet) -> None:
    """The same pixels in a larger picture come out the same: what a tile needs to fit its neighbours."""
    contract = Contract(network).eval()
    image, one = torch.rand(1, 3, 1024, 32), torch.ones(1)
    settled = (torch.rand(3, 8), one, torch.rand(contract.pooled), one)
    whole = contract(image, *settled)[0]
    tile = contract(image[:, :, 256:768], *settled)[0]
    torch.testing.assert_close(whole[:, :, 496:528], tile[:, :, 240:272])


def test_a_run_can_start_from_the_shipped_file(network: PromptedNAFNet, tmp_path: Path) -> None:
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    export(network, tmp_path / "model.onnx")
    weights = load_exported(tmp_path / "model.onnx")
    assert weights.keys() == network.state_dict().keys()
    image = torch.rand(1, 3, 64, 48)
    restored = network(image)[0]
    network.load_state_dict(weights)
    torch.testing.assert_close(network(image)[0], restored, rtol=1e-4, atol=1e-5)


def test_the_manifest_describes_the_file(network: PromptedNAFNet, model: Path) -> None:
    gates = {expert: [[0.0] * 8] * 3 for expert in EXPERTS}
    entry = manifest(network, model, {"gates": gates, "quality": []}, MODEL)
    json.dumps(entry)
    assert (entry["id"], entry["version"], entry["tile"], entry["training"]) == ("tiny", "1.2.3", 256, "trained")
    labels = ["Haze", "Rain", "Snow", "Blur", "Low light", "Noise", "JPEG"]
    assert [task["label"] for task in entry["tasks"]] == labels
    assert entry["experts"] == list(EXPERTS)
    assert [task["id"] for task in entry["tasks"]] == [e for e in EXPERTS if e != "clean"]
    assert entry["multiple"] == 16 and entry["tile"] % 16 == 0
    assert len(entry["sha256"]) == 64


def test_a_checkpoint_is_data_and_is_replaced_whole(network: PromptedNAFNet, tmp_path: Path) -> None:
    state = {"config": network.config.to_dict(), "average": network.state_dict()}
    checkpoint.save(tmp_path / "c.pt", state)
    checkpoint.save(tmp_path / "c.pt", state)
    assert [path.name for path in tmp_path.iterdir()] == ["c.pt"]
    image = torch.rand(1, 3, 32, 32)
    torch.testing.assert_close(checkpoint.load_network(tmp_path / "c.pt")(image)[0], network(image)[0])


def test_the_graph_has_no_loops_or_subgraphs(model: Path) -> None:
    operators = {node.op_type for node in onnx.load(str(model)).graph.node}
    assert not operators & {"If", "Loop", "Scan"}
