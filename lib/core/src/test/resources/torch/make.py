"""Writes the PyTorch files beside it and expected.json, what a reader must find in them (made with PyTorch 1.13)."""
import collections, io, json, os, pickle, struct, sys, zipfile
import torch

here = os.path.dirname(os.path.abspath(__file__))
expected = {}
NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
         torch.int32: "I32", torch.uint8: "U8", torch.bool: "BOOL"}


def flat(prefix, value, out):
    if isinstance(value, torch.Tensor):
        out[prefix or "tensor"] = {"dtype": NAMES[value.dtype], "shape": list(value.shape),
                                   "values": value.detach().double().flatten().tolist()}
    elif isinstance(value, dict):
        for k, v in value.items():
            flat(f"{prefix}.{k}" if prefix else str(k), v, out)
    elif isinstance(value, (list, tuple)):
        for k, v in enumerate(value):
            flat(f"{prefix}.{k}" if prefix else str(k), v, out)
    return out


def save(name, value, **how):
    torch.save(value, os.path.join(here, name), **how)
    expected[name] = flat("", value, {})


def rezip(source, target, change=lambda n, b: b, extra={}, **how):
    with zipfile.ZipFile(os.path.join(here, source)) as a, zipfile.ZipFile(os.path.join(here, target), "w", **how) as b:
        for n in a.namelist():
            info = zipfile.ZipInfo(n)
            info.compress_type = how.get("compression", zipfile.ZIP_STORED)
            with b.open(info, "w", force_zip64=True) as f:
                f.write(change(n, a.read(n)))
        for n, data in extra.items():
            b.writestr(n, data)
    expected[target] = expected[source]


torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
save("state-dict.pt", net.state_dict())
save("pytorch_model.bin", net.state_dict(), pickle_protocol=4)
base = torch.arange(24.)
save("dtypes.pt", collections.OrderedDict((NAMES[d].lower(), (torch.arange(-2, 4) if d.is_floating_point or d in (
    torch.int64, torch.int32) else torch.arange(6) % 2).to(d)) for d in NAMES))
tied = torch.randn(3, 2)
save("views.pt", {"transposed": base.view(4, 6).t(), "slice": base[5:9], "step": base[1::5], "expanded": base[3:5].view(
    2, 1).expand(2, 3), "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3), "tied.a": tied, "tied.b": tied,
    "permuted": base.view(2, 3, 4).permute(2, 0, 1), "column": base.view(4, 6)[:, 2:3]})
opt = torch.optim.Adam(net.parameters(), lr=0.01)
net(torch.randn(5, 3)).sum().backward()
opt.step()
param = torch.nn.Parameter(torch.randn(2))
counts = collections.defaultdict(list)
counts["a"].append(1)
save("checkpoint.pt", {"model": net.state_dict(), "optimizer": opt.state_dict(), "epoch": 3, "loss": 0.25,
                       "name": "née", "best": None, "ok": True, "big": 1 << 40, "huge": 1 << 80, "parameter": param,
                       "shape": torch.Size([2, 3]), "dtype": torch.float32, "device": torch.device("cpu"),
                       "counts": counts})
save("tensor.pt", torch.tensor([[1, 2], [3, 4]]))
labelled = torch.tensor([1.0, 2.0])
labelled.label = "x"
save("attributes.pt", {"labelled": labelled})

rezip("views.pt", "compressed.pt", compression=zipfile.ZIP_DEFLATED)
rezip("views.pt", "zip64.pt")
rezip("dtypes.pt", "big-endian.pt", change=lambda n, b: b if "/data/" not in n else b"".join(
    b[i:i + w][::-1] for w in [{48: 8, 24: 4, 12: 2, 6: 1}[len(b)]] for i in range(0, len(b), w)),
      extra={"dtypes/byteorder": "big"})

torch.save(net.state_dict(), os.path.join(here, "legacy.pt"), _use_new_zipfile_serialization=False)


class Harm:
    def __reduce__(self):
        return os.system, ("touch harmed",)


torch.save({"w": base, "x": Harm()}, os.path.join(here, "harm.pt"))
torch.save({"w": base, "x": Harm()}, os.path.join(here, "harm4.pt"), pickle_protocol=4)
torch.save(net, os.path.join(here, "module.pt"))
torch.save({"s": torch.eye(3).to_sparse()}, os.path.join(here, "sparse.pt"))
torch.save({"i": torch.zeros(3, dtype=torch.int8)}, os.path.join(here, "int8.pt"))
with open(os.path.join(here, "expected.json"), "w") as f:
    json.dump(expected, f)
