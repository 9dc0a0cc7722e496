"""Lineage: makes actions, artifacts and contexts, and then the associations between them.

Source: aws/sagemaker-python-sdk, workflow/lineage_step.py, tests/integ/sagemaker/workflow/
test_lineage_step.py; model, LineageMetadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.pipelines.step import Failed, Outcome, StepRun, StepType, Succeeded
from sagestub.pipelines.steps.creation import creating
from sagestub.pipelines.steps.values import fitting

ENTITIES: Mapping[str, tuple[str, str]] = {
    "Actions": ("Action", "ActionArns"),
    "Artifacts": ("Artifact", "ArtifactArns"),
    "Contexts": ("Context", "ContextArns"),
}
"""By argument: the kind that it makes, and the member that tells their ARNs by name."""

SECONDS = 2.0


def record(run: StepRun) -> Outcome:
    """Make the entities, then the associations."""
    made: dict[str, dict[str, str]] = {}
    arns: dict[tuple[object, object], str] = {}
    for argument, (kind, member) in ENTITIES.items():
        for given in run.arguments.get(argument) or ():
            operation = creating(run, kind)
            answer = run.perform(operation.name, fitting(given, operation.input_shape))
            arn = str(answer[f"{kind}Arn"])
            name = str(given.get(f"{kind}Name") or arn.rpartition("/")[2])
            made.setdefault(member, {})[name] = arn
            arns[kind, name] = arn
    associations = []
    for given in run.arguments.get("Associations") or ():
        ends: dict[str, str] = {}
        for end in ("Source", "Destination"):
            entity = given.get(end) or {}
            named = entity.get("Arn") or arns.get((entity.get("Type"), entity.get("Name")))
            if named is None:
                return Failed(
                    f"ClientError: {end} of an association names {entity.get('Type')} "
                    f"'{entity.get('Name')}', which this step does not create.",
                    metadata={"Lineage": made},
                )
            ends[f"{end}Arn"] = str(named)
        kind_of = given.get("AssociationType")
        run.perform(
            "AddAssociation", ends if kind_of is None else {**ends, "AssociationType": kind_of}
        )
        associations.append(ends)
    shown: dict[str, Any] = dict(made)
    if associations:
        shown["Associations"] = associations
    return Succeeded(shown, {"Lineage": shown}, SECONDS)


TYPES = (StepType(name="Lineage", start=record, metadata_member="Lineage"),)
