"""Writes small runs in the JSON layout of Hu et al.'s code and the rows that collating them must give.

    python3 collation_golden.py ../resources/org/kymograph/states/collation

Needs numpy only. The statistics are recomputed here from their definitions, in double precision.
"""
import json
import os
import sys

import numpy as np

rng = np.random.default_rng(20240117)
MATRIX = ["l1", "l2", "trace", "spectral", "code_sparsity", "computational_sparsity", "mean_singular_value",
          "var_singular_value"]
FEATURES = MATRIX + ["mean_w", "median_w", "var_w", "mean_b", "median_b", "var_b"]
LOSSES = ["train_loss", "eval_loss", "train_accuracy", "eval_accuracy"]


def matrix(x):
    s = np.linalg.svd(x, compute_uv=False)
    top = s[0]
    s = np.where(s < 1e-5, 0, s)
    l1, l2, trace = np.abs(x).sum(), np.sqrt((x * x).sum()), np.trace(x)
    return dict(l1=l1, l2=l2, trace=trace, spectral=top, code_sparsity=l1 / l2, computational_sparsity=trace / top,
                mean_singular_value=s.mean(), var_singular_value=s.var(ddof=1) if len(s) > 1 else float("nan"),
                singular_values=list(s))


def kernels(x):
    flat = x.reshape(x.shape[0] * x.shape[1], -1)
    l1, l2 = np.abs(flat).sum(1), np.sqrt((flat * flat).sum(1))
    return dict(l1=l1.mean(), l2=l2.mean(), code_sparsity=(l1 / l2).mean())


def spread(parts):
    v = np.sort(np.concatenate([np.ravel(p) for p in parts]))
    return dict(mean=v.mean(), var=v.var(ddof=1), median=v[(len(v) - 1) // 2])


def losses():
    a, b, c, d = rng.random(4)
    return dict(train_loss=a, eval_loss=b, train_accuracy=dict(accuracy=c), eval_accuracy=dict(accuracy=d))


def transformer(step):
    heads = {k: [[rng.normal(size=(2, 4)) for _ in range(2)] for _ in range(2)] for k in "kqv"}
    whole = {k: [rng.normal(size=s) for _ in range(2)] for k, s in
             dict(in_proj=(4, 4), ffn_in=(6, 4), ffn_out=(4, 6)).items()}
    out = {k: [{str(i): [matrix(h) for h in layer]} for i, layer in enumerate(v)] for k, v in heads.items()}
    out.update({k: [{str(i): matrix(w)} for i, w in enumerate(v)] for k, v in whole.items()})
    if step == 20:
        out["k"][0]["0"][1] = None
        out["ffn_in"][1]["1"] = None
    weights = [h for v in heads.values() for layer in v for h in layer] + [w for v in whole.values() for w in v]
    out.update(w_all=spread(weights), b_all=spread([rng.normal(size=6), rng.normal(size=4)]), **losses())
    return out


def mlp(step):
    weights = {"0": rng.normal(size=(5, 3)), "2": rng.normal(size=(1, 5))}
    return dict(w=[{k: matrix(w)} for k, w in weights.items()], w_all=spread(weights.values()),
                b_all=spread([rng.normal(size=5), rng.normal(size=1)]), **losses())


def cnn(step):
    convolutions = [rng.normal(size=s) for s in [(3, 1, 3, 3), (2, 3, 2, 2)]]
    last = rng.normal(size=(4, 6))
    return dict(w=[kernels(c) for c in convolutions] + [matrix(last)], w_all=spread(convolutions + [last]),
                b_all=spread([rng.normal(size=4)]), **losses())


def found(node):
    if isinstance(node, list):
        return [m for n in node for m in found(n)]
    if node is None:
        return []
    return [node] if "l1" in node else [m for n in node.values() for m in found(n)]


def row(step, stats):
    matrices = [m for k in ("w", "k", "q", "v", "in_proj", "ffn_in", "ffn_out") if k in stats for m in found(stats[k])]
    values = []
    for name in MATRIX:
        v = np.array([m[name] for m in matrices if name in m])
        values.append(np.nanmean(v) if name.startswith("var") else v.mean())
    for all_ in ("w_all", "b_all"):
        values += [stats[all_][k] for k in ("mean", "median", "var")]
    return values + [step] + [stats[k]["accuracy"] if "accuracy" in k else stats[k] for k in LOSSES]


def main(folder):
    runs = {"modular/lr0.001_adamw_seed1_scaling1.0": (transformer, "epoch", [0, 20, 100]),
            "parities/lr0.1_sgd_seed1_scaling1.0": (mlp, "epoch", [0, 1, 2]),
            "parities/lr0.1_sgd_seed10_scaling1.0": (mlp, "epoch", [0, 1]),
            "cifar/True_True/lr0.001_adamw_seed0_scaling1.0": (cnn, "step", [20, 40, 100])}
    expected = {}
    for name, (make, unit, steps) in runs.items():
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        rows = []
        for step in steps:
            stats = make(step)
            with open(os.path.join(folder, name, f"{unit}{step}.json"), "w") as out:
                json.dump(stats, out)
            rows.append(row(step, stats))
        expected[name] = rows
    with open(os.path.join(folder, "expected.json"), "w") as out:
        json.dump(dict(columns=FEATURES + ["step"] + LOSSES, rows=expected), out, indent=1)


main(sys.argv[1])
