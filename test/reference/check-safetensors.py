"""Loads a safetensors file with the reference implementation and prints it as JSON; used by a test where installed."""

import json
import sys

import safetensors

with safetensors.safe_open(sys.argv[1], framework="numpy") as file:
    tensors = {
        name: {"dtype": str(file.get_tensor(name).dtype), "shape": list(file.get_tensor(name).shape),
               "data": file.get_tensor(name).astype("float64").ravel().tolist()}
        for name in file.keys()
    }
    print(json.dumps({"tensors": tensors, "metadata": file.metadata()}))
