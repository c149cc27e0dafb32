"""Networks: plain modules that know nothing of games. Generators map noise [n, d] to samples, discriminators samples to logits [n]."""
