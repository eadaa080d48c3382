"""Writes what PyTorch computes for small Llamas, to src/test/resources/org/kymograph/train/pytorch-llama.json.

Run by hand with any PyTorch: python3 llama_golden.py > ../resources/org/kymograph/train/pytorch-llama.json
"""
import json
import math

import torch

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
V, D, LAYERS, HEADS, KV, MLP, T, IGNORED = 7, 8, 2, 4, 2, 10, 5, -100
D_HEAD = D // HEADS
TOKENS = torch.randint(V, (6, T))
TARGETS = torch.cat([TOKENS[:, 1:], torch.randint(V, (6, 1))], 1)
TARGETS[0, :3] = TARGETS[4, 1] = IGNORED


def start(tied):
    def normal(*shape):
        # Exact in single precision, so that both sides start from the same numbers.
        return (torch.randn(*shape) * 0.4).float().double()

    state = {"tok_embeddings": normal(V, D)}
    for i in range(LAYERS):
        state[f"layers.{i}.attention_norm"] = 1 + normal(D)
        for name, out in (("wq", D), ("wk", KV * D_HEAD), ("wv", KV * D_HEAD), ("wo", D)):
            state[f"layers.{i}.attention.{name}"] = normal(out, D)
        state[f"layers.{i}.ffn_norm"] = 1 + normal(D)
        state[f"layers.{i}.feed_forward.w1"] = normal(MLP, D)
        state[f"layers.{i}.feed_forward.w2"] = normal(D, MLP)
        state[f"layers.{i}.feed_forward.w3"] = normal(MLP, D)
    state["norm"] = 1 + normal(D)
    if not tied:
        state["output"] = normal(V, D)
    return {k + ".weight": v.float().double().requires_grad_() for k, v in state.items()}


def rms(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight


def rotate(x):
    """Neighbouring numbers as the parts of a complex one, [B, T, heads, d_head]."""
    frequencies = 10000 ** (-torch.arange(0, D_HEAD, 2) / D_HEAD)
    angles = torch.outer(torch.arange(T).double(), frequencies)
    z = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2)) * torch.polar(torch.ones_like(angles), angles)[:, None]
    return torch.view_as_real(z).flatten(3)


def logits(s):
    x = s["tok_embeddings.weight"][TOKENS]
    stream = [x]
    for i in range(LAYERS):
        layer = f"layers.{i}."
        h = rms(x, s[layer + "attention_norm.weight"])
        q, k, v = (
            (h @ s[layer + f"attention.{w}.weight"].T).reshape(*TOKENS.shape, -1, D_HEAD) for w in ("wq", "wk", "wv")
        )
        q, k = rotate(q), rotate(k)
        k, v = (y.repeat_interleave(HEADS // KV, 2) for y in (k, v))
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(D_HEAD)
        pattern = scores.masked_fill(~torch.ones(T, T).tril().bool(), -math.inf).softmax(-1)
        z = torch.einsum("bhqk,bkhd->bqhd", pattern, v).flatten(2)
        x = x + z @ s[layer + "attention.wo.weight"].T
        h = rms(x, s[layer + "ffn_norm.weight"])
        gate = torch.nn.functional.silu(h @ s[layer + "feed_forward.w1.weight"].T)
        x = x + (gate * (h @ s[layer + "feed_forward.w3.weight"].T)) @ s[layer + "feed_forward.w2.weight"].T
        x.retain_grad()
        stream.append(x)
    return rms(x, s["norm.weight"]) @ s.get("output.weight", s["tok_embeddings.weight"]).T, pattern, stream


def saved(tensors):
    return {k: {"shape": list(v.shape), "values": [float(f"{x:.9g}") for x in v.detach().flatten().tolist()]} for k, v in tensors.items()}


def case(tied):
    s = start(tied)
    out = {"tied": tied, "start": saved(s)}
    optimizer = torch.optim.AdamW(s.values(), lr=0.02, weight_decay=0.1, eps=1e-2)
    losses = []
    for step in range(3):
        optimizer.zero_grad()
        z, pattern, stream = logits(s)
        loss = torch.nn.functional.cross_entropy(z.flatten(0, 1), TARGETS.flatten(), ignore_index=IGNORED)
        loss.backward()
        if step == 0:
            out["points"] = saved(
                {"logits": z, "pattern.1": pattern, "resid_post.0": stream[1], "resid_post.1": stream[2]}
            )
            out["gradient"] = saved({"resid_post.0": stream[1].grad})
        losses.append(loss.item())
        optimizer.step()
    return {**out, "losses": losses, "end": saved(s)}


print(
    json.dumps(
        {
            "vocabulary": V,
            "dModel": D,
            "layers": LAYERS,
            "heads": HEADS,
            "kvHeads": KV,
            "dMlp": MLP,
            "tokens": TOKENS.tolist(),
            "targets": TARGETS.tolist(),
            "cases": [case(True), case(False)],
        }
    )
)
