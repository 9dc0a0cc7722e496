"""What training plans may be used for: each is for certain resources, on instances of its types.

Source: model, DescribeTrainingPlanResponse.TargetResources, InstancePreference.TrainingPlanArns (texts
assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.documents import values_at
from sagestub.errors import invalid

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def check_target(context: Context, resource: Resource, arn: str, target: str) -> None:
    """Refuse a plan for other resources; one that a test adds without any is for all.

    Args:
        context: The world's context.
        resource: What uses the plan.
        arn: The plan.
        target: What it is used for, as TargetResources calls it.
    """
    plan = context.resource("TrainingPlan", resource, arn)
    targets = plan.document.get("TargetResources", ()) if plan is not None else ()
    if targets and target not in targets:
        raise invalid(
            f"The training plan {arn} can't be used for the target resource {target}. It is for: "
            f"{', '.join(targets)}."
        )


def check_type(context: Context, resource: Resource, arn: str, instance_type: str) -> None:
    """Refuse a plan whose instances are of another type."""
    plan = context.resource("TrainingPlan", resource, arn)
    path = "ReservedCapacitySummaries[].InstanceType"
    types = list(dict.fromkeys(values_at(plan.document, path))) if plan is not None else []
    if types and instance_type not in types:
        raise invalid(
            f"The instance type {instance_type} must match that of the training plan {arn}: "
            f"{', '.join(types)}."
        )
