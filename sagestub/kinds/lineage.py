"""Action, Artifact, Context and their associations: the lineage graph, and the query that walks it.

Source: facts, metadata.yaml, Action, Artifact, Context, Association, LineageGroup, QueryLineage.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.binding import BoundKind
from sagestub.engine.kind import Kind, Message
from sagestub.engine.making import new_resource
from sagestub.errors import ServiceError
from sagestub.kinds.experiments import LINEAGE_GROUP, join_lineage_group, missing, taken
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LINEAGE_KINDS = ("TrialComponent", "Artifact", "Context", "Action")
"""The kinds that are vertices of the graph, by their LineageType."""

EXPERIMENT_KINDS = frozenset({"Experiment", "Trial", "TrialComponent"})
MOST_DEPTH = 10
SLUGS = {
    "Experiment": "experiment",
    "Trial": "experiment-trial",
    "TrialComponent": "experiment-trial-component",
    "Artifact": "artifact",
    "Context": "context",
    "Action": "action",
}
"""What ARNs call the kinds that can be associated."""


def lineage_kind(name: str, **changes: Any) -> Kind:
    """Return the declaration of an entity that a client makes with a source and a type."""
    slug = name.lower()
    return Kind(
        name=name,
        **{
            "arn": f"{slug}/{{{name}Name}}",
            "on_create": (join_lineage_group,),
            "on_delete": (drop_associations,),
            "filters": {"SourceUri": "Source.SourceUri"},
            "not_found": missing(name),
            "exists": taken(name),
            "source": f"facts, metadata.yaml, {name}",
            **changes,
        },
    )


def drop_associations(context: Context, resource: Resource) -> None:
    """Take an entity's associations away with it."""
    for association in context.resources("Association", resource):
        if resource.arn in (
            association.document["SourceArn"],
            association.document["DestinationArn"],
        ):
            context.registry.remove(association)


def hash_of_source(context: Context, values: Mapping[str, Any]) -> str:
    """Return an artifact's id, 32 hex digits of its source: one artifact per source.

    Source: facts, metadata.yaml, Artifact.arn (form assumed).
    """
    source = values.get("Source", {"SourceUri": context.new_id()})
    types = sorted((t["SourceIdType"], t["Value"]) for t in source.get("SourceTypes", ()))
    return blake2b(repr((source["SourceUri"], types)).encode(), digest_size=16).hexdigest()


def find_artifact(
    context: Context, kind: BoundKind, parameters: Mapping[str, Any]
) -> Resource | None:
    """Return the artifact that a call names by its ARN or, in a delete, by its source."""
    assert context.call is not None
    if "ArtifactArn" in parameters:
        return context.resource(kind.name, context.call, str(parameters["ArtifactArn"]))
    made = hash_of_source(context, parameters)
    for artifact in context.resources(kind.name, context.call):
        if artifact.arn.endswith(f"/{made}"):
            return artifact
    return None


ACTION = lineage_kind("Action", status="-")
CONTEXT = lineage_kind("Context")
ARTIFACT = lineage_kind(
    "Artifact",
    field_rules=FieldRules("registry.ARTIFACT"),
    arn="artifact/{ArtifactId}",
    made={"ArtifactId": hash_of_source},
    find=find_artifact,
    exists=Message(
        code="ValidationException",
        text="Artifact with source ({arn}) already exists.",
    ),
)


# Associations -------------------------------------------------------------------------------------


def entity_at(context: Context, arn: str) -> Resource:
    """Return the experiment or lineage entity that an ARN names, in the call's account and region.

    Raises:
        ServiceError: There is none.
    """
    assert context.call is not None
    found = context.registry.by_arn(arn)
    known = found is not None and found.kind.name in {*LINEAGE_KINDS, *EXPERIMENT_KINDS}
    if found is not None and known and found.account == context.call.account:
        return found
    if context.checks_references:
        raise ServiceError("ResourceNotFound", f"Entity '{arn}' does not exist.")
    return unseen_entity(context, arn)


def unseen_entity(context: Context, arn: str) -> Resource:
    """Return what an ARN stands for that leads nowhere: an entity that no registry holds."""
    assert context.call is not None
    sort = arn.partition("/")[0].rpartition(":")[2]
    name = next((kind for kind, slug in SLUGS.items() if slug == sort), "Artifact")
    kind = context.kind_named(name)
    members = {kind.name_member: arn.rpartition("/")[2], kind.arn_member: arn}
    return new_resource(context, kind, members, context.call.account, context.call.region)


def type_of(entity: Resource) -> str:
    """Return what the API calls an entity's type: that which its maker gave, or its kind."""
    for member in ("ArtifactType", "ContextType", "ActionType"):
        if member in entity.document:
            return str(entity.document[member])
    source = entity.document.get("Source", {})
    return str(source.get("SourceType", entity.kind.name))


def name_of(end: str, entity: Resource) -> dict[str, str]:
    """Return the member with the name of one end of an association.

    An artifact has a name only if its maker gave one (sagemaker.lineage.visualizer shows an end
    without a name by the artifact's source).
    """
    if entity.kind.name != "Artifact":
        return {f"{end}Name": entity.name}
    given = entity.document.get("ArtifactName")
    return {} if given is None else {f"{end}Name": str(given)}


def add_association(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Associate two entities.

    Raises:
        ServiceError: One does not exist, both are of the experiments, or they are associated already.
    """
    source = entity_at(context, parameters["SourceArn"])
    destination = entity_at(context, parameters["DestinationArn"])
    if {source.kind.name, destination.kind.name} <= EXPERIMENT_KINDS:
        # Source: aws/sagemaker-experiments#157 (code; text assumed).
        raise ServiceError(
            "ValidationException",
            "Experiment entities can be associated through trials only, not with each other.",
        )
    pair = {"SourceArn": source.arn, "DestinationArn": destination.arn}
    if context.resources("Association", source, **pair):
        raise ServiceError(
            "ValidationException",
            f"Association between '{source.arn}' and '{destination.arn}' already exists.",
        )
    context.refuse_more("Association", 1, source)
    context.add(
        "Association",
        {
            **pair,
            "SourceType": type_of(source),
            "DestinationType": type_of(destination),
            **name_of("Source", source),
            **name_of("Destination", destination),
            **{k: v for k, v in parameters.items() if k == "AssociationType"},
        },
        source,
        asked=True,
    )
    return pair


def delete_association(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take an association away.

    Raises:
        ServiceError: There is none between the two.
    """
    assert context.call is not None
    pair = {member: parameters[member] for member in ("SourceArn", "DestinationArn")}
    lowered = {member: arn.lower() for member, arn in pair.items()}
    for association in context.resources("Association", context.call):
        if all(association.document[m].lower() == arn for m, arn in lowered.items()):
            context.registry.remove(association)
            return pair
    raise ServiceError(
        "ResourceNotFound",
        f"Association between '{pair['SourceArn']}' and '{pair['DestinationArn']}' does not exist.",
    )


ASSOCIATION = Kind(
    name="Association",
    arn="-",
    shape="AssociationSummary",
    identifier=("SourceArn", "DestinationArn"),
    create="-",
    delete="-",
    source="facts, metadata.yaml, Association",
)


# Lineage groups -----------------------------------------------------------------------------------

DEFAULT_GROUP = LINEAGE_GROUP.rpartition("/")[2]


def find_group(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return a lineage group by name or ARN; the account's default one is made on demand."""
    assert context.call is not None
    name = str(parameters["LineageGroupName"])
    if name.rpartition("/")[2] == DEFAULT_GROUP:
        return default_group(context)
    return context.resource(kind.name, context.call, name)


def default_group(context: Context) -> Resource:
    """Return the lineage group that every account has by default."""
    assert context.call is not None
    found = context.resource("LineageGroup", context.call, DEFAULT_GROUP)
    if found is not None:
        return found
    return context.add_in_call("LineageGroup", {"LineageGroupName": DEFAULT_GROUP})


def no_policy(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Refuse: a group is shared through another service, so that it never has a policy here."""
    raise ServiceError("ResourceNotFound", f"Cannot find resource policy for: {resource.arn}")


def with_default_group(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the default lineage group before the groups are listed."""
    default_group(context)
    return parameters


LINEAGE_GROUP_KIND = Kind(
    name="LineageGroup",
    arn="lineage-group/{LineageGroupName}",
    find=find_group,
    operations={"GetLineageGroupPolicy": no_policy},
    not_found=missing("LineageGroup"),
    asked=with_default_group,
    sort_order="Ascending",
    source="facts, metadata.yaml, LineageGroup",
)


# QueryLineage -------------------------------------------------------------------------------------

Edge = tuple[str, str, Mapping[str, Any]]


def query_lineage(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Walk the graph from the start, and return the vertices that match and the edges between.

    Source: API reference, QueryLineage; facts, metadata.yaml, QueryLineage.

    Raises:
        ServiceError: A start ARN leads nowhere.
    """
    assert context.call is not None
    starts = [entity_at(context, arn).arn for arn in parameters.get("StartArns", ())]
    edges: list[Edge] = [
        (a.document["SourceArn"], a.document["DestinationArn"], a.document)
        for a in context.resources("Association", context.call)
    ]
    if starts:
        direction = parameters.get("Direction", "Both")
        depth = min(parameters.get("MaxDepth", MOST_DEPTH), MOST_DEPTH)
        reached, walked = _walk(starts, edges, direction, depth)
    else:
        reached = _vertices(context, edges)
        walked = edges
    matches = _matcher(parameters.get("Filters", {}))
    found = [entity for arn in sorted(reached) if (entity := context.registry.by_arn(arn))]
    vertices = [entity for entity in found if entity.kind.name in LINEAGE_KINDS and matches(entity)]
    answer: dict[str, Any] = {
        "Vertices": [
            {"Arn": v.arn, "Type": type_of(v), "LineageType": v.kind.name} for v in vertices
        ]
    }
    if parameters.get("IncludeEdges", True):
        answer["Edges"] = [
            {
                "SourceArn": source,
                "DestinationArn": destination,
                **{k: v for k, v in document.items() if k == "AssociationType"},
            }
            for source, destination, document in walked
        ]
    return answer


def _vertices(context: Context, edges: list[Edge]) -> set[str]:
    """Return the whole graph: a trial component is in it by its associations only.

    Source: Developer Guide, querying-lineage-entities.
    """
    assert context.call is not None
    ends = {end for source, destination, _ in edges for end in (source, destination)}
    return {
        entity.arn
        for kind in LINEAGE_KINDS
        for entity in context.resources(kind, context.call)
        if kind != "TrialComponent" or entity.arn in ends
    }


def _walk(
    starts: list[str], edges: list[Edge], direction: str, depth: int
) -> tuple[set[str], list[Edge]]:
    """Return what is reached within a depth, and the edges on the way; the start is not included."""
    reached: set[str] = set()
    walked: dict[int, Edge] = {}
    seen = dict.fromkeys(starts, 0)
    waiting = deque(starts)
    while waiting:
        here = waiting.popleft()
        if seen[here] >= depth:
            continue
        for number, there, edge in _steps(here, edges, direction):
            walked[number] = edge
            reached.add(there)
            if there not in seen:
                seen[there] = seen[here] + 1
                waiting.append(there)
    return reached - set(starts), [walked[number] for number in sorted(walked)]


def _steps(here: str, edges: list[Edge], direction: str) -> Iterator[tuple[int, str, Edge]]:
    """Return the edges that lead on from a vertex: descendants follow them, ascendants go against."""
    for number, edge in enumerate(edges):
        source, destination, _ = edge
        if source == here and direction in ("Both", "Descendants"):
            yield number, destination, edge
        if destination == here and direction in ("Both", "Ascendants"):
            yield number, source, edge


def _matcher(filters: Mapping[str, Any]) -> Any:
    """Return what tells whether a vertex passes the filters; property pairs are alternatives."""

    def matches(entity: Resource) -> bool:
        document = entity.document
        created, modified = document["CreationTime"], document.get("LastModifiedTime", 0)
        properties = document.get("Properties", {})
        pairs = filters.get("Properties", {})
        return (
            type_of(entity) in filters.get("Types", [type_of(entity)])
            and entity.kind.name in filters.get("LineageTypes", LINEAGE_KINDS)
            and filters.get("CreatedAfter", created) <= created
            and created <= filters.get("CreatedBefore", created)
            and filters.get("ModifiedAfter", modified) <= modified
            and modified <= filters.get("ModifiedBefore", modified)
            and (not pairs or any(properties.get(key) == value for key, value in pairs.items()))
        )

    return matches
