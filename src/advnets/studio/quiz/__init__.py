"""The quiz: which of two pictures is real? One is a row of a run's data, one a sample of its generator."""
