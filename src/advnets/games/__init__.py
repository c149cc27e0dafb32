"""Games: one paper, one file. They know the engine, its dynamics and costs, never each other."""
