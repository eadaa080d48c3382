"""Sparse parity as a plain PyTorch loop, one run after the other: the peer of PopulationBenchmark.

parity.py SEEDS EPOCHS OUT BATCHES writes one JSON line per run and epoch to OUT and the seconds to standard output.
BATCHES says where batches come from: "loader", a DataLoader as in the original's scripts, or "rows", by indexing.
"""
import json
import sys
import time

import torch


def matrix(x):
    s = torch.linalg.svdvals(x)
    s = torch.where(s < 1e-5, torch.zeros_like(s), s)
    l1, l2, trace, spectral = x.abs().sum(), x.norm(), x.diagonal().sum(), s[0]
    return {"l1": l1.item(), "l2": l2.item(), "trace": trace.item(), "spectral": spectral.item(),
            "code_sparsity": (l1 / l2).item(), "computational_sparsity": (trace / spectral).item(),
            "mean_singular_value": s.mean().item(), "var_singular_value": s.var().item() if len(s) > 1 else None,
            "singular_values": s.tolist()}


def distribution(parts):
    x = torch.cat([p.flatten() for p in parts])
    return {"mean": x.mean().item(), "var": x.var().item(), "median": x.median().item()}


def by_rows(train, labels):
    order = torch.randperm(1000)
    for at in range(0, 1000, 32):
        rows = order[at:at + 32]
        yield train[rows], labels[rows]


def run(seed, epochs, out, batches):
    torch.manual_seed(seed)
    x = torch.randint(0, 2, (1100, 40)).float() * 2 - 1
    y = x[:, :3].prod(1)
    train, test, labels, test_labels = x[:1000], x[1000:], y[:1000], y[1000:]
    net = torch.nn.Sequential(torch.nn.Linear(40, 1000), torch.nn.ReLU(), torch.nn.Linear(1000, 1))
    for layer in (net[0], net[2]):
        torch.nn.init.xavier_uniform_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    sgd = torch.optim.SGD(net.parameters(), lr=0.1, weight_decay=0.01)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(train, labels), batch_size=32, shuffle=True)
    for epoch in range(epochs):
        losses, right = 0.0, 0
        for inputs, target in loader if batches == "loader" else by_rows(train, labels):
            sgd.zero_grad()
            output = net(inputs).squeeze(1)
            loss = torch.clamp(1 - output * target, min=0).mean()
            loss.backward()
            sgd.step()
            losses += loss.item()
            right += (output * target > 0).sum().item()
        with torch.no_grad():
            output = net(test).squeeze(1)
            line = {"seed": seed, "epoch": epoch, "train_loss": losses / 32, "train_accuracy": right / 1000,
                    "eval_loss": torch.clamp(1 - output * test_labels, min=0).mean().item(),
                    "eval_accuracy": (output * test_labels > 0).float().mean().item(),
                    "w": [{"0": matrix(net[0].weight)}, {"2": matrix(net[2].weight)}],
                    "w_all": distribution([net[0].weight, net[2].weight]),
                    "b_all": distribution([net[0].bias, net[2].bias])}
            out.write(json.dumps(line) + "\n")


seeds, epochs, path, batches = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
start = time.time()
with open(path, "w") as out:
    for seed in range(seeds):
        run(seed, epochs, out, batches)
print(time.time() - start)
