"""Chooses the number of states with hmmlearn, on the same rows and the same split as `kymograph hmm select`.

Usage: hmm_selection.py ROWS.csv, with columns run, step and features.
"""
import logging
import sys
import warnings

import numpy as np
from hmmlearn.hmm import GaussianHMM

warnings.filterwarnings("ignore")
logging.getLogger("hmmlearn").setLevel(logging.ERROR)

names = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, usecols=0, dtype=str)
with open(sys.argv[1]) as file:
    columns = len(file.readline().split(","))
values = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, usecols=range(2, columns))

runs = []
for name in dict.fromkeys(names):
    rows = values[names == name]
    runs.append((rows - rows.mean(0)) / rows.std(0))
order = np.random.RandomState(0).permutation(len(runs))
tests = int(np.ceil(0.2 * len(runs)))


def stacked(chosen):
    return np.vstack([runs[i] for i in chosen]), [len(runs[i]) for i in chosen]


train, train_lengths = stacked(order[tests:])
test, test_lengths = stacked(order[:tests])
for states in range(1, 9):
    scores, bics = [], []
    for restart in range(5):
        model = GaussianHMM(states, "full", n_iter=32, tol=float("-inf"), random_state=restart)
        try:
            model.fit(train, train_lengths)
            scores.append(model.score(test, test_lengths))
            bics.append(model.bic(test, test_lengths))
        except ValueError as error:
            print(states, restart, "failed:", error)
    print(states, "score", np.mean(scores), "sd", np.std(scores), "bic", np.mean(bics), flush=True)
