"""Training steps of a Llama of 246,336 weights in eager PyTorch, with the arithmetic of the library's: the peer of LlamaBenchmark.

Prints the processor seconds of a step, and the first and the last loss.
"""
import math
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
V, D, L, H, M, T, B = 512, 64, 4, 4, 192, 96, 32
HD = D // H


def weight(*shape, scale=0.02):
    return torch.nn.Parameter(torch.randn(*shape) * scale)


embed = weight(V, D)
layers = [
    dict(
        an=torch.nn.Parameter(torch.ones(D)),
        wq=weight(D, D),
        wk=weight(D, D),
        wv=weight(D, D),
        wo=weight(D, D, scale=0.02 / math.sqrt(2 * L)),
        fn=torch.nn.Parameter(torch.ones(D)),
        w1=weight(M, D),
        w2=weight(D, M),
        w3=weight(M, D, scale=0.02 / math.sqrt(2 * L)),
    )
    for _ in range(L)
]
last = torch.nn.Parameter(torch.ones(D))
angle = torch.arange(T)[:, None] * 10000.0 ** (-torch.arange(0, HD, 2) / HD)
cos, sin = angle.cos()[:, None, :], angle.sin()[:, None, :]
mask = torch.full((T, T), float("-inf")).triu(1)


def norm(x, w):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5) * w


def turn(x):
    r, i = x.reshape(B, T, H, HD // 2, 2).unbind(-1)
    return torch.stack([r * cos - i * sin, r * sin + i * cos], -1).flatten(3)


def forward(tokens):
    x = embed[tokens]
    for w in layers:
        n = norm(x, w["an"])
        q, k, v = (F.linear(n, w[name]).view(B, T, H, HD) for name in ("wq", "wk", "wv"))
        q, k, v = turn(q).transpose(1, 2), turn(k).transpose(1, 2), v.transpose(1, 2)
        p = F.softmax(q @ k.transpose(2, 3) / math.sqrt(HD) + mask, -1)
        x = x + F.linear((p @ v).transpose(1, 2).reshape(B, T, D), w["wo"])
        n = norm(x, w["fn"])
        x = x + F.linear(F.silu(F.linear(n, w["w1"])) * F.linear(n, w["w3"]), w["w2"])
    return F.linear(norm(x, last), embed)


parameters = [embed, last] + [p for w in layers for p in w.values()]
optimizer = torch.optim.AdamW(
    [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.1},
        {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0},
    ],
    lr=1e-3,
    betas=(0.9, 0.95),
)
data = torch.randint(0, V, (64, T + 1))


def step():
    rows = data[torch.randint(0, 64, (B,))]
    loss = F.cross_entropy(forward(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


first = step()
for _ in range(9):
    step()
steps = int(sys.argv[1])
start = time.process_time()
for _ in range(steps):
    loss = step()
print((time.process_time() - start) / steps, first, loss)
