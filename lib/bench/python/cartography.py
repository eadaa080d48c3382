"""From a log of training dynamics to td_metrics.jsonl, the plain way: a JSON object per line into a dict of lists, then a
softmax of torch for each sample and epoch, and a table of epochs. Argument: the folder that holds training_dynamics."""

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

confidence, variability, closeness, correctness, forgetfulness = {}, {}, {}, {}, {}
epochs = len(next(iter(trends.values()))["logits"])
logits_of = [[] for _ in range(epochs)]
golds_of = [[] for _ in range(epochs)]
right_in = [0] * epochs
for guid, trend in trends.items():
    gold = trend["gold"]
    probabilities, right = [], []
    for epoch, logits in enumerate(trend["logits"]):
        p = torch.nn.functional.softmax(torch.Tensor(logits), dim=-1)
        probabilities.append(float(p[gold]))
        right.append((np.argmax(logits) == gold).item())
        right_in[epoch] += right[-1]
        logits_of[epoch].append(logits)
        golds_of[epoch].append(gold)
    confidence[guid] = np.mean(probabilities)
    variability[guid] = np.std(probabilities)
    closeness[guid] = confidence[guid] * (1 - confidence[guid])
    correctness[guid] = sum(right)
    forgetfulness[guid] = sum(a and not b for a, b in zip(right, right[1:])) if any(right) else 1000

cross_entropy = torch.nn.CrossEntropyLoss()
for epoch in range(epochs):
    loss = cross_entropy(torch.Tensor(logits_of[epoch]), torch.LongTensor(golds_of[epoch])).item()
    print(epoch, loss, right_in[epoch] / len(trends))
columns = ["guid", "index", "threshold_closeness", "confidence", "variability", "correctness", "forgetfulness"]
rows = [[guid, i, closeness[guid], confidence[guid], variability[guid], correctness[guid], forgetfulness[guid]]
        for i, guid in enumerate(trends)]
pd.DataFrame(rows, columns=columns).to_json(os.path.join(root, "td_metrics_python.jsonl"), orient="records", lines=True)
