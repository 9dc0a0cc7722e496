"""GlobalInferenceGateway, and InferenceGateway: the in-cluster gateways that are its members.

A member is a resource of its own, so that a test can hold it back or let it fail, but no call creates or
describes one: it is added to a global gateway and listed there. Its status says how it stands in the global
gateway, not how it is.

Whether there is such a cluster, or such a gateway in it, is not looked at: nothing says where the service
would notice.

Source: model, the operations' and members' documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.documents import filled_in
from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.making import new_resource
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.children import follows
from sagestub.kinds.cluster_operations import newest_cluster_arn
from sagestub.kinds.field_rules import FieldRules
from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.types import Call

PATH = "global-inference-gateway"
PARENT = "GlobalInferenceGatewayArn"
"""Where a member keeps the ARN of its global gateway; no response has it."""

NAMING = ("ClusterArn", "Namespace", "Name")
"""What tells one in-cluster gateway from another."""

OPT_IN = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    }
)
"""The Regions that an account opts into. Source: AWS Account Management Guide, "Regions"."""


# Finding ------------------------------------------------------------------------------------------


def find(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return the gateway that a call identifies, by name, ARN or id."""
    assert context.call is not None
    return gateway_called(context, context.call, str(parameters["Identifier"]))


def gateway_called(context: Context, of: Resource | Call, identifier: str) -> Resource | None:
    """Return the gateway of a name, ARN or id in the account and region of `of`."""
    for name in (identifier, context.arn(f"{PATH}/{identifier}", of)):
        found = context.resource("GlobalInferenceGateway", of, name)
        if found is not None and (found.account, found.region) == (of.account, of.region):
            return found
    return None


def members_of(context: Context, gateway: Resource) -> list[Resource]:
    """Return the members of a gateway, in the order in which they were added."""
    return context.resources("InferenceGateway", gateway, **{PARENT: gateway.arn})


def member_named(context: Context, gateway: Resource, naming: Mapping[str, Any]) -> Resource | None:
    """Return the member of a gateway that a request names; None when it is none."""
    wanted = {member: naming[member] for member in NAMING}
    found = context.resources("InferenceGateway", gateway, **{PARENT: gateway.arn}, **wanted)
    return found[0] if found else None


def echo(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the identifier of a gateway says that does not exist.

    Source: model, DeleteGlobalInferenceGateway. An ARN of something else is refused (assumed).
    """
    assert context.call is not None
    identifier = str(parameters["Identifier"])
    arn = f"arn:[^:]+:sagemaker:[^:]+:[^:]+:{PATH}/([a-z0-9]{{12}})"
    if found := re.fullmatch(arn, identifier):
        return {"Arn": identifier, "Id": found[1]}
    if identifier.startswith("arn:"):
        raise invalid(f"{identifier} is not the ARN of a global inference gateway.")
    if re.fullmatch("[a-z0-9]{12}", identifier):
        return {"Arn": context.arn(f"{PATH}/{identifier}", context.call), "Id": identifier}
    return {"Name": identifier}


# Checks -------------------------------------------------------------------------------------------


def check_creation(context: Context, gateway: Resource) -> None:
    """Refuse a new gateway whose role or members cannot be its own."""
    if context.call is None or context.call.operation != "CreateGlobalInferenceGateway":
        return
    role = gateway.document["ExecutionRoleArn"]
    if place_of(role) != (partition_in(gateway.arn), gateway.account):
        raise invalid(
            f"The role {role} must be in the account and partition of the global inference gateway."
        )
    check_members(context, gateway, gateway.document["Gateways"])


def check_members(context: Context, gateway: Resource, members: list[Mapping[str, Any]]) -> None:
    """Refuse members whose cluster is out of reach, that are another's, or that are too many.

    Source: model, GlobalInferenceGatewayMember.ClusterArn, CreateGlobalInferenceGateway; texts assumed.
    """
    for member in members:
        cluster = member["ClusterArn"]
        if place_of(cluster) != (partition_in(gateway.arn), gateway.account):
            raise invalid(
                f"The cluster {cluster} must be in the account and partition of the global inference "
                "gateway."
            )
        if (region := cluster.split(":")[3]) in OPT_IN:
            raise invalid(f"The cluster {cluster} is in the opt-in Region {region}.")
        if (owner := owner_of(context, gateway, member)) is not None:
            raise ServiceError(
                "ResourceInUse",
                f"Inference gateway {member['Namespace']}/{member['Name']} of cluster {cluster} already "
                f"belongs to global inference gateway {owner}.",
            )
    check_quota(context, gateway, len(members))


def place_of(arn: str) -> tuple[str, str]:
    """Return the partition and the account of an ARN."""
    return partition_in(arn), arn.split(":")[4]


def partition_in(arn: str) -> str:
    """Return the partition of an ARN."""
    return arn.split(":")[1]


def owner_of(context: Context, gateway: Resource, member: Mapping[str, Any]) -> str | None:
    """Return the ARN of another gateway to which an in-cluster gateway belongs, in any Region."""
    for other in context.registry.all("InferenceGateway"):
        document = other.document
        if (
            other.account == gateway.account
            and document[PARENT] != gateway.arn
            and all(document[name] == member[name] for name in NAMING)
        ):
            return str(document[PARENT])
    return None


def check_quota(context: Context, gateway: Resource, number: int) -> None:
    """Refuse more members than a quota that a test has set allows."""
    if context.quotas is None or not number:
        return
    kind = context.kind_named("InferenceGateway")
    one = new_resource(context, kind, {PARENT: gateway.arn}, gateway.account, gateway.region)
    amounts = {name: number * amount for name, amount in context.quotas.amounts(one).items()}
    context.quotas.check(one, {}, amounts)


CHANGING = Message(
    code="ConflictException",
    text="Another operation is in progress on global inference gateway {arn}, which is in status "
    "{status}.",
)


def keep_still(context: Context, gateway: Resource) -> None:
    """Refuse a change while another one is in progress, of the gateway or of its members."""
    changing = any(m.status in ("ADDING", "REMOVING") for m in members_of(context, gateway))
    if changing or gateway.status not in ("ACTIVE", "FAILED"):
        said = {"arn": gateway.arn, "status": gateway.status}
        raise ServiceError(CHANGING.code, filled_in(CHANGING.text, said))


def keep_still_or_go(context: Context, gateway: Resource) -> None:
    """Refuse a Delete while a change is in progress; one that is being deleted is deleted (assumed)."""
    if gateway.status != "DELETING":
        keep_still(context, gateway)


# The life of a gateway and of its members -----------------------------------------------------------


def begin(context: Context, gateway: Resource) -> None:
    """Add the members that a new gateway is created with; one that is given twice is one (assumed)."""
    for member in gateway.document.get("Gateways", ()):
        if member_named(context, gateway, member) is None:
            add_member(context, gateway, member)


def add_member(context: Context, gateway: Resource, naming: Mapping[str, Any]) -> Resource:
    """Make a member of a gateway."""
    members = {"Identifier": gateway.arn, **{name: naming[name] for name in NAMING}}
    return context.add("InferenceGateway", members, gateway)


def serve(context: Context, gateway: Resource) -> None:
    """Give a gateway its addresses once it is active, and let its first members be active with it.

    Source: model, DescribeGlobalInferenceGatewayResponse.EndpointUrl (its example; the `001` stands in it)
    and CreateInterfaceEndpoint's names of services.
    """
    document = gateway.document
    host = f"{document['Id']}.001.sm-gateway.{gateway.region}.on.aws"
    document.setdefault("EndpointUrl", f"https://{host}")
    digits = context.new_uuid().replace("-", "")[:17]
    service = f"com.amazonaws.vpce.{gateway.region}.vpce-svc-{digits}"
    document.setdefault("VpcEndpointServiceName", service)
    for member in members_of(context, gateway):
        if member.way and (follows(member, gateway) or member.rule == gateway.rule):
            context.motion.step(member)


def give_up(context: Context, gateway: Resource) -> None:
    """Let members fail that were being added to a gateway which has failed (assumed)."""
    for member in members_of(context, gateway):
        if member.status == "ADDING":
            context.motion.go(member, ("FAILED",))
            member.replace({"FailureReason": gateway.document["FailureReason"]})


def forget_failure(context: Context, resource: Resource) -> None:
    """Take the reason of a failure away: it is there only when the status is FAILED."""
    resource.document.pop("FailureReason", None)


def take_members_along(context: Context, gateway: Resource, planned: str) -> str:
    """Let the members of a gateway go with it; they are free then."""
    if planned == GONE:
        for member in members_of(context, gateway):
            context.registry.remove(member)
    return planned


def wait_for_gateway(context: Context, member: Resource, planned: str) -> str:
    """Stay in ADDING until the gateway has been created."""
    gateway = context.registry.by_arn(member.document[PARENT])
    waits = planned == "ACTIVE" and gateway is not None and gateway.status == "CREATING"
    return member.state if waits else planned


def belong(context: Context, member: Resource) -> None:
    """Note the gateway that a new member belongs to, which is identified by name, ARN or id."""
    identifier = str(member.document.get("Identifier", ""))
    gateway = gateway_called(context, member, identifier)
    member.document.setdefault(PARENT, identifier if gateway is None else gateway.arn)


def newest_gateway(context: Context, members: Mapping[str, Any]) -> str:
    """Return the ARN of the newest gateway, for a member that a test adds without naming one."""
    place = members["account"], members["region"], "GlobalInferenceGateway"
    table = context.registry.table(*place)
    found = [str(gateway.arn) for gateway in table.by_key.values()]
    return found[-1] if found else "global-inference-gateway-1"


# Operations -----------------------------------------------------------------------------------------


def add(context: Context, gateway: Resource, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add a member to a gateway; one that is there already stays as it is.

    Source: model, AddInferenceGateway. That it looks at the members before it looks at what is in progress
    is assumed; so it is for RemoveInferenceGateway.
    """
    member = member_named(context, gateway, parameters)
    if member is None:
        keep_still(context, gateway)
        if gateway.status == "FAILED" and "EndpointUrl" not in gateway.document:
            raise ServiceError(
                "ConflictException", f"Global inference gateway {gateway.arn} failed to create."
            )
        naming = {name: parameters[name] for name in NAMING}
        check_members(context, gateway, [naming])
        member = add_member(context, gateway, naming)
    return answer(gateway, parameters, member)


def remove(context: Context, gateway: Resource, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove a member of a gateway, but not the last one; what is no member is left alone."""
    member = member_named(context, gateway, parameters)
    if member is not None and member.status != "REMOVING":
        keep_still(context, gateway)
        if len(members_of(context, gateway)) == 1:
            raise invalid(
                f"Inference gateway {member.name} is the last one of global inference gateway "
                f"{gateway.arn}, which must have at least one."
            )
        context.motion.go(member, (*MEMBER_LIFECYCLE.delete, GONE))
    return answer(gateway, parameters, member)


def answer(
    gateway: Resource, parameters: Mapping[str, Any], member: Resource | None
) -> Mapping[str, Any]:
    """Return what is said of a gateway and of one that is, was or becomes its member."""
    said = {name: gateway.document[name] for name in ("Arn", "Id", "Name")}
    status = {"Status": member.status} if member is not None else {}
    return {**said, "Gateway": {name: parameters[name] for name in NAMING}, **status}


def of_a_gateway(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters of ListInferenceGateways, if the gateway exists."""
    assert context.call is not None
    identifier = str(parameters["Identifier"])
    gateway = gateway_called(context, context.call, identifier)
    if gateway is None:
        raise ServiceError(NOT_FOUND.code, filled_in(NOT_FOUND.text, parameters))
    return {**parameters, "Identifier": gateway.arn}


NOT_FOUND = Message(
    code="ResourceNotFound", text="Global inference gateway {Identifier} does not exist."
)
GLOBAL_INFERENCE_GATEWAY = Kind(
    name="GlobalInferenceGateway",
    field_rules=FieldRules("gateways.GLOBAL_INFERENCE_GATEWAY"),
    arn=f"{PATH}/{{Id}}",
    identifier=("Name",),
    lifecycle=Lifecycle(
        "CREATING > ACTIVE",
        fail="FAILED",
        update="UPDATING > ACTIVE",
        delete="DELETING",
        # That one which has failed can be updated, and one that is being deleted be deleted again, is
        # assumed: nothing is said against it.
        update_from="ACTIVE > FAILED",
        delete_from="ACTIVE > FAILED > DELETING",
        seconds={"CREATING": 600, "UPDATING": 120, "DELETING": 300},
    ),
    made={"Id": "{id}"},
    find=find,
    checks=(check_creation,),
    update_checks=(keep_still,),
    delete_checks=(keep_still_or_go,),
    already_gone=echo,
    on_enter={
        "CREATING": (begin,),
        "ACTIVE": (serve,),
        "UPDATING": (forget_failure,),
        "DELETING": (forget_failure,),
        "FAILED": (give_up,),
    },
    next_state=take_members_along,
    operations={"AddInferenceGateway": add, "RemoveInferenceGateway": remove},
    failure_reason="The global inference gateway could not be set up.",
    not_found=NOT_FOUND,
    exists=Message(
        code="ResourceInUse",
        text="A global inference gateway called {name} already exists ({arn}).",
    ),
    cannot_update=CHANGING,
    cannot_delete=CHANGING,
    source="model, CreateGlobalInferenceGateway",
)

MEMBER_LIFECYCLE = Lifecycle(
    "ADDING > ACTIVE",
    fail="FAILED",
    delete="REMOVING",
    failing={"REMOVING": "FAILED"},
)

INFERENCE_GATEWAY = Kind(
    name="InferenceGateway",
    arn="-",
    shape="GlobalInferenceGatewayMemberSummary",
    identifier=("Identifier", *NAMING),
    lifecycle=MEMBER_LIFECYCLE,
    made={
        "Identifier": newest_gateway,
        "ClusterArn": newest_cluster_arn,
        "Namespace": "default",
    },
    on_create=(belong,),
    on_enter={"REMOVING": (forget_failure,)},
    next_state=wait_for_gateway,
    asked=of_a_gateway,
    filters={"Identifier": PARENT},
    sort_order="Ascending",
    failure_reason="The inference gateway could not be reached.",
    source="model, ListInferenceGateways",
)
