"""The engine: games, views, fields, play. It imports torch only and knows nothing of images, labels or environments."""

from advnets.core.field import Field, Move, field
from advnets.core.game import Game, Player, Turn, alternating, simultaneous
from advnets.core.play import play
from advnets.core.randomness import Rng
from advnets.core.view import Point, View, here

__all__ = ["Field", "Game", "Move", "Player", "Point", "Rng", "Turn", "View", "alternating", "field", "here", "play", "simultaneous"]
