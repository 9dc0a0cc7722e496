"""InferenceComponent: a model's share of an endpoint's instances.

The specification is shown with the image that was deployed in place of the one that was asked for.

Source: facts, hosting.yaml, InferenceComponent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.making import arn_of
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.models import deployed_image

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

SPECIFICATIONS = ("Specification", "Specifications")
SHOWN = (*SPECIFICATIONS, "RuntimeConfig")
"""What an update changes and a failed one leaves as it was."""

DEFAULT_VARIANT = "AllTraffic"
"""What clients call an endpoint's only variant, for a component that a test has added."""

SETTLED = "InService > Failed"

UNDER_WAY = {
    "Creating": "CREATE_IN_PROGRESS",
    "Updating": "UPDATE_IN_PROGRESS",
    "Deleting": "DELETE_IN_PROGRESS",
}
"""What refusals call the states in which a change is under way.

Source: huggingface deployment notes (CREATE, and UPDATE_RC for another number of copies);
hashicorp/terraform-provider-aws, inference_component.go (DELETE); UPDATE is assumed.
"""


def specifications_of(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the one or several specifications of a document."""
    if "Specification" in document:
        yield document["Specification"]
    yield from document.get("Specifications", ())


def endpoint_of(context: Context, resource: Resource) -> Resource | None:
    """Return the endpoint that hosts an inference component."""
    return context.resource("Endpoint", resource, resource.document.get("EndpointName", ""))


def variants_of(context: Context, endpoint: Resource) -> list[dict[str, Any]]:
    """Return the variants of an endpoint as its config asks for them."""
    name = endpoint.document.get("EndpointConfigName", "")
    config = context.resource("EndpointConfig", endpoint, name)
    return list(config.document.get("ProductionVariants", ())) if config is not None else []


def check_change(context: Context, resource: Resource) -> None:
    """Refuse an update of nothing (text assumed). Source: facts, hosting.yaml, InferenceComponent."""
    asked = context.call.parameters if context.call is not None else {}
    if not any(member in asked for member in (*SPECIFICATIONS, "RuntimeConfig")):
        raise invalid("Either Specification or RuntimeConfig must be specified.")


def check_host(context: Context, resource: Resource) -> None:
    """Refuse an endpoint that is not InService, or whose variants have models of their own.

    Source: pulumi/pulumi-aws issue 4940 (models); facts, hosting.yaml, InferenceComponent.references
    (texts of the other two assumed).
    """
    document = resource.document
    endpoint = endpoint_of(context, resource)
    if endpoint is None or context.call is None or context.call.operation.startswith("Update"):
        return
    if not context.checks_references:
        return
    if endpoint.status != "InService":
        raise invalid(f'Endpoint "{endpoint.arn}" is in status {endpoint.status}.')
    variants = variants_of(context, endpoint)
    wanted = document.get("VariantName")
    hosts = [v for v in variants if wanted in (None, v["VariantName"])]
    if variants and not hosts:
        raise invalid(f'Could not find variant "{wanted}" of endpoint "{endpoint.arn}".')
    if any("ModelName" in variant for variant in hosts):
        raise invalid(
            "Inference Components are not supported in this Endpoint. "
            "Please make sure this endpoint can deploy inference components."
        )
    if hosts:
        check_partitions(document, hosts[0])


def check_partitions(component: Mapping[str, Any], variant: Mapping[str, Any]) -> None:
    """Refuse a partition that no accelerator of the variant has; where they have some, one is needed.

    Source: model, InferenceComponentComputeResourceRequirements.AcceleratorPartitionType (texts
    assumed).
    """
    layouts = variant.get("AcceleratorPartitionLayouts", ())
    partitions = {one for layout in layouts for one in layout.get("AcceleratorPartitionTypes", ())}
    for specification in specifications_of(component):
        needs = specification.get("ComputeResourceRequirements")
        wanted = (needs or {}).get("AcceleratorPartitionType")
        if needs is not None and partitions and wanted is None:
            raise invalid(
                "AcceleratorPartitionType must be specified for a variant with "
                "AcceleratorPartitionLayouts."
            )
        if wanted is not None and wanted not in partitions:
            raise invalid(
                f"AcceleratorPartitionType {wanted} is not in the AcceleratorPartitionLayouts of the "
                f"variant {variant['VariantName']}."
            )


def settle_on_endpoint(context: Context, resource: Resource) -> None:
    """Fill in the endpoint's ARN, and its first variant where none is named."""
    document = resource.document
    name = document.get("EndpointName")
    if name is not None:
        kind = context.kind_named("Endpoint")
        members = {"EndpointName": name}
        document["EndpointArn"] = arn_of(kind, members, resource.account, resource.region)
    endpoint = endpoint_of(context, resource)
    shown = endpoint.document if endpoint is not None else {}
    variants = list(shown.get("ProductionVariants", ()))
    first = variants[0]["VariantName"] if variants else DEFAULT_VARIANT
    document.setdefault("VariantName", first)


def show_request(context: Context, resource: Resource) -> None:
    """Turn what was asked for into what Describe shows: deployed images, copies wanted.

    Source: facts, hosting.yaml, InferenceComponent.filled_in.
    """
    document = resource.document
    document.pop("FailureReason", None)
    running = document.get("Running", {})
    now = context.clock.time()
    if "Specification" in document:
        document["Specification"] = shown_specification(document["Specification"], now)
    if "Specifications" in document:
        several = document["Specifications"]
        document["Specifications"] = [shown_specification(one, now) for one in several]
    if document.get("RuntimeConfig", {}).get("CopyCount") is not None:
        want_copies(document, document["RuntimeConfig"]["CopyCount"], running)
    elif "RuntimeConfig" not in document and not is_adapter(document):
        want_copies(document, 1, running)


def shown_specification(asked: Mapping[str, Any], time: float) -> dict[str, Any]:
    """Return a specification with DeployedImage in place of Image."""
    container = asked.get("Container", {})
    if "Image" not in container:
        return dict(asked)
    shown = {member: value for member, value in container.items() if member != "Image"}
    return {
        **asked,
        "Container": {**shown, "DeployedImage": deployed_image(container["Image"], time)},
    }


def is_adapter(document: Mapping[str, Any]) -> bool:
    """Return whether a component hangs on a base component, whose copies it shares."""
    return any("BaseInferenceComponentName" in one for one in specifications_of(document))


def want_copies(document: dict[str, Any], count: int, running: Mapping[str, Any]) -> None:
    """Set how many copies are wanted; those that run stay until the component is InService."""
    current = running.get("RuntimeConfig", {}).get("CurrentCopyCount", 0)
    document["RuntimeConfig"] = {"DesiredCopyCount": count, "CurrentCopyCount": current}


def finish(context: Context, resource: Resource) -> None:
    """Let the copies that are wanted run; after a failed update go back to what ran before."""
    document = resource.document
    if "FailureReason" in document:
        for member in SHOWN:
            document.pop(member, None)
        document.update(document.get("Running", {}))
        return
    runtime = document.get("RuntimeConfig")
    if runtime is not None and "DesiredCopyCount" in runtime:
        document["RuntimeConfig"] = {**runtime, "CurrentCopyCount": runtime["DesiredCopyCount"]}
    document["Running"] = {member: document[member] for member in SHOWN if member in document}


def update_copies(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Answer UpdateInferenceComponentRuntimeConfig: another number of copies."""
    if resource.status not in ("InService", "Failed"):
        raise in_progress(resource, "update")
    document = resource.document
    document.pop("FailureReason", None)
    count = parameters["DesiredRuntimeConfig"]["CopyCount"]
    want_copies(document, count, document.get("Running", {}))
    lifecycle = resource.kind.lifecycle
    assert lifecycle is not None
    context.motion.go(resource, lifecycle.update)
    document["UnderWay"] = "UPDATE_RC_IN_PROGRESS"
    return {"InferenceComponentArn": resource.arn}


def note_state(context: Context, resource: Resource) -> None:
    """Keep what refusals call the state that the component is in; no response has it."""
    resource.document["UnderWay"] = UNDER_WAY[str(resource.status)]


def in_progress(resource: Resource, verb: str) -> ServiceError:
    """Return the refusal of a change while another one is under way."""
    state = resource.document["UnderWay"]
    return invalid(
        f'Cannot {verb} inference component "{resource.arn}" while it is in state {state}.'
    )


def refuse_delete(context: Context, resource: Resource) -> None:
    """Refuse to delete a component while it changes, or one that adapters hang on.

    Source: facts, reports.yaml, InferenceComponent.errors; hashicorp/terraform-provider-aws,
    inference_component.go (words about adapters; the sentence around them is assumed).
    """
    if resource.status not in ("InService", "Failed"):
        raise in_progress(resource, "delete")
    for other in context.resources("InferenceComponent", resource):
        bases = [one.get("BaseInferenceComponentName") for one in specifications_of(other.document)]
        if resource.key in bases:
            raise invalid(
                f'Inference component "{resource.arn}" is a base inference component for one or '
                f'more associated inference components: "{other.arn}".'
            )


INFERENCE_COMPONENT = Kind(
    name="InferenceComponent",
    field_rules=FieldRules("hosting.INFERENCE_COMPONENT"),
    arn="inference-component/{InferenceComponentName}",
    lifecycle=Lifecycle(
        path="Creating > InService",
        fail="Failed",
        update="Updating > InService",
        delete="Deleting",
        failing={"Updating": "InService"},
        update_from=SETTLED,
        seconds={"Creating": 240, "Updating": 120, "Deleting": 30},
    ),
    renamed={"DeploymentConfig": "LastDeploymentConfig"},
    parents={"EndpointName": "Endpoint"},
    references={
        "Specification.ModelName": "Model",
        "Specifications[].ModelName": "Model",
        "Specification.BaseInferenceComponentName": "InferenceComponent",
        "Specifications[].BaseInferenceComponentName": "InferenceComponent",
    },
    checks=(check_host,),
    update_checks=(check_change,),
    on_create=(settle_on_endpoint, show_request),
    on_update=(show_request,),
    on_enter={"InService": (finish,), **dict.fromkeys(UNDER_WAY, (note_state,))},
    delete_checks=(refuse_delete,),
    operations={"UpdateInferenceComponentRuntimeConfig": update_copies},
    failure_reason=(
        "The inference component did not pass the ping health check. "
        "Please check CloudWatch logs for this inference component."
    ),
    not_found=Message(
        code="ValidationException",
        text='Could not find inference component "{arn}".',
        source="aws-controllers-k8s, generator.yaml (prefix)",
    ),
    exists=Message(
        code="ValidationException",
        text='Cannot create already existing inference component "{arn}".',
    ),
    cannot_update=Message(
        code="ValidationException",
        text='Cannot update inference component "{arn}" while it is in state {UnderWay}.',
        source="huggingface deployment notes (DeleteInferenceComponent)",
    ),
    source="facts, hosting.yaml, InferenceComponent",
)
