"""Writes what PyTorch computes for LeNet5 and ResNet18, to src/test/resources/org/kymograph/train/pytorch-conv.json.

Parameters and images come from a formula that the test has too, so that the file holds losses only.
Run by hand with any PyTorch: python3 conv_golden.py > ../resources/org/kymograph/train/pytorch-conv.json
"""
import json
import math

import torch
from torch.nn.functional import batch_norm, conv2d, cross_entropy, linear, max_pool2d, relu

torch.set_default_dtype(torch.float64)
BATCH = 4


def hashed(n, salt):
    """n numbers in [-1, 1), as if random, the same in any language."""
    h = (torch.arange(n, dtype=torch.int64) * 2654435761 + salt * 97003) % 2**32
    h = (h ^ (h >> 16)) * 73244475 % 2**32
    h = (h ^ (h >> 16)) * 73244475 % 2**32
    return (h >> 8).double() / 2**23 - 1


class State(dict):
    def add(self, name, *shape):
        n = math.prod(shape)
        if name.endswith("running_mean"):
            value = torch.zeros(n)
        elif name.endswith("running_var"):
            value = torch.ones(n)
        elif len(shape) == 1:
            value = hashed(n, len(self)) / 8 + (1 if name.endswith(".weight") else 0)
        else:
            value = hashed(n, len(self)) * math.sqrt(3 / (n // shape[0]))
        self[name] = value.float().double().reshape(shape).requires_grad_("running" not in name)

    def norm(self, name, channels):
        for part in ("weight", "bias", "running_mean", "running_var"):
            self.add(f"{name}.{part}", channels)


def bn(s, name, x, training):
    return batch_norm(x, s[name + ".running_mean"], s[name + ".running_var"], s[name + ".weight"], s[name + ".bias"],
                      training, 0.1, 1e-5)


def lenet_state():
    s = State()
    for i, (a, b) in enumerate(((1, 6), (6, 16)), 1):
        s.add(f"layer{i}.0.weight", b, a, 5, 5)
        s.add(f"layer{i}.0.bias", b)
        s.norm(f"layer{i}.1", b)
    for i, (a, b) in enumerate(((400, 120), (120, 84), (84, 10)), 1):
        s.add(f"fc{i}.weight", b, a)
        s.add(f"fc{i}.bias", b)
    return s


def lenet(s, x, training):
    for i in (1, 2):
        x = conv2d(x, s[f"layer{i}.0.weight"], s[f"layer{i}.0.bias"])
        x = max_pool2d(relu(bn(s, f"layer{i}.1", x, training)), 2)
    x = x.flatten(1)
    for i in (1, 2, 3):
        x = linear(x, s[f"fc{i}.weight"], s[f"fc{i}.bias"])
        x = relu(x) if i < 3 else x
    return x


def resnet_state(norms, skips):
    s = State()
    s.add("conv1.weight", 64, 3, 3, 3)
    if norms:
        s.norm("bn1", 64)
    a = 64
    for stage, b in enumerate((64, 128, 256, 512), 1):
        for block in (0, 1):
            name = f"layer{stage}.{block}."
            for conv, n in ((1, a), (2, b)):
                s.add(f"{name}conv{conv}.weight", b, n, 3, 3)
                if norms:
                    s.norm(f"{name}bn{conv}", b)
            if a != b and skips:
                s.add(name + "downsample.0.weight", b, a, 1, 1)
                s.norm(name + "downsample.1", b)
            a = b
    s.add("fc.weight", 100, 512)
    s.add("fc.bias", 100)
    return s


def resnet(s, x, training):
    def norm(name, x):
        return bn(s, name, x, training) if name + ".weight" in s else x

    skips = "layer2.0.downsample.0.weight" in s
    x = relu(norm("bn1", conv2d(x, s["conv1.weight"], padding=1)))
    for stage in (1, 2, 3, 4):
        for block in (0, 1):
            name = f"layer{stage}.{block}."
            stride = 2 if stage > 1 and block == 0 else 1
            y = relu(norm(name + "bn1", conv2d(x, s[name + "conv1.weight"], stride=stride, padding=1)))
            y = norm(name + "bn2", conv2d(y, s[name + "conv2.weight"], padding=1))
            if skips:
                if stride == 2:
                    x = norm(name + "downsample.1", conv2d(x, s[name + "downsample.0.weight"], stride=2))
                y = y + x
            x = relu(y)
    return linear(x.mean((2, 3)), s["fc.weight"], s["fc.bias"])


cases = []
for name, state, net, shape, classes in (
        ("lenet5", lenet_state(), lenet, (1, 32, 32), 10),
        ("resnet18 true true", resnet_state(True, True), resnet, (3, 32, 32), 100),
        ("resnet18 false true", resnet_state(False, True), resnet, (3, 32, 32), 100),
        ("resnet18 false false", resnet_state(False, False), resnet, (3, 32, 32), 100)):
    x = hashed(BATCH * math.prod(shape), 1000).float().double().reshape(BATCH, *shape)
    y = torch.arange(BATCH) * 7 % classes
    trained = [p for p in state.values() if p.requires_grad]
    o = torch.optim.SGD(trained, lr=0.002)
    losses = []
    for _ in range(2):
        o.zero_grad()
        loss = cross_entropy(net(state, x, True), y)
        losses.append(loss.item())
        loss.backward()
        o.step()
    with torch.no_grad():
        cases.append({"name": name, "parameters": sum(p.numel() for p in trained), "names": list(state),
                      "losses": losses, "eval_loss": cross_entropy(net(state, x, False), y).item()})

print(json.dumps({"source": "PyTorch " + torch.__version__ + ", double precision", "cases": cases}))
