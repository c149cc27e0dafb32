"""What every test shares: one thread, so that parallel workers do not fight for the cores."""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import torch

torch.set_num_threads(1)
