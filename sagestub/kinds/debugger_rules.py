"""The debugger's and profiler's rules of a training job, each evaluated by a processing job.

Source: facts, jobs.yaml, TrainingJob.filled_in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

RULES = (
    ("DebugRuleConfigurations", "DebugRuleEvaluationStatuses"),
    ("ProfilerRuleConfigurations", "ProfilerRuleEvaluationStatuses"),
)
"""The members that configure rules, and those that say how they fare."""


def check_rule_names(context: Context, resource: Resource) -> None:
    """Refuse rules of the same name.

    Source: API reference, DebugRuleConfiguration.RuleConfigurationName; text assumed.
    """
    names = [
        rule["RuleConfigurationName"]
        for configurations, _ in RULES
        for rule in resource.document.get(configurations, ())
    ]
    if len(set(names)) != len(names):
        raise ServiceError("ValidationException", "RuleConfigurationName must be unique.")


def start_rules(context: Context, resource: Resource) -> None:
    """Start a processing job for each debugger and profiler rule.

    Source: facts, jobs.yaml, TrainingJob.filled_in; ProcessingJob.filled_in (TrainingJobArn).
    """
    for configurations, statuses in RULES:
        rules = resource.document.get(configurations, ())
        if rules:
            known = resource.document.get(statuses, ())
            resource.document[statuses] = [
                *known,
                *(start_rule(context, resource, rule) for rule in rules[len(known) :]),
            ]


def start_rule(context: Context, resource: Resource, rule: Mapping[str, Any]) -> dict[str, Any]:
    """Start the processing job that evaluates one rule; return its entry in the statuses."""
    name = rule["RuleConfigurationName"]
    cluster = {
        "InstanceCount": 1,
        "InstanceType": rule.get("InstanceType", "ml.t3.medium"),
        "VolumeSizeInGB": rule.get("VolumeSizeInGB") or 30,
    }
    parts = (resource.name[:26], name[:26].strip("-"), context.new_id(8))
    job = context.add(
        "ProcessingJob",
        {
            "ProcessingJobName": "-".join(parts),
            "ProcessingResources": {"ClusterConfig": cluster},
            "AppSpecification": {"ImageUri": rule["RuleEvaluatorImage"]},
            "RoleArn": resource.document.get("RoleArn"),
            "Environment": dict(rule.get("RuleParameters", {})),
            "TrainingJobArn": resource.arn,
        },
        resource,
    )
    return {
        "RuleConfigurationName": name,
        "RuleEvaluationJobArn": job.arn,
        "RuleEvaluationStatus": "InProgress",
        "LastModifiedTime": context.clock.time(),
    }


def end_rules(context: Context, resource: Resource) -> None:
    """Let the rules of an ended job end: nothing found, or stopped with the job (assumed)."""
    outcome = "Stopped" if resource.status == "Stopped" else "NoIssuesFound"
    for _, statuses in RULES:
        entries = resource.document.get(statuses)
        if not entries:
            continue
        resource.document[statuses] = [
            {**entry, "RuleEvaluationStatus": outcome, "LastModifiedTime": context.clock.time()}
            if entry.get("RuleEvaluationStatus") == "InProgress"
            else entry
            for entry in entries
        ]
        for entry in entries:
            job = context.resource("ProcessingJob", resource, entry.get("RuleEvaluationJobArn", ""))
            if job is not None and job.status == "InProgress":
                context.motion.move_to(job, "Stopped" if outcome == "Stopped" else "Completed")
