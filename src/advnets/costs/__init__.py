"""Costs: pure functions of logits, samples and features."""
