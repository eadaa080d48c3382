"""Writes what PyTorch computes for a small transformer, to src/test/resources/org/kymograph/train/pytorch-transformer.json.

Run by hand with any PyTorch: python3 transformer_golden.py > ../resources/org/kymograph/train/pytorch-transformer.json
"""
import json
import math

import torch

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
P, D, HEADS, D_HEAD, D_MLP, N = 7, 6, 2, 4, 10, 3
V = P + 1
PAIRS = [(i, j) for i in range(P) for j in range(P)]
TOKENS = torch.tensor([[i, j, P] for i, j in PAIRS])
CLASSES = torch.tensor([(i + j) % P for i, j in PAIRS])


def start(layer_norm):
    def normal(*shape):
        # Exact in single precision, so that both sides start from the same numbers.
        return (torch.randn(*shape) * 0.5).float().double()

    state = {"embed.W_E": normal(D, V), "pos_embed.W_pos": normal(N, D)}
    for ln in ("ln1", "ln2") if layer_norm else ():
        state[f"blocks.0.{ln}.weight"] = 1 + normal(D)
        state[f"blocks.0.{ln}.bias"] = normal(D)
    for w in ("W_K", "W_Q", "W_V"):
        state["blocks.0.attn." + w] = normal(HEADS, D_HEAD, D)
    state["blocks.0.attn.W_O"] = normal(D, HEADS * D_HEAD)
    state["blocks.0.mlp.W_in"] = normal(D_MLP, D)
    state["blocks.0.mlp.b_in"] = normal(D_MLP)
    state["blocks.0.mlp.W_out"] = normal(D, D_MLP)
    state["blocks.0.mlp.b_out"] = normal(D)
    state["unembed.W_U"] = normal(D, V)
    return {k: v.float().double().requires_grad_() for k, v in state.items()}


def norm(s, ln, x):
    if f"blocks.0.{ln}.weight" not in s:
        return x
    return torch.nn.functional.layer_norm(x, (D,), s[f"blocks.0.{ln}.weight"], s[f"blocks.0.{ln}.bias"], 1e-5)


def logits(s, tokens):
    """Everything at every position; the last position's logits."""
    x = s["embed.W_E"].T[tokens] + s["pos_embed.W_pos"]
    heads = []
    for h in range(HEADS):
        k, q, v = (x @ s["blocks.0.attn." + w][h].T for w in ("W_K", "W_Q", "W_V"))
        scores = q @ k.transpose(1, 2) / math.sqrt(D_HEAD)
        causal = torch.ones(N, N).tril().bool()
        heads.append(scores.masked_fill(~causal, -math.inf).softmax(-1) @ v)
    x = norm(s, "ln1", x + torch.cat(heads, -1) @ s["blocks.0.attn.W_O"].T)
    hidden = torch.relu(x @ s["blocks.0.mlp.W_in"].T + s["blocks.0.mlp.b_in"])
    x = norm(s, "ln2", x + hidden @ s["blocks.0.mlp.W_out"].T + s["blocks.0.mlp.b_out"])
    return (x @ s["unembed.W_U"])[:, -1]


def saved(s):
    return {k: {"shape": list(v.shape), "values": v.detach().flatten().tolist()} for k, v in s.items()}


cases = []
for layer_norm in (False, True):
    s = start(layer_norm)
    case = {"layerNorm": layer_norm, "start": saved(s), "losses": []}
    # A large epsilon: what rounding does to a gradient near zero must not decide about a whole step.
    o = torch.optim.AdamW(s.values(), lr=0.02, weight_decay=1.0, eps=1e-3)
    for _ in range(3):
        o.zero_grad()
        loss = torch.nn.functional.cross_entropy(logits(s, TOKENS), CLASSES)
        case["losses"].append(loss.item())
        loss.backward()
        o.step()
    case["end"] = saved(s)
    cases.append(case)

print(json.dumps({"source": "PyTorch " + torch.__version__ + ", double precision", "modulus": P, "dModel": D,
                  "heads": HEADS, "dHead": D_HEAD, "dMlp": D_MLP, "cases": cases}))
