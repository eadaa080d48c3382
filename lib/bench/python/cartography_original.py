"""From a log of training dynamics to td_metrics.jsonl with the original's own functions. Arguments: a clone of
github.com/allenai/cartography, the folder that holds training_dynamics."""

import os
import sys
from types import SimpleNamespace

sys.path.insert(0, sys.argv[1])
from cartography.selection.selection_utils import read_training_dynamics
from cartography.selection.train_dy_filtering import compute_train_dy_metrics

log = sys.argv[2]
dynamics = read_training_dynamics(log)
metrics, epochs = compute_train_dy_metrics(dynamics, SimpleNamespace(include_ci=False, burn_out=100))
metrics.to_json(os.path.join(log, "td_metrics_original.jsonl"), orient="records", lines=True)
print(epochs)
