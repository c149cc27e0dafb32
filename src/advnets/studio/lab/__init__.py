"""The lab: a game in the plane, played by the engine while one looks on."""
