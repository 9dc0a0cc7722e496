"""Resources and how they move: registry, lifecycles, rules, clock, queries, faults, calls.

Knows the model's names and nothing of HTTP, of the catalogue or of single kinds.
"""
