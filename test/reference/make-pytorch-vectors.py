"""Writes pytorch-vectors.json: outputs of PyTorch's nn.LSTM, nn.GRU and nn.RNN for random weights, inputs and states.

Run with a Python that has torch: python make-pytorch-vectors.py
Numbers are float32 with enough digits to be read back exactly. Sequences are time-major, [time, batch, features].
"""

import json
from pathlib import Path

import torch
from torch import nn

TIME, BATCH, INPUTS, HIDDEN = 5, 3, 6, 7
CELLS = {
    "lstm": lambda layers: nn.LSTM(INPUTS, HIDDEN, layers),
    "gru": lambda layers: nn.GRU(INPUTS, HIDDEN, layers),
    "rnn tanh": lambda layers: nn.RNN(INPUTS, HIDDEN, layers, nonlinearity="tanh"),
    "rnn relu": lambda layers: nn.RNN(INPUTS, HIDDEN, layers, nonlinearity="relu"),
}


def numbers(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]}


def vectors(cell, layers, seed):
    torch.manual_seed(seed)
    module = CELLS[cell](layers)
    for weight in module.parameters():  # wider than the default, so that gates leave their linear range
        nn.init.uniform_(weight, -0.8, 0.8)
    x = torch.randn(TIME, BATCH, INPUTS)
    states = [torch.randn(layers, BATCH, HIDDEN) for _ in range(2 if cell == "lstm" else 1)]
    y, last = module(x, tuple(states) if cell == "lstm" else states[0])
    last = list(last) if cell == "lstm" else [last]
    return {
        "cell": cell,
        "layers": layers,
        "weights": {name: numbers(weight) for name, weight in module.named_parameters()},
        "x": numbers(x),
        "states": [numbers(state) for state in states],
        "y": numbers(y),
        "last": [numbers(state) for state in last],
    }


def main():
    cases = [vectors(cell, layers, 10 * k + layers) for k, cell in enumerate(CELLS) for layers in (1, 2)]
    document = {"torch": torch.__version__, "cases": cases}
    path = Path(__file__).with_name("pytorch-vectors.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


main()
