"""Writes what PyTorch computes for a small network, to src/test/resources/org/kymograph/train/pytorch-training.json.

Run by hand with any PyTorch: python3 training_golden.py > ../resources/org/kymograph/train/pytorch-training.json
"""
import json

import torch

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
X = torch.randn(24, 6).float().double()
SIGN = torch.sign(torch.randn(24)).float().double()
CLASS = torch.randint(0, 3, (24,))


def network(norm, outputs):
    layers = [torch.nn.Linear(6, 7)]
    if norm == "BATCH":
        layers.append(torch.nn.BatchNorm1d(7))
    if norm == "LAYER":
        layers.append(torch.nn.LayerNorm(7))
    layers += [torch.nn.ReLU(), torch.nn.Linear(7, outputs)]
    return torch.nn.Sequential(*layers)


def loss_of(name, out):
    if name == "HINGE":
        return torch.clamp(1 - out[:, 0] * SIGN, min=0).mean()
    if name == "SQUARED":
        return ((out[:, 0] - SIGN) ** 2).mean()
    return torch.nn.functional.cross_entropy(out, CLASS)


def optimizer(name, params):
    return {
        "sgd": lambda: torch.optim.SGD(params, lr=0.2, weight_decay=0.03),
        "momentum": lambda: torch.optim.SGD(params, lr=0.2, momentum=0.8, weight_decay=0.03),
        "adam": lambda: torch.optim.Adam(params, lr=0.05, weight_decay=0.1, eps=1e-3),
        "adamw": lambda: torch.optim.AdamW(params, lr=0.05, weight_decay=0.5, eps=1e-3),
    }[name]()


def state(net):
    return {k: {"shape": list(v.shape), "values": v.flatten().tolist()}
            for k, v in net.state_dict().items() if "num_batches" not in k}


cases = []
for loss, outputs in (("HINGE", 1), ("SQUARED", 1), ("CROSS_ENTROPY", 3)):
    for norm in ("NONE", "BATCH", "LAYER"):
        for opt in ("sgd", "momentum", "adam", "adamw"):
            clip = 0.3 if opt in ("sgd", "adamw") else None
            net = network(norm, outputs)
            for p in net.parameters():
                p.data = p.data.float().double()
            case = {"loss": loss, "norm": norm, "optimizer": opt, "clip": clip, "start": state(net), "losses": []}
            o = optimizer(opt, net.parameters())
            for _ in range(4):
                o.zero_grad()
                value = loss_of(loss, net(X))
                case["losses"].append(value.item())
                value.backward()
                if clip:
                    torch.nn.utils.clip_grad_norm_(net.parameters(), clip)
                o.step()
            case["end"] = state(net)
            net.eval()
            case["eval_loss"] = loss_of(loss, net(X)).item()
            cases.append(case)

print(json.dumps({"source": "PyTorch " + torch.__version__ + ", double precision", "inputs": X.flatten().tolist(),
                  "signs": SIGN.tolist(), "classes": CLASS.tolist(), "cases": cases}))
