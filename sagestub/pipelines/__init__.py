"""Pipelines that run: definitions, the walk of an execution, the types of steps.

Knows the engine and the model; the kinds `Pipeline` and `PipelineExecution` call it, never the other
way round.
"""
