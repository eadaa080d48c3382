"""Writes files with what stands beside a model in real checkpoints, and odd.json, the weights that layers compute with
(made with PyTorch 1.13)."""
import argparse, collections, json, os
import numpy
import torch
import torch.nn.utils.parametrizations
from torch.nn.utils import prune, spectral_norm, weight_norm

here = os.path.dirname(os.path.abspath(__file__))


def save(name, value, **how):
    torch.save(value, os.path.join(here, name), **how)


torch.manual_seed(1)
net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2))
opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
schedule = torch.optim.lr_scheduler.MultiStepLR(opt, [3, 5])
save("schedule.pth.tar", {"epoch": 3, "model": net.state_dict(), "optimizer": opt.state_dict(),
                          "scheduler": schedule.state_dict()})


class Config(dict):
    pass


config = Config(a=1)
config.b = [2]
weight = torch.arange(6.).reshape(2, 3)
for protocol in (2, 4):
    save(f"odd{protocol}.TH", {
        "fc.weight": weight, "int8": torch.tensor([-128, 127], dtype=torch.int8),
        "int16": torch.tensor([-32768, 32767], dtype=torch.int16), "complex": torch.zeros(2, 3, dtype=torch.complex64),
        "sparse": torch.eye(3).to_sparse(), "quantized": torch.quantize_per_tensor(weight, 0.1, 0, torch.qint8),
        "type": torch.int8, "other_type": torch.complex64, "numpy": numpy.float64(1.5), "array": numpy.arange(3),
        "set": {1, 2}, "frozen": frozenset([1]), "bytes": b"abc", "args": argparse.Namespace(lr=0.1, net=[weight]),
        "class": torch.optim.SGD, "builtin": dict, "config": config, "slice": slice(1, 2), "complex_number": 1j,
        "storage": torch.FloatStorage, "counter": collections.Counter("aab"), "ordered": collections.OrderedDict({1: 2}),
        ("a", 1): torch.ones(2), None: 4, 2.5: 6, frozenset([1]): 5, "last": torch.ones(1)}, pickle_protocol=protocol)

effective = {}
for name, layer in {
        "pruned": prune.l1_unstructured(torch.nn.Linear(5, 4), "weight", amount=7),
        "pruned_conv": prune.ln_structured(torch.nn.Conv2d(2, 3, 3), "weight", amount=1, n=2, dim=0),
        "normed": weight_norm(torch.nn.Linear(5, 4)),
        "normed_conv": weight_norm(torch.nn.ConvTranspose2d(2, 3, 3), dim=1),
        "normed_all": weight_norm(torch.nn.Linear(5, 4), dim=None),
        "spectral": spectral_norm(torch.nn.Linear(5, 4))}.items():
    for parameter in layer.parameters():
        parameter.data.mul_(1.25)
    layer.eval()
    size = {"pruned_conv": (1, 2, 5, 5), "normed_conv": (1, 2, 5, 5)}.get(name, (1, 5))
    layer(torch.zeros(size))
    effective[name] = {"state": layer.state_dict(), "weight": layer.weight.detach()}
orthogonal = torch.nn.utils.parametrizations.orthogonal(torch.nn.Linear(4, 4))
save("effective.pt", dict({k: v["state"] for k, v in effective.items()}, orthogonal=orthogonal.state_dict()))
normed = effective["normed"]["state"]
save("parametrized.pt", {"bias": normed["bias"], "parametrizations.weight.original0": normed["weight_g"],
                         "parametrizations.weight.original1": normed["weight_v"]})
with open(os.path.join(here, "odd.json"), "w") as f:
    json.dump({k: v["weight"].flatten().tolist() for k, v in effective.items()}, f)
save("ema.pt", {"model": net.state_dict(), "model_ema": {k: v + 1 for k, v in net.state_dict().items()}})
