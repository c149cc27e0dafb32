"""The shelf: every run folder under one directory, to be looked at and played with."""
