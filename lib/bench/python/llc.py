"""The estimate of a learning coefficient in eager PyTorch, one checkpoint after the other, from the formulas.

llc.py FOLDER STEPS: FOLDER has pairs.bin (int64 rows a, b, label), sizes.txt (p embed hidden) and NAME.bin (float32 parameters in the order embedding,
right weight, right bias, left weight, left bias, output weight). Prints a JSON line per file and way: the name, the way (stacked: batches are stacked from
tensors of single samples, as in the original's scripts; indexed: by one index), seconds of wall and processor, and the estimate.
"""
import json
import math
import os
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
folder, steps = sys.argv[1], int(sys.argv[2])
p, embed, hidden = map(int, open(os.path.join(folder, "sizes.txt")).read().split())
rows = torch.frombuffer(bytearray(open(os.path.join(folder, "pairs.bin"), "rb").read()), dtype=torch.int64).reshape(-1, 3)
GAMMA, EPSILON, BATCH = 5, 1e-3, 64


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(p, embed)
        self.right = nn.Linear(embed, hidden)
        self.left = nn.Linear(embed, hidden)
        self.out = nn.Linear(hidden, p, bias=False)

    def forward(self, a, b):
        return self.out(nn.functional.gelu(self.left(self.embedding(a)) + self.right(self.embedding(b))))


def clamped(logits, labels):
    return -torch.log(torch.softmax(logits, 1)[torch.arange(len(labels)), labels] + 1e-7).mean()


def batches_stacked(samples, random):
    while True:
        some = [samples[i] for i in torch.randint(len(samples), (BATCH,), generator=random).tolist()]
        yield torch.stack([a for a, _, _ in some]), torch.stack([b for _, b, _ in some]), torch.stack([y for _, _, y in some])


def batches_indexed(random):
    while True:
        some = rows[torch.randint(len(rows), (BATCH,), generator=random)]
        yield some[:, 0], some[:, 1], some[:, 2]


def estimate(net, batches):
    n = len(rows)
    beta = n / math.log(n)
    full = clamped(net(rows[:, 0], rows[:, 1]), rows[:, 2])
    params = list(net.parameters())
    gradient = torch.autograd.grad(full, params)
    norm = math.sqrt(sum(float((g * g).sum()) for g in gradient))
    direction = [g / norm for g in gradient]
    start = [w.detach().clone() for w in params]
    optimizer = torch.optim.SGD(params, lr=1)
    losses = []
    for _ in range(steps):
        a, b, y = next(batches)
        optimizer.zero_grad()
        loss = clamped(net(a, b), y)
        losses.append(loss.item())
        prior = sum(((w0 - w) ** 2).sum() for w0, w in zip(start, params))
        (EPSILON / 2 * (GAMMA / 2 * prior + beta * loss)).backward()
        optimizer.step()
        with torch.no_grad():
            for w in params:
                w.add_(torch.randn_like(w) * math.sqrt(EPSILON))
            dot = sum(((w - w0) * d).sum() for w, w0, d in zip(params, start, direction))
            for w, d in zip(params, direction):
                w.sub_(dot * d)
    kept = losses[steps // 4 :]
    return beta * (sum(kept) / len(kept) - float(full))


for name in sorted(f for f in os.listdir(folder) if f.endswith(".bin") and f != "pairs.bin"):
    numbers = torch.frombuffer(bytearray(open(os.path.join(folder, name), "rb").read()), dtype=torch.float32)
    for way in ("stacked", "indexed"):
        net = Net()
        shapes = [net.embedding.weight, net.right.weight, net.right.bias, net.left.weight, net.left.bias, net.out.weight]
        at = 0
        with torch.no_grad():
            for w in shapes:
                w.copy_(numbers[at : at + w.numel()].reshape(w.shape))
                at += w.numel()
        random = torch.Generator().manual_seed(0)
        samples = [(r[0], r[1], r[2]) for r in rows]
        stream = batches_stacked(samples, random) if way == "stacked" else batches_indexed(random)
        wall, cpu = time.perf_counter(), time.process_time()
        found = estimate(net, stream)
        print(json.dumps({"name": name, "way": way, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "llc": found}), flush=True)
