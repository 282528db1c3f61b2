"""Weights of an ONNX file in half precision: half the size, and the same time and arithmetic.

Each large weight is kept as float16 and cast back at the head of the graph. A runtime folds the cast when it loads the
file, so what runs is float32 as before, with weights that are off by at most 1 in 2,048.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SMALLEST = 4096
"""Elements; below it biases and scales stay as they are: they are a hundredth of the file."""
SUFFIX = ".half"


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """Changes and returns the model. Raises ValueError for a weight that float16 cannot hold."""
    casts = []
    for number, tensor in enumerate(model.graph.initializer):
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < SMALLEST:
            continue
        if np.abs(values).max() > np.finfo(np.float16).max:
            raise ValueError(f"{tensor.name} holds {np.abs(values).max():.3g}, more than float16 can")
        name = tensor.name
        model.graph.initializer[number].CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + SUFFIX))
        casts.append(helper.make_node("Cast", [name + SUFFIX], [name], name + ".cast", to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    model.graph.ClearField("node")
    model.graph.node.extend(nodes)
    return model
