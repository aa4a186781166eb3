"""Pictures of computational graphs: values forward, signals backward, on one drawing."""

from viz.diagram import Diagram, draw
from viz.graph import to_networkx

__all__ = ["Diagram", "draw", "to_networkx"]
