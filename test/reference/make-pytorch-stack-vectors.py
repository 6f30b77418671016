"""Writes pytorch-stack-vectors.json: outputs of PyTorch's bidirectional nn.LSTM, nn.GRU and nn.RNN on padded sequences.

Run with a Python that has torch: python make-pytorch-stack-vectors.py
Numbers are float32 with enough digits to be read back exactly. Sequences are time-major, [time, batch, features]; what
stands past a sequence's length is noise that must not matter.
"""

import json
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

TIME, BATCH, INPUTS, HIDDEN = 5, 3, 4, 3
LENGTHS = [3, 5, 1]
CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def numbers(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]}


def vectors(cell, layers, seed):
    torch.manual_seed(seed)
    module = CELLS[cell](INPUTS, HIDDEN, layers, bidirectional=True)
    for weight in module.parameters():  # wider than the default, so that gates leave their linear range
        nn.init.uniform_(weight, -0.8, 0.8)
    x = torch.randn(TIME, BATCH, INPUTS)
    packed, last = module(pack_padded_sequence(x, LENGTHS, enforce_sorted=False))
    y, _ = pad_packed_sequence(packed, total_length=TIME)
    last = list(last) if cell == "lstm" else [last]
    return {
        "cell": cell,
        "layers": layers,
        "hidden": HIDDEN,
        "lengths": LENGTHS,
        "weights": {name: numbers(weight) for name, weight in module.named_parameters()},
        "x": numbers(x),
        "y": numbers(y),
        "last": [numbers(state) for state in last],
    }


def main():
    cases = [vectors(cell, layers, 10 * k + layers) for k, cell in enumerate(CELLS) for layers in (1, 2)]
    document = {"torch": torch.__version__, "cases": cases}
    path = Path(__file__).with_name("pytorch-stack-vectors.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


main()
