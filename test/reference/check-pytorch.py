"""Checks that PyTorch takes a checkpoint's weights unchanged and computes the same with them.

Usage: python check-pytorch.py CHECKPOINT.safetensors CASE.json

CASE.json: {"cell": "lstm" | "gru" | "rnn", "activation": "tanh" | "relu", "time": T, "batch": B, "ids": [T*B, time-major],
"logits": [T*B*V]}, where the logits are ours from a state of zeros. Prints the greatest difference; exit code 1 above 1e-5.
Reads the safetensors file by its specification, so torch is all that is needed.
"""

import json
import struct
import sys
from pathlib import Path

import torch
from torch import nn

TOLERANCE = 1e-5
TRAINING_ONLY = ("optimizer.", "state.")


def read_safetensors(path):
    data = Path(path).read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32", f"{name} is {entry['dtype']}"
        values = bytearray(data[8 + size + begin : 8 + size + end])
        tensors[name] = torch.frombuffer(values, dtype=torch.float32).reshape(entry["shape"])
    return tensors


class LanguageModel(nn.Module):
    """A language model as a PyTorch user would write it, of the sizes that the weights have."""

    def __init__(self, weights, cell, activation):
        super().__init__()
        vocabulary, width = weights["embedding.weight"].shape
        hidden = weights["output.weight"].shape[1]
        layers = sum(name.startswith("rnn.weight_hh_l") for name in weights)
        options = {"nonlinearity": activation} if cell == "rnn" else {}
        self.embedding = nn.Embedding(vocabulary, width)
        self.rnn = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell](width, hidden, layers, **options)
        self.output = nn.Linear(hidden, vocabulary)

    def forward(self, ids):
        return self.output(self.rnn(self.embedding(ids))[0])


def main(checkpoint, case_path):
    tensors = read_safetensors(checkpoint)
    weights = {name: tensor for name, tensor in tensors.items() if not name.startswith(TRAINING_ONLY)}
    case = json.loads(Path(case_path).read_text())
    model = LanguageModel(weights, case["cell"], case["activation"])
    model.load_state_dict(weights, strict=True)
    ids = torch.tensor(case["ids"]).reshape(case["time"], case["batch"])
    with torch.no_grad():
        logits = model(ids).flatten()
    ours = torch.tensor(case["logits"])
    assert logits.shape == ours.shape, f"PyTorch gives {len(logits)} scores, the case has {len(ours)}"
    difference = (logits - ours).abs().max().item()
    print(f"greatest difference {difference:.2e}")
    sys.exit(0 if difference <= TOLERANCE else 1)


main(*sys.argv[1:])
