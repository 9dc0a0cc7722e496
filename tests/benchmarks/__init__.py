"""How fast sagestub is, in ratios measured in one run: `python -m tests.benchmarks`.

Ratios, not durations: both sides of each are measured in turns, round by round, in the same process
(or in new processes of the same interpreter), so that a slow or busy machine slows both.
"""
