"""Takes optimiser steps with PyTorch, in float64. Reads cases as JSON from standard input, prints the parameters.

Used by test/parity/core/optimisers.test.ts.
"""

import json
import sys

import torch

torch.set_default_dtype(torch.float64)


def create(options, parameters):
    name, decay, epsilon = options["optimiser"], options["weightDecay"], options["epsilon"]
    betas = (options["beta1"], options["beta2"])
    if name == "adam":
        return torch.optim.Adam(parameters, lr=1, betas=betas, eps=epsilon, weight_decay=decay)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=1, betas=betas, eps=epsilon, weight_decay=decay)
    if name == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=1, alpha=options["decay"], eps=epsilon, weight_decay=decay)
    if name == "adagrad":
        return torch.optim.Adagrad(parameters, lr=1, eps=epsilon, weight_decay=decay)
    if name == "asgd":
        start = options.get("averageFrom", 0)
        return torch.optim.ASGD(parameters, lr=1, lambd=0, t0=start, weight_decay=decay)
    momentum = options["momentum"] if name == "momentum" else 0
    return torch.optim.SGD(parameters, lr=1, momentum=momentum, nesterov=options["nesterov"], weight_decay=decay)


def run(case):
    options = case["options"]
    parameters = [torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in case["start"]]
    optimiser = create(options, parameters)
    for gradients, rate in zip(case["gradients"], case["rates"]):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        if options["clipValue"] > 0:
            torch.nn.utils.clip_grad_value_(parameters, options["clipValue"])
        if options["clip"] > 0:
            torch.nn.utils.clip_grad_norm_(parameters, options["clip"])
        for group in optimiser.param_groups:
            group["lr"] = rate
        if options["optimiser"] == "asgd":
            # With lambd = 0 its own rate only ever equals lr, but is computed a step late.
            for parameter in parameters:
                if parameter in optimiser.state:
                    optimiser.state[parameter]["eta"].fill_(rate)
                else:
                    optimiser.param_groups[0]["lr"] = rate
        optimiser.step()
    average = [optimiser.state[p]["ax"].tolist() for p in parameters] if options["optimiser"] == "asgd" else []
    return {"p": [p.tolist() for p in parameters], "average": average}


print(json.dumps([run(case) for case in json.load(sys.stdin)]))
