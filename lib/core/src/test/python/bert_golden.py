"""Writes a small random BERT classifier in Hugging Face's files, some sentence pairs, and what it must say of them.

    python3 bert_golden.py ../resources/org/kymograph/model/bert

Plain torch operations in double precision, written from the paper's equations; the word pieces are cut here too.
"""
import json
import os
import re
import struct
import sys

import torch

torch.manual_seed(2308)
V = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", "the", "doctor", "lawyer", "judge", "artist", "saw", "##s",
     "advis", "##ed", "near", "if", "slept", "rec", "##om", "##m", "##end", "actor", "student", "help", "because", "who",
     "danced", "and", "believed", "ma", "##n", "sa"]
H, L, A, I, P, T, C, EPS = 16, 2, 4, 32, 32, 2, 3, 1e-6
CONFIG = dict(model_type="bert", architectures=["BertForSequenceClassification"], vocab_size=len(V), hidden_size=H,
              num_hidden_layers=L, num_attention_heads=A, intermediate_size=I, max_position_embeddings=P, type_vocab_size=T,
              hidden_act="gelu", layer_norm_eps=EPS, hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1,
              initializer_range=0.02, pad_token_id=0,
              id2label={"0": "entailment", "1": "neutral", "2": "contradiction"})


def model():
    w = {}

    def put(name, *shape, scale=0.35, around=0.0):
        w[name] = (around + scale * torch.randn(*shape)).float()

    def linear(name, out, inp):
        put(name + ".weight", out, inp)
        put(name + ".bias", out, scale=0.2)

    def norm(name):
        put(name + ".LayerNorm.weight", H, scale=0.2, around=1.0)
        put(name + ".LayerNorm.bias", H, scale=0.2)

    e = "bert.embeddings"
    put(e + ".word_embeddings.weight", len(V), H, scale=0.8)
    put(e + ".position_embeddings.weight", P, H)
    put(e + ".token_type_embeddings.weight", T, H, scale=1.0)
    norm(e)
    for i in range(L):
        p = f"bert.encoder.layer.{i}"
        for part in ("query", "key", "value"):
            linear(f"{p}.attention.self.{part}", H, H)
        linear(p + ".attention.output.dense", H, H)
        norm(p + ".attention.output")
        linear(p + ".intermediate.dense", I, H)
        linear(p + ".output.dense", H, I)
        norm(p + ".output")
    linear("bert.pooler.dense", H, H)
    linear("classifier", C, H)
    return w


def forward(weights, ids, mask, types):
    w = {k: v if v.dtype == torch.float64 else v.double() for k, v in weights.items()}
    ids, mask, types = torch.tensor(ids), torch.tensor(mask).double(), torch.tensor(types)

    def linear(x, name):
        return torch.einsum("bti,oi->bto", x, w[name + ".weight"]) + w[name + ".bias"]

    def norm(x, name):
        mean = x.mean(-1, keepdim=True)
        var = ((x - mean) ** 2).mean(-1, keepdim=True)
        return (x - mean) / torch.sqrt(var + EPS) * w[name + ".LayerNorm.weight"] + w[name + ".LayerNorm.bias"]

    e = "bert.embeddings"
    x = (w[e + ".word_embeddings.weight"][ids] + w[e + ".token_type_embeddings.weight"][types]
         + w[e + ".position_embeddings.weight"][: ids.shape[1]])
    x = norm(x, e)
    d = H // A
    for i in range(L):
        p = f"bert.encoder.layer.{i}"
        q, k, v = (linear(x, f"{p}.attention.self.{n}").reshape(*ids.shape, A, d) for n in ("query", "key", "value"))
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / d ** 0.5
        scores = scores.masked_fill(mask[:, None, None, :] == 0, float("-inf"))
        mixed = torch.einsum("bhqk,bkhd->bqhd", torch.softmax(scores, -1), v).reshape(*ids.shape, H)
        x = norm(linear(mixed, p + ".attention.output.dense") + x, p + ".attention.output")
        h = linear(x, p + ".intermediate.dense")
        h = h * 0.5 * (1 + torch.erf(h / 2 ** 0.5))
        x = norm(linear(h, p + ".output.dense") + x, p + ".output")
    pooled = torch.tanh(linear(x[:, :1], "bert.pooler.dense"))
    return linear(pooled, "classifier")[:, 0]


def gradients(weights, ids, mask, types, labels):
    """The gradient of the mean cross-entropy: its norm and its last element, per tensor."""
    w = {k: v.double().requires_grad_() for k, v in weights.items()}
    logits = forward(w, ids, mask, types)
    chosen = logits.gather(1, torch.tensor(labels)[:, None])[:, 0]
    (torch.logsumexp(logits, 1) - chosen).mean().backward()
    return {k: [v.grad.norm().item(), v.grad.reshape(-1)[-1].item()] for k, v in w.items()}


def pieces(text):
    out = []
    for word in re.findall(r"\w+|[^\w\s]", text.lower()):
        cut, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in V:
                    break
            else:
                cut = ["[UNK]"]
                break
            cut.append(piece)
            start = end
        out += cut
    return [V.index(p) for p in out]


def pair(first, second, longest=None):
    a, b = pieces(first), pieces(second)
    while longest and len(a) + len(b) + 3 > longest:
        (a if len(a) > len(b) else b).pop()
    return [2] + a + [3] + b + [3], [0] * (len(a) + 2) + [1] * (len(b) + 1)


def safetensors(path, tensors):
    header, data = {}, b""
    for name, t in tensors.items():
        raw = t.numpy().astype("<f4").tobytes()
        header[name] = dict(dtype="F32", shape=list(t.shape), data_offsets=[len(data), len(data) + len(raw)])
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


def tokenizer():
    special = [dict(id=i, content=V[i], single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
               for i in range(5)]
    return dict(
        version="1.0", truncation=None, padding=None, added_tokens=special,
        normalizer=dict(type="BertNormalizer", clean_text=True, handle_chinese_chars=True, strip_accents=None,
                        lowercase=True),
        pre_tokenizer=dict(type="BertPreTokenizer"),
        post_processor=dict(type="TemplateProcessing",
                            single=[dict(SpecialToken=dict(id="[CLS]", type_id=0)), dict(Sequence=dict(id="A", type_id=0)),
                                    dict(SpecialToken=dict(id="[SEP]", type_id=0))],
                            pair=[dict(SpecialToken=dict(id="[CLS]", type_id=0)), dict(Sequence=dict(id="A", type_id=0)),
                                  dict(SpecialToken=dict(id="[SEP]", type_id=0)), dict(Sequence=dict(id="B", type_id=1)),
                                  dict(SpecialToken=dict(id="[SEP]", type_id=1))],
                            special_tokens={n: dict(id=n, ids=[V.index(n)], tokens=[n]) for n in ("[CLS]", "[SEP]")}),
        decoder=dict(type="WordPiece", prefix="##", cleanup=True),
        model=dict(type="WordPiece", unk_token="[UNK]", continuing_subword_prefix="##", max_input_chars_per_word=100,
                   vocab={t: i for i, t in enumerate(V)}))


HANS = [  # gold label, premise, hypothesis, heuristic
    ("non-entailment", "The doctor saw the lawyer .", "The lawyer saw the doctor .", "lexical_overlap"),
    ("non-entailment", "The judge near the actor advised the artist .", "The actor advised the artist .",
     "lexical_overlap"),
    ("entailment", "The students and the judge slept .", "The judge slept .", "lexical_overlap"),
    ("entailment", "The artist who danced helped the man .", "The artist danced .", "lexical_overlap"),
    ("non-entailment", "The judge believed the doctor slept .", "The judge believed the doctor .", "subsequence"),
    ("non-entailment", "The lawyer near the student danced .", "The student danced .", "subsequence"),
    ("entailment", "The actors recommended the judge , the artist .", "The actors recommended the judge .",
     "subsequence"),
    ("non-entailment", "If the artist slept , the actor danced .", "The artist slept .", "constituent"),
    ("entailment", "Because the zebra slept , the lawyer danced .", "The lawyer danced .", "constituent"),
    ("entailment", "The student danced and the man slept .", "The man slept .", "constituent"),
    ("non-entailment", "The man advised if the doctor danced .", "The doctor danced .", "constituent"),
]
COLUMNS = ["gold_label", "sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse",
           "sentence1", "sentence2", "pairID", "heuristic", "subcase", "template"]


def accuracies(answers):
    heuristics = ["lexical_overlap", "subsequence", "constituent"]
    return {h: sum(a == (0 if r[0] == "entailment" else 1) for a, r in zip(answers, HANS) if r[3] == h)
            / sum(r[3] == h for r in HANS) for h in heuristics}


def main(folder):
    os.makedirs(folder, exist_ok=True)
    w = model()
    encoded = [pair(a, b) for _, a, b, _ in HANS]
    width = max(len(ids) for ids, _ in encoded)
    ids = [i + [0] * (width - len(i)) for i, _ in encoded]
    types = [t + [0] * (width - len(t)) for _, t in encoded]
    mask = [[1] * len(i) + [0] * (width - len(i)) for i, _ in encoded]
    # Centred, so that every class is some pair's answer.
    w["classifier.bias"] -= forward(w, ids, mask, types).mean(0).float()
    safetensors(os.path.join(folder, "model.safetensors"), w)
    old = {k.replace("bert.", "", 1).replace("LayerNorm.weight", "LayerNorm.gamma")
           .replace("LayerNorm.bias", "LayerNorm.beta"): v for k, v in w.items()}
    old["embeddings.position_ids"] = torch.arange(P)[None]
    os.makedirs(os.path.join(folder, "../bert-old"), exist_ok=True)
    torch.save(old, os.path.join(folder, "../bert-old/pytorch_model.bin"))
    for f, value in (("config.json", CONFIG), ("tokenizer.json", tokenizer())):
        with open(os.path.join(folder, f), "w") as out:
            json.dump(value, out)
    with open(os.path.join(folder, "../bert-old/config.json"), "w") as out:
        json.dump(CONFIG, out)
    with open(os.path.join(folder, "../bert-old/vocab.txt"), "w") as out:
        out.write("\n".join(V) + "\n")
    with open(os.path.join(folder, "hans.txt"), "w") as out:
        out.write("\t".join(COLUMNS) + "\n")
        for i, (gold, a, b, heuristic) in enumerate(HANS):
            out.write("\t".join([gold, "( x )", "( y )", "(ROOT x)", "(ROOT y)", a, b, f"ex{i}", heuristic, "s", "temp1"])
                      + "\n")
    logits = forward(w, ids, mask, types)
    untyped = forward(w, ids, mask, [[0] * width for _ in ids])
    merged = [0 if a == 0 else 1 for a in logits.argmax(1).tolist()]
    labels = [i % C for i in range(len(ids))]
    golden = dict(ids=ids, labels=labels, gradients=gradients(w, ids, mask, types, labels), mask=mask, types=types, logits=logits.tolist(), logits_without_types=untyped.tolist(),
                  pairs=[[a, b] for _, a, b, _ in HANS], shortened=[pair(a, b, 13) for _, a, b, _ in HANS],
                  answers=logits.argmax(1).tolist(), answers_without_types=untyped.argmax(1).tolist(),
                  accuracies=accuracies(merged), original_accuracies=accuracies(untyped.argmax(1).tolist()))
    print(golden["answers"], golden["accuracies"])
    with open(os.path.join(folder, "golden.json"), "w") as out:
        json.dump(golden, out)


main(sys.argv[1])
