"""Writes pytorch-vectors.json: outputs of PyTorch's nn.LSTM, nn.GRU and nn.RNN for random weights, inputs and states,
over whole sequences and over packed ones of several lengths in both directions, these with gradients.

Run with a Python that has torch: python make-pytorch-vectors.py
Numbers are float32 with enough digits to be read back exactly. Sequences are time-major, [time, batch, features].
"""

import json
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

TIME, BATCH, INPUTS, HIDDEN = 5, 3, 6, 7
CELLS = {
    "lstm": lambda layers: nn.LSTM(INPUTS, HIDDEN, layers),
    "gru": lambda layers: nn.GRU(INPUTS, HIDDEN, layers),
    "rnn tanh": lambda layers: nn.RNN(INPUTS, HIDDEN, layers, nonlinearity="tanh"),
    "rnn relu": lambda layers: nn.RNN(INPUTS, HIDDEN, layers, nonlinearity="relu"),
}
BIDIRECTIONAL = {
    "lstm": lambda: nn.LSTM(INPUTS, HIDDEN, bidirectional=True),
    "gru": lambda: nn.GRU(INPUTS, HIDDEN, bidirectional=True),
    "rnn tanh": lambda: nn.RNN(INPUTS, HIDDEN, nonlinearity="tanh", bidirectional=True),
    "rnn relu": lambda: nn.RNN(INPUTS, HIDDEN, nonlinearity="relu", bidirectional=True),
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


LENGTHS = [3, 5, 1]


def packed(cell, seed):
    """One bidirectional layer over sequences of LENGTHS, and the gradients of sum(y * cos y) + the same of each state."""
    torch.manual_seed(seed)
    module = BIDIRECTIONAL[cell]()
    for weight in module.parameters():
        nn.init.uniform_(weight, -0.8, 0.8)
    x = torch.randn(TIME, BATCH, INPUTS, requires_grad=True)
    states = [torch.randn(2, BATCH, HIDDEN, requires_grad=True) for _ in range(2 if cell == "lstm" else 1)]
    sequences = pack_padded_sequence(x, torch.tensor(LENGTHS), enforce_sorted=False)
    y, last = module(sequences, tuple(states) if cell == "lstm" else states[0])
    y, _ = pad_packed_sequence(y, total_length=TIME)
    last = list(last) if cell == "lstm" else [last]
    sum((part * part.cos()).sum() for part in [y, *last]).backward()
    return {
        "cell": cell,
        "lengths": LENGTHS,
        "weights": {name: numbers(weight) for name, weight in module.named_parameters()},
        "weightGradients": {name: numbers(weight.grad) for name, weight in module.named_parameters()},
        "x": numbers(x),
        "xGradient": numbers(x.grad),
        "states": [numbers(state) for state in states],
        "stateGradients": [numbers(state.grad) for state in states],
        "y": numbers(y),
        "last": [numbers(state) for state in last],
    }


def main():
    cases = [vectors(cell, layers, 10 * k + layers) for k, cell in enumerate(CELLS) for layers in (1, 2)]
    lengths = [packed(cell, 100 + k) for k, cell in enumerate(BIDIRECTIONAL)]
    document = {"torch": torch.__version__, "cases": cases, "packed": lengths}
    path = Path(__file__).with_name("pytorch-vectors.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


main()
