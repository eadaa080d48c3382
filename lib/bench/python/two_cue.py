"""The task of two cues in eager PyTorch, one model at a time: the peer of TwoCueBenchmark.

two_cue.py RUNS pretrains a network, fine-tunes RUNS copies of it, and evaluates ten points of the segment of every pair on
512 samples. As Kymograph does, it evaluates each network on 2,000 test samples at its end, and keeps its parameters of the
start and the end on disk. It writes the seconds of the three parts, and the processor's of all of them, to standard output.
"""
import sys
import tempfile
import time

import torch
import torch.nn.functional as F

SYMBOLS, SLOTS, D = 16, 6, 16


def symbols(polarity):
    return torch.randint(0, 8, polarity.shape) + torch.where(polarity > 0, 0, 8)


def sums(n):
    x = torch.randint(0, SYMBOLS, (2 * n, SLOTS))
    total = torch.where(x < 8, 1, -1).sum(1)
    keep = total != 0
    return x[keep][:n], (total[keep][:n] > 0).long()


def cues(n, a, b):
    y = torch.randint(0, 2, (n,)) * 2 - 1
    polarity = torch.randint(0, 2, (n, SLOTS)) * 2 - 1
    polarity[:, 0] = torch.where(torch.rand(n) < a, y, -y)
    polarity[:, 1] = torch.where(torch.rand(n) < b, -y, y)
    return symbols(polarity), (y > 0).long()


class CueReader(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Parameter(0.3 * torch.randn(SYMBOLS, D))
        self.position = torch.nn.Parameter(0.3 * torch.randn(SLOTS, D))
        self.query = torch.nn.Parameter(0.1 * torch.randn(D))
        self.key = torch.nn.Parameter(torch.randn(D, D) / 4)
        self.value = torch.nn.Parameter(torch.randn(D, D) / 4)
        self.head = torch.nn.Linear(D, 2)
        self.new_head()

    def new_head(self):
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, x):
        h = self.embed[x] + self.position
        alpha = ((h @ self.key.T) @ self.query / 4).softmax(-1)
        return self.head((alpha.unsqueeze(-1) * h).sum(1) @ self.value.T)


def train(net, x, y, test, rate, steps, folder):
    torch.save(net.state_dict(), f"{folder}/start.pt")
    adam = torch.optim.Adam(net.parameters(), rate)
    order, at = torch.randperm(len(x)), 0
    for _ in range(steps):
        if at + 32 > len(x):
            order, at = torch.randperm(len(x)), 0
        rows = order[at:at + 32]
        at += 32
        adam.zero_grad()
        F.cross_entropy(net(x[rows]), y[rows]).backward()
        adam.step()
    torch.save(net.state_dict(), f"{folder}/end.pt")
    with torch.no_grad():
        logits = net(test[0])
        return F.cross_entropy(logits, test[1]).item(), (logits.argmax(1) == test[1]).float().mean().item()


def main(runs):
    torch.manual_seed(0)
    folder = tempfile.mkdtemp()
    started, busy = time.perf_counter(), time.process_time()
    base = CueReader()
    train(base, *sums(20000), sums(2000), 3e-3, 400, folder)
    pretrained = time.perf_counter()
    x, y = cues(8000, 0.95, 0.95)
    test = cues(2000, 0.95, 0.95)
    models = []
    for seed in range(runs):
        torch.manual_seed(seed)
        net = CueReader()
        net.load_state_dict(base.state_dict())
        net.new_head()
        train(net, x, y, test, 5e-3, 400, folder)
        models.append({k: v.clone() for k, v in net.state_dict().items()})
    trained = time.perf_counter()
    x, y = test[0][:512], test[1][:512]
    highest = 0
    with torch.no_grad():
        for i in range(runs):
            for j in range(i):
                curve = []
                for k in range(10):
                    t = k / 9
                    net.load_state_dict({n: (1 - t) * models[i][n] + t * models[j][n] for n in models[i]})
                    curve.append(F.cross_entropy(net(x), y).item())
                highest = max(highest, max(curve) - max(curve[0], curve[-1]))
    done = time.perf_counter()
    seconds = (pretrained - started, trained - pretrained, done - trained, time.process_time() - busy, highest)
    print(*(f"{s:.3f}" for s in seconds), flush=True)


main(int(sys.argv[1]))
