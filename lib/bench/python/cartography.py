"""From a log of training dynamics to td_metrics.jsonl, the plain way: a JSON object per line into a dict of lists, then a
softmax of torch for each sample and epoch. Argument: the folder that holds training_dynamics."""

import json
import os
import sys

import numpy as np
import pandas as pd
import torch

root = sys.argv[1]
folder = os.path.join(root, "training_dynamics")
trends = {}
for epoch in range(len(os.listdir(folder))):
    with open(os.path.join(folder, f"dynamics_epoch_{epoch}.jsonl")) as lines:
        for line in lines:
            row = json.loads(line)
            if epoch == 0:
                trends[row["guid"]] = {"gold": row["gold"], "logits": []}
            trends[row["guid"]]["logits"].append(row[f"logits_epoch_{epoch}"])

softmax = torch.nn.Softmax(dim=0)
cross_entropy = torch.nn.CrossEntropyLoss()
rows = []
losses = []
for position, (guid, trend) in enumerate(trends.items()):
    gold = trend["gold"]
    probabilities, right = [], []
    for logits in trend["logits"]:
        p = softmax(torch.Tensor(logits))
        probabilities.append(float(p[gold]))
        right.append(int(np.argmax(logits)) == gold)
        losses.append(cross_entropy(torch.Tensor(logits).view(1, -1), torch.LongTensor([gold])).item())
    confidence = np.mean(probabilities)
    forgotten = sum(a and not b for a, b in zip(right, right[1:]))
    rows.append((guid, position, confidence * (1 - confidence), confidence, np.std(probabilities), sum(right),
                 forgotten if any(right) else 1000))
columns = ["guid", "index", "threshold_closeness", "confidence", "variability", "correctness", "forgetfulness"]
pd.DataFrame(rows, columns=columns).to_json(os.path.join(root, "td_metrics_python.jsonl"), orient="records", lines=True)
