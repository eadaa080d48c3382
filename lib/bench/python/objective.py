"""The gradients of 32 networks of 4,201 weights, batches of 128, one after the other: the peer of ObjectiveBenchmark.

Computes them once for every line on standard input and answers with the first network's loss.
"""
import sys

import torch

torch.set_num_threads(1)
torch.manual_seed(0)
x = torch.randint(0, 2, (1000, 40)).float() * 2 - 1
y = x[:, :3].prod(1)
nets = [torch.nn.Sequential(torch.nn.Linear(40, 100), torch.nn.ReLU(), torch.nn.Linear(100, 1)) for _ in range(32)]
rows = [torch.randint(0, 1000, (128,)) for _ in range(32)]
for _ in sys.stdin:
    losses = []
    for net, batch in zip(nets, rows):
        loss = torch.relu(1 - net(x[batch]).squeeze(1) * y[batch]).mean()
        torch.autograd.grad(loss, list(net.parameters()))
        losses.append(loss.detach())
    print(losses[0].item(), flush=True)
