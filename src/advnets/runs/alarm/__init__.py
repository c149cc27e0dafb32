"""The alarm: what a run looks like from its samples and its log, named in words and numbers, without labels."""
