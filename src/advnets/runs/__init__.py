"""Runs: an experiment is built, played, recorded, saved, and resumed as if it had never stopped."""
