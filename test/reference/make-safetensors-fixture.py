"""Prints, in base64, a small file written by the reference implementation of safetensors.

    pip install safetensors numpy && python test/reference/make-safetensors-fixture.py

The result stands in test/unit/core/runs-safetensors.test.ts.
"""

import base64

import numpy
import safetensors.numpy

tensors = {
    "rnn.weight_ih_l0": numpy.array([[0.5, -1.25, 3e-39], [numpy.inf, 1e30, -0.0]], dtype=numpy.float32),
    "output.bias": numpy.array([0.1, 0.2, 0.3, 0.4, 0.5], dtype=numpy.float32),
    "step": numpy.array(2147483647, dtype=numpy.int32),
    "empty": numpy.zeros((0, 3), dtype=numpy.float32),
    "größe": numpy.array([-1, 2], dtype=numpy.int32),
}
print(base64.b64encode(safetensors.numpy.save(tensors, metadata={"format": "pt", "note": "größe"})).decode())
