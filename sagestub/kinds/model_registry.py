"""ModelPackageGroup and ModelPackage: the model registry, with versions and approval.

Source: facts, metadata.yaml, ModelPackageGroup and ModelPackage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.binding import BoundKind
from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

PACKAGE_LIFE = Lifecycle(
    path="Pending > InProgress > Completed",
    fail="Failed",
    delete="Deleting",
    seconds={"Pending": 2, "InProgress": 5, "Deleting": 2},
)


# ModelPackageGroup --------------------------------------------------------------------------------


def packages_in(context: Context, group: Resource) -> list[Resource]:
    """Return the model packages of a group, oldest first."""
    return context.resources("ModelPackage", group, ModelPackageGroupName=group.key)


def keep_filled_group(context: Context, resource: Resource) -> None:
    """Refuse to delete a group that holds model packages.

    Source: model, DeleteModelPackageGroup (ConflictException; text assumed).
    """
    if packages_in(context, resource):
        raise ServiceError(
            "ConflictException",
            f"Model Package Group {resource.arn} is not empty. Delete its model packages first.",
        )


def find_group(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return a group by name or ARN.

    Raises:
        ServiceError: A policy operation names a group that does not exist (another sentence).
    """
    call = context.call
    assert call is not None
    name = str(parameters["ModelPackageGroupName"])
    found = context.resource(kind.name, call, name)
    if found is None and "Policy" in call.operation:
        arn = name if name.startswith("arn:") else _arn(context, f"model-package-group/{name}")
        raise invalid(f"Cannot find Model Package Group: {arn}")
    return found


def _arn(context: Context, path: str) -> str:
    assert context.call is not None
    return context.arn(path, context.call)


def put_policy(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Keep the group's resource policy."""
    resource.document["ResourcePolicy"] = parameters["ResourcePolicy"]
    return {"ModelPackageGroupArn": resource.arn}


def get_policy(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the group's resource policy.

    Raises:
        ServiceError: It has none.
    """
    if "ResourcePolicy" not in resource.document:
        raise invalid(f"Cannot find resource policy for: {resource.arn}")
    return {"ResourcePolicy": resource.document["ResourcePolicy"]}


def delete_policy(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Take the group's resource policy away."""
    get_policy(context, resource, parameters)
    del resource.document["ResourcePolicy"]
    return {}


MODEL_PACKAGE_GROUP = Kind(
    name="ModelPackageGroup",
    arn="model-package-group/{ModelPackageGroupName}",
    lifecycle=PACKAGE_LIFE,
    find=find_group,
    delete_checks=(keep_filled_group,),
    operations={
        "PutModelPackageGroupPolicy": put_policy,
        "GetModelPackageGroupPolicy": get_policy,
        "DeleteModelPackageGroupPolicy": delete_policy,
    },
    filters={"CrossAccountFilterOption": "-"},
    sort_order="Ascending",
    not_found=Message(
        code="ValidationException",
        text="ModelPackageGroup {arn} does not exist.",
        source="CloudFormation, Terraform, ACK",
    ),
    exists=Message(
        code="ValidationException",
        text="Model Package Group already exists: {arn}",
        source="CloudFormation; apache/airflow",
    ),
    source="facts, metadata.yaml, ModelPackageGroup",
)


# ModelPackage -------------------------------------------------------------------------------------


def package_key(context: Context, values: Mapping[str, Any]) -> str:
    """Return what a package is known by: `group/version`, or its own name.

    Raises:
        ServiceError: The request names a group that does not exist.
    """
    name, group = values.get("ModelPackageName"), values.get("ModelPackageGroupName")
    if context.call is None or context.call.operation != "CreateModelPackage":
        version = values.get("ModelPackageVersion", 1)
        return f"{group}/{version}" if group else str(name or "model-package")
    if name:
        return str(name)
    found = context.resource("ModelPackageGroup", context.call, str(group))
    if found is None and context.checks_references:
        raise invalid("Model Package Group does not exist.")
    if found is None:
        name = str(group).rpartition("/")[2]
        known = context.resources("ModelPackage", context.call, ModelPackageGroupName=name)
        return f"{name}/{max((p.document['ModelPackageVersion'] for p in known), default=0) + 1}"
    return f"{found.key}/{found.document.get('LastVersion', 0) + 1}"


def refuse_tags_of_version(context: Context, resource: Resource) -> None:
    """Refuse tags for a package of a group, whose group has them.

    Source: aws-controllers-k8s/sagemaker-controller#54; SuperCowPowers/workbench#90 (text assumed).
    """
    if resource.document.get("ModelPackageGroupName"):
        raise invalid("Tags are not supported for versioned model packages.")


def number_version(context: Context, resource: Resource) -> None:
    """Give a package of a group its version, and the approval status that it starts with."""
    document = resource.document
    document.setdefault("ModelPackageStatusDetails", {"ValidationStatuses": []})
    group_name = document.get("ModelPackageGroupName")
    if not group_name:
        document["ModelPackageType"] = "Unversioned"
        return
    group = context.resource("ModelPackageGroup", resource, str(group_name))
    version = int(resource.key.rpartition("/")[2]) if "/" in resource.key else 1
    if group is not None:
        group.document["LastVersion"] = max(version, group.document.get("LastVersion", 0))
    document["ModelPackageGroupName"] = resource.key.rpartition("/")[0] or group_name
    document.setdefault("ModelPackageVersion", version)
    document.setdefault("ModelApprovalStatus", "PendingManualApproval")
    document["ModelPackageType"] = "Versioned"


def check_algorithms(context: Context, resource: Resource) -> None:
    """Refuse a package of an algorithm that its account does not have; others' cannot be seen.

    Source: model, SourceAlgorithm.AlgorithmName; the text is DescribeAlgorithm's (assumed).
    """
    specification = resource.document.get("SourceAlgorithmSpecification", {})
    for source in specification.get("SourceAlgorithms", ()):
        name = source["AlgorithmName"]
        arn = name if name.startswith("arn:") else context.arn(f"algorithm/{name}", resource)
        own = arn.split(":")[4] == resource.account
        if own and context.lacks("Algorithm", resource, name):
            raise invalid(f"Algorithm {arn} does not exist.")


def take_from_algorithm(context: Context, resource: Resource) -> None:
    """Take over what the algorithm says of inference, with the model that it has trained.

    Source: SageMaker Python SDK v2, `ModelPackage.enable_network_isolation`, which reads
    InferenceSpecification of a package that was made from an algorithm only.
    """
    document = resource.document
    specification = document.get("SourceAlgorithmSpecification", {})
    source = next(iter(specification.get("SourceAlgorithms", ())), None)
    if source is None or "InferenceSpecification" in document:
        return
    algorithm = context.resource("Algorithm", resource, source["AlgorithmName"])
    inference = algorithm.document.get("InferenceSpecification") if algorithm is not None else None
    if inference is not None:
        model = {m: source[m] for m in ("ModelDataUrl", "ModelDataSource") if m in source}
        containers = [{**container, **model} for container in inference["Containers"]]
        document["InferenceSpecification"] = {**inference, "Containers": containers}


MOST_SPECIFICATIONS = 15
"""How many additional specifications a package has at most.

Source: model, UpdateModelPackageInput.AdditionalInferenceSpecificationsToAdd.
"""


def check_specifications(context: Context, resource: Resource) -> None:
    """Refuse inference specifications for which a package has no room, or that it has (texts assumed).

    Source: model, AdditionalInferenceSpecificationDefinition.Name.
    """
    asked = context.call.parameters if context.call is not None else {}
    added = asked.get("AdditionalInferenceSpecificationsToAdd", ())
    present = resource.document.get("AdditionalInferenceSpecifications", ())
    if len(present) + len(added) > MOST_SPECIFICATIONS:
        raise invalid(
            "Total number of additional Inference Specifications can not exceed "
            f"{MOST_SPECIFICATIONS}."
        )
    if {one["Name"] for one in present} & {one["Name"] for one in added}:
        raise invalid(
            "Names of AdditionalInferenceSpecifications must be unique within a model package."
        )


def add_specifications(context: Context, resource: Resource) -> None:
    """Add the inference specifications that an update brings to those that are there."""
    added = resource.document.pop("AdditionalInferenceSpecificationsToAdd", [])
    if added:
        present = resource.document.get("AdditionalInferenceSpecifications", [])
        resource.document["AdditionalInferenceSpecifications"] = [*present, *added]


def find_package(
    context: Context, kind: BoundKind, parameters: Mapping[str, Any]
) -> Resource | None:
    """Return a package by name, by `group/version`, or by ARN.

    Raises:
        ServiceError: The ARN is of another region.
    """
    call = context.call
    assert call is not None
    name = str(parameters.get("ModelPackageName") or parameters.get("ModelPackageArn", ""))
    if name.startswith("arn:") and name.split(":")[3] != call.region:
        raise invalid(f"ARN should be scoped to correct region: {call.region}")
    return context.resource(kind.name, call, name)


def is_wanted_type(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the filters of a list with the default of ModelPackageType.

    Source: model, ListModelPackagesInput: without a group, only unversioned packages are listed.
    """
    if "ModelPackageGroupName" in parameters or parameters.get("ModelPackageType") == "Both":
        return {k: v for k, v in parameters.items() if k != "ModelPackageType"}
    return {"ModelPackageType": "Unversioned", **parameters}


MODEL_PACKAGE = Kind(
    name="ModelPackage",
    field_rules=FieldRules("registry.MODEL_PACKAGE"),
    arn="model-package/{ModelPackageKey}",
    # Source: facts, metadata.yaml, ModelPackage.timestamps.
    first_changed_by_update=True,
    identifier=("ModelPackageKey",),
    made={"ModelPackageKey": package_key},
    lifecycle=PACKAGE_LIFE,
    defaults={"CertifyForMarketplace": False},
    find=find_package,
    checks=(check_algorithms,),
    tag_checks=(refuse_tags_of_version,),
    on_create=(number_version, take_from_algorithm),
    update_checks=(check_specifications,),
    on_update=(add_specifications,),
    merges=("CustomerMetadataProperties",),
    asked=is_wanted_type,
    sort_order="Ascending",
    sort={"Name": "ModelPackageKey"},
    not_found=Message(
        code="ValidationException",
        text="ModelPackage {arn} does not exist.",
        source="ACK (code, suffix)",
    ),
    exists=Message(
        code="ValidationException",
        text="ModelPackage already exists: {arn}",
        source="aws/sagemaker-python-sdk, session_helper.py (prefix)",
    ),
    source="facts, metadata.yaml, ModelPackage",
)


def batch_describe(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the packages of a list of ARNs; unknown ones are reported, not refused.

    Source: API reference, BatchDescribeModelPackage.
    """
    assert context.call is not None
    found: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for arn in parameters["ModelPackageArnList"]:
        package = context.resource("ModelPackage", context.call, arn)
        if package is None:
            errors[arn] = {
                "ErrorCode": "ValidationException",
                "ErrorResponse": f"ModelPackage {arn} does not exist.",
            }
        else:
            members = package.document
            found[arn] = {name: members[name] for name in BATCH_MEMBERS if name in members}
            found[arn].setdefault("InferenceSpecification", {"Containers": []})
    answer: dict[str, Any] = {"ModelPackageSummaries": found}
    if errors:
        answer["BatchDescribeModelPackageErrorMap"] = errors
    return answer


BATCH_MEMBERS = (
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "InferenceSpecification",
    "ModelPackageStatus",
    "ModelApprovalStatus",
    "ModelPackageRegistrationType",
)
"""The members of a BatchDescribeModelPackageSummary."""
