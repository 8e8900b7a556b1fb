"""Writes logistic.json: logistic regressions with a ridge, fitted by PyTorch's L-BFGS in float64.

Run with a Python that has torch:  python make_logistic_golden.py
"""
import json
import pathlib

import torch


def fit(values, labels, weights, ridge):
    """The weights of standardised values, and the bias, where the penalised loss is least."""
    total = weights.sum()
    mean = (weights[:, None] * values).sum(0) / total
    spread = ((weights[:, None] * (values - mean) ** 2).sum(0) / total).sqrt()
    x = (values - mean) / spread
    parameters = torch.zeros(values.shape[1] + 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([parameters], lr=1, max_iter=2000, tolerance_grad=1e-13,
                                  tolerance_change=0, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        logits = parameters[0] + x @ parameters[1:]
        value = (weights * torch.nn.functional.binary_cross_entropy_with_logits(
            logits, labels, reduction="none")).sum()
        value = value + ridge / 2 * (parameters[1:] ** 2).sum()
        value.backward()
        return value

    optimizer.step(loss)
    return {"mean": mean.tolist(), "spread": spread.tolist(), "bias": parameters[0].item(),
            "weights": parameters[1:].tolist()}


def case(count, signals, ridge, separable, weighted):
    values = torch.randn(count, signals, dtype=torch.float64) * torch.arange(1.0, signals + 1) + 3
    logits = values[:, 0] - 3 + 0.5 * torch.randn(count, dtype=torch.float64)
    labels = (values[:, 0] > 3 if separable else logits > -0.7).double()
    weights = torch.rand(count, dtype=torch.float64) + 0.1
    weights = weights if weighted else torch.ones_like(weights)
    return {"values": values.tolist(), "labels": [bool(label) for label in labels],
            "importance": weights.tolist(), "ridge": ridge, **fit(values, labels, weights, ridge)}


torch.manual_seed(7)
cases = [case(60, 2, 1.0, False, False), case(60, 3, 0.1, False, True),
         case(40, 2, 1.0, True, False)]
path = pathlib.Path(__file__).parent / "logistic.json"
path.write_text(json.dumps(cases) + "\n")
