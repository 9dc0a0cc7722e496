"""What the commands of `python -m sagestub` do, and how they show it."""
