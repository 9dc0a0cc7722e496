"""Bytes to parameters and results to bytes, by the model's shapes; constraints; error bodies.

Knows HTTP bodies and shapes; knows nothing of kinds, resources or worlds.
"""
