"""Steps that deploy: EndpointConfig, Endpoint, InferenceComponent, and HubContent beside them.

Names in the definition are prefixes, as those of jobs. An endpoint or a component that exists under the
very name is updated instead.

Source: aws/sagemaker-python-sdk, workflow/endpoint_step.py, inference_component_step.py ("create-vs-update
based on existence"), tests/integ/sagemaker/workflow/test_deployment_steps.py (names are suffixed).
"""

from __future__ import annotations

from collections.abc import Callable

from sagestub.pipelines.step import Outcome, Running, StepRun, StepType
from sagestub.pipelines.steps.creation import (
    Creation,
    arn_metadata,
    created,
    creating,
    done_at_once,
)
from sagestub.pipelines.steps.values import fitting

CONFIG = Creation(kind="EndpointConfig", metadata="EndpointConfig", name="EndpointConfigName")
ENDPOINT = Creation(kind="Endpoint", metadata="Endpoint", name="EndpointName")
COMPONENT = Creation(
    kind="InferenceComponent", metadata="InferenceComponent", name="InferenceComponentName"
)
HUB_CONTENT = Creation(kind="HubContent", metadata="HubContent")


def created_or_updated(creation: Creation) -> Callable[[StepRun], Outcome]:
    """Return the start of a type of step that updates what exists already."""

    def start(run: StepRun) -> Outcome:
        name = run.arguments.get(creation.name)
        existing = run.context.resource(creation.kind, run.execution, str(name)) if name else None
        if existing is None:
            resource = created(run, creation)
            return Running(resource, arn_metadata(creation, resource))
        update = existing.kind.update
        assert update is not None, f"{creation.kind} is updated by an operation"
        wanted = {m: v for m, v in run.arguments.items() if m in update.input_members}
        run.perform(update.name, fitting(wanted, update.input_shape))
        return Running(existing, arn_metadata(creation, existing))

    return start


def import_content(run: StepRun) -> Outcome:
    """Import content into a hub, and wait until it is available.

    Source: model, HubContentStepMetadata; the step's name is assumed.
    """
    request = fitting(run.arguments, creating(run, HUB_CONTENT.kind).input_shape)
    content = created(run, HUB_CONTENT, request)
    hub = content.document.get("HubArn", "")
    return Running(content, {"HubContent": {"HubArn": hub, "HubContentArn": content.arn}})


TYPES = (
    StepType(
        name="EndpointConfig",
        start=done_at_once(CONFIG),
        cacheable=True,
        metadata_member="EndpointConfig",
        requires=("ProductionVariants",),
    ),
    StepType(
        name="Endpoint",
        start=created_or_updated(ENDPOINT),
        cacheable=True,
        metadata_member="Endpoint",
        requires=("EndpointConfigName",),
    ),
    StepType(
        name="InferenceComponent",
        start=created_or_updated(COMPONENT),
        metadata_member="InferenceComponent",
        requires=("EndpointName",),
    ),
    StepType(name="HubContent", start=import_content, metadata_member="HubContent"),
)
