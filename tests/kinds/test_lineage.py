"""Actions, artifacts, contexts, associations, and QueryLineage. Source of the facts: metadata.yaml."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World


@pytest.fixture
def arns(client: Any) -> dict[str, str]:
    """A chain data -> training -> model -> endpoint, and a report that only hangs on the model."""
    made = {
        "data": artifact(client, "s3://data", "DataSet"),
        "model": artifact(client, "s3://model", "Model"),
        "report": artifact(client, "s3://report", "Report"),
        "training": client.create_action(
            ActionName="training",
            Source={"SourceUri": "job"},
            ActionType="Training",
            Properties={"team": "a"},
        )["ActionArn"],
        "endpoint": client.create_context(
            ContextName="endpoint", Source={"SourceUri": "e"}, ContextType="Endpoint"
        )["ContextArn"],
    }
    for source, destination, kind in (
        ("data", "training", "ContributedTo"),
        ("training", "model", "Produced"),
        ("model", "endpoint", "AssociatedWith"),
        ("model", "report", "DerivedFrom"),
    ):
        client.add_association(
            SourceArn=made[source], DestinationArn=made[destination], AssociationType=kind
        )
    return made


def artifact(client: Any, uri: str, kind: str) -> str:
    answer = client.create_artifact(Source={"SourceUri": uri}, ArtifactType=kind)
    return str(answer["ArtifactArn"])


def reached(client: Any, arns: dict[str, str], **query: Any) -> set[str]:
    """Return the names of the vertices that a query finds."""
    names = {arn: name for name, arn in arns.items()}
    return {names[v["Arn"]] for v in client.query_lineage(**query)["Vertices"]}


@pytest.mark.fact(
    "metadata.QueryLineage.notes.Direction-default-Both-Ascendants-follow-incoming",
    "metadata.QueryLineage.notes.Both-re-branches-at-each-visited",
    "metadata.QueryLineage.notes.Filters",
)
@pytest.mark.parametrize(
    ("start", "query", "names"),
    [
        ("data", {"Direction": "Descendants"}, {"training", "model", "endpoint", "report"}),
        ("data", {"Direction": "Ascendants"}, set()),
        ("endpoint", {"Direction": "Ascendants"}, {"model", "training", "data"}),
        ("training", {}, {"data", "model", "endpoint", "report"}),
        ("report", {"Direction": "Ascendants"}, {"model", "training", "data"}),
        ("report", {"Direction": "Both"}, {"model", "training", "data", "endpoint"}),
        ("data", {"Direction": "Descendants", "MaxDepth": 2}, {"training", "model"}),
        ("data", {"Filters": {"Types": ["Model"]}}, {"model"}),
        ("data", {"Filters": {"LineageTypes": ["Action", "Context"]}}, {"training", "endpoint"}),
        ("data", {"Filters": {"Properties": {"team": "a"}}}, {"training"}),
        ("data", {"Filters": {"CreatedBefore": 0}}, set()),
    ],
)
def test_a_query_walks_both_ways_within_depth_and_filters(
    client: Any, arns: dict[str, str], start: str, query: dict[str, Any], names: set[str]
) -> None:
    assert reached(client, arns, StartArns=[arns[start]], **query) == names


@pytest.mark.fact(
    "metadata.QueryLineage.notes.IncludeEdges-false-only-Vertices-that-match",
)
def test_edges_come_with_their_type_unless_they_are_not_wanted(
    client: Any, arns: dict[str, str]
) -> None:
    query = {"StartArns": [arns["data"]], "Direction": "Descendants", "MaxDepth": 1}
    assert client.query_lineage(**query)["Edges"] == [
        {
            "SourceArn": arns["data"],
            "DestinationArn": arns["training"],
            "AssociationType": "ContributedTo",
        }
    ]
    assert "Edges" not in client.query_lineage(**query, IncludeEdges=False)


@pytest.mark.fact(
    "metadata.QueryLineage.identifier",
    "metadata.QueryLineage.notes.MaxDepth-max-10-MaxResults-max-50",
)
def test_a_query_has_its_limits(client: Any, arns: dict[str, str]) -> None:
    start = {"StartArns": [arns["data"]]}
    client.query_lineage(**start, MaxDepth=10, MaxResults=50)
    for over, most in (({"MaxDepth": 11}, 10), ({"MaxResults": 51}, 50)):
        with pytest.raises(ClientError, match=f"value less than or equal to {most}"):
            client.query_lineage(**start, **over)
    with pytest.raises(ClientError, match="length less than or equal to 1"):
        client.query_lineage(StartArns=[arns["data"], arns["model"]])


@pytest.mark.fact("metadata.QueryLineage.notes.vertex-Arn-Type-LineageType-TrialComponent-Artifact")
def test_a_vertex_tells_what_it_is(client: Any, arns: dict[str, str]) -> None:
    component = client.create_trial_component(TrialComponentName="fit")["TrialComponentArn"]
    client.add_association(SourceArn=component, DestinationArn=arns["model"])
    found = client.query_lineage(StartArns=[arns["model"]], MaxDepth=1)["Vertices"]
    assert sorted(found, key=lambda vertex: str(vertex["LineageType"])) == [
        {"Arn": arns["training"], "Type": "Training", "LineageType": "Action"},
        {"Arn": arns["report"], "Type": "Report", "LineageType": "Artifact"},
        {"Arn": arns["endpoint"], "Type": "Endpoint", "LineageType": "Context"},
        {"Arn": component, "Type": "TrialComponent", "LineageType": "TrialComponent"},
    ]


@pytest.mark.fact("metadata.QueryLineage.notes.trial-components-not-associated-by-associations")
def test_a_trial_component_is_a_vertex_by_its_associations(
    client: Any, arns: dict[str, str]
) -> None:
    component = client.create_trial_component(TrialComponentName="fit")["TrialComponentArn"]
    names = {**arns, "fit": component}
    assert reached(client, names) == set(arns)
    client.add_association(SourceArn=component, DestinationArn=arns["model"])
    assert reached(client, names) == {*arns, "fit"}


@pytest.mark.fact(
    "metadata.QueryLineage.errors.start-ARN-unknown",
)
def test_an_unknown_start_is_not_found(client: Any) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:artifact/nobody"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.query_lineage(StartArns=[arn])


@pytest.mark.fact(
    "metadata.Association.filled_in.SourceType",
    "metadata.Association.filled_in.DestinationType",
    "metadata.Association.lifecycle.delete",
    "metadata.Association.identifier",
    "metadata.Association.errors.delete-missing",
)
def test_associations_are_listed_by_end_and_type_and_deleted(
    client: Any, arns: dict[str, str]
) -> None:
    def sources(**filters: Any) -> list[str]:
        answer = client.list_associations(**filters)["AssociationSummaries"]
        return [summary["SourceArn"] for summary in answer]

    assert sources(DestinationArn=arns["model"]) == [arns["training"]]
    assert sources(AssociationType="ContributedTo") == [arns["data"]]
    assert sources(SourceType="DataSet") == [arns["data"]]
    client.delete_association(SourceArn=arns["training"], DestinationArn=arns["model"])
    assert sources(DestinationArn=arns["model"]) == []
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.delete_association(SourceArn=arns["training"], DestinationArn=arns["model"])


@pytest.mark.fact(
    "metadata.Association.arn",
    "metadata.Association.lifecycle.initial",
    "metadata.Association.timestamps.CreationTime",
    "metadata.Association.filled_in.CreationTime",
    "metadata.Association.filled_in.CreatedBy-in-summaries",
)
def test_an_association_is_there_at_once_and_has_no_arn(
    sm: World, client: Any, arns: dict[str, str]
) -> None:
    pair = {"SourceArn": arns["data"], "DestinationArn": arns["report"]}
    before = sm.clock.now()
    answer = client.add_association(**pair)
    del answer["ResponseMetadata"]
    assert answer == pair
    (summary,) = client.list_associations(**pair)["AssociationSummaries"]
    assert before <= summary["CreationTime"] + timedelta(milliseconds=1)
    assert summary["CreationTime"] <= sm.clock.now()
    assert ":user/" in summary["CreatedBy"]["IamIdentity"]["Arn"]
    assert [member for member in summary if member.endswith("Arn")] == list(pair)


@pytest.mark.fact(
    "metadata.Association.notes.AssociationType-enum-ContributedTo-AssociatedWith-DerivedFrom-Produced"
)
@pytest.mark.parametrize(
    "kind", ["ContributedTo", "AssociatedWith", "DerivedFrom", "Produced", "SameAs", None]
)
def test_any_two_are_associated_in_any_way(
    client: Any, arns: dict[str, str], kind: str | None
) -> None:
    pair = {"SourceArn": arns["endpoint"], "DestinationArn": arns["data"]}
    with pytest.raises(ClientError, match="enum value set"):
        client.add_association(**pair, AssociationType="Likes")
    client.add_association(**pair, **({"AssociationType": kind} if kind else {}))
    (summary,) = client.list_associations(**pair)["AssociationSummaries"]
    assert summary.get("AssociationType") == kind


@pytest.mark.fact("metadata.Association.notes.ARN-pattern-accepts-experiment-experiment-trial")
@pytest.mark.parametrize(
    ("sort", "accepted"),
    [
        ("experiment", True),
        ("experiment-trial-component", True),
        ("artifact", True),
        ("action", True),
        ("context", True),
        ("experiment-trial", False),
    ],
)
def test_what_an_association_may_have_as_its_end(
    client: Any, arns: dict[str, str], sort: str, accepted: bool
) -> None:
    """What may be and is not there is not found; what may not be breaks the pattern."""
    arn = f"arn:aws:sagemaker:eu-west-1:123456789012:{sort}/nobody"
    code = "ResourceNotFound" if accepted else "ValidationException"
    for end, other in (("SourceArn", "DestinationArn"), ("DestinationArn", "SourceArn")):
        with pytest.raises(ClientError) as refusal:
            client.add_association(**{end: arn, other: arns["data"]})
        assert refusal.value.response["Error"]["Code"] == code


@pytest.mark.fact(
    "metadata.Association.filled_in.SourceName",
    "metadata.Association.filled_in.DestinationName",
)
def test_an_end_of_an_association_has_the_name_that_its_maker_gave(
    client: Any, arns: dict[str, str]
) -> None:
    named = client.create_artifact(
        ArtifactName="weights", Source={"SourceUri": "weights"}, ArtifactType="Model"
    )
    client.add_association(SourceArn=arns["training"], DestinationArn=named["ArtifactArn"])

    (summary,) = client.list_associations(DestinationArn=named["ArtifactArn"])[
        "AssociationSummaries"
    ]
    assert (summary["SourceName"], summary["DestinationName"]) == ("training", "weights")
    (summary,) = client.list_associations(SourceArn=arns["data"])["AssociationSummaries"]
    assert "SourceName" not in summary


@pytest.mark.fact(
    "cross-cutting.5.Experiment-Trial-TrialComponent-Artifact-Association",
    "metadata.Association.errors.pair-already-associated",
    "metadata.Association.errors.source-or-destination-missing",
    "metadata.Association.errors.both-ends-in-Experiment-Trial-TrialComponent",
)
def test_an_association_is_made_once_between_entities_that_exist(
    client: Any, arns: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="already exists"):
        client.add_association(SourceArn=arns["data"], DestinationArn=arns["training"])
    experiment = client.create_experiment(ExperimentName="e")["ExperimentArn"]
    component = client.create_trial_component(TrialComponentName="c")["TrialComponentArn"]
    for pair in ((experiment, component), (component, experiment), (component, component)):
        with pytest.raises(ClientError) as refusal:
            client.add_association(SourceArn=pair[0], DestinationArn=pair[1])
        assert refusal.value.response["Error"]["Code"] == "ValidationException"
    nobody = arns["data"][:-4] + "0000"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.add_association(SourceArn=nobody, DestinationArn=arns["training"])


@pytest.mark.fact(
    "metadata.Artifact.identifier",
    "metadata.Artifact.notes.only-one-artifact-per-SourceUri-in",
    "metadata.Artifact.delete",
    "metadata.Artifact.errors.create-with-a-SourceUri-already-recorded",
    "metadata.Artifact.errors.delete-with-neither-ArtifactArn-nor-Source",
)
def test_one_artifact_for_each_source(client: Any, arns: dict[str, str]) -> None:
    """Fact: uniqueness comes from Source.SourceUri; delete takes an ARN or a source."""
    with pytest.raises(ClientError, match="already exists"):
        artifact(client, "s3://data", "Other")
    client.delete_artifact(Source={"SourceUri": "s3://data"})
    assert artifact(client, "s3://data", "Other") == arns["data"]
    with pytest.raises(ClientError, match="Either ArtifactArn or Source"):
        client.delete_artifact()


def test_a_deleted_entity_leaves_no_associations(client: Any, arns: dict[str, str]) -> None:
    client.delete_artifact(ArtifactArn=arns["model"])
    assert client.list_associations(SourceArn=arns["training"])["AssociationSummaries"] == []


@pytest.mark.fact(
    "metadata.Action.lifecycle.initial",
    "metadata.Action.status",
)
def test_the_status_of_an_action_is_what_the_client_says(client: Any, arns: dict[str, str]) -> None:
    assert "Status" not in client.describe_action(ActionName="training")
    client.update_action(
        ActionName="training", Status="Completed", PropertiesToRemove=["team"], Description="d"
    )
    described = [client.describe_action(ActionName="training") for _ in range(2)][-1]
    assert (described["Status"], described["Properties"]) == ("Completed", {})
    listed = client.list_actions(SourceUri="job", ActionType="Training")["ActionSummaries"]
    assert [summary["ActionName"] for summary in listed] == ["training"]


@pytest.mark.fact("metadata.Action.enum")
@pytest.mark.parametrize(
    "status", ["Unknown", "InProgress", "Completed", "Failed", "Stopping", "Stopped"]
)
def test_an_action_has_any_status_and_keeps_it(client: Any, status: str) -> None:
    action = {"ActionName": "a", "Source": {"SourceUri": "s"}, "ActionType": "t"}
    client.create_action(**action, Status=status)
    described = [client.describe_action(ActionName="a") for _ in range(3)]
    assert {answer["Status"] for answer in described} == {status}
    with pytest.raises(ClientError, match="enum value set"):
        client.update_action(ActionName="a", Status="Deleting")


@pytest.mark.fact("metadata.Action.notes.SourceUri-ActionType-are-exact-filters")
def test_actions_are_filtered_by_the_whole_of_source_and_type(
    client: Any, arns: dict[str, str]
) -> None:
    def found(**filters: str) -> list[str]:
        return [a["ActionName"] for a in client.list_actions(**filters)["ActionSummaries"]]

    assert found(SourceUri="job") == found(ActionType="Training") == ["training"]
    assert found(SourceUri="jo") == found(ActionType="Train") == found(ActionType="training") == []


@pytest.mark.fact("metadata.Artifact.notes.hash-form-of-the-ARN-is")
def test_an_artifact_is_not_known_by_its_name(client: Any) -> None:
    def made(name: str, uri: str) -> str:
        answer = client.create_artifact(
            ArtifactName=name, Source={"SourceUri": uri}, ArtifactType="Model"
        )
        return str(answer["ArtifactArn"])

    first, second = made("same", "s3://first"), made("same", "s3://second")
    assert first != second
    client.delete_artifact(ArtifactArn=first)
    assert made("other", "s3://first") == first


@pytest.mark.fact(
    "metadata.LineageGroup.arn",
    "metadata.LineageGroup.filled_in.LineageGroupArn",
    "metadata.LineageGroup.filled_in.CreationTime",
    "metadata.LineageGroup.filled_in.CreatedBy",
    "metadata.LineageGroup.filled_in.LastModifiedTime",
    "metadata.LineageGroup.filled_in.LastModifiedBy",
)
@pytest.mark.fact(
    "metadata.LineageGroup.lifecycle.initial",
    "metadata.LineageGroup.errors.no-policy-on-the-group",
    "cross-cutting.6.default-lineage-group-lineage-group-sagemaker",
    "cross-cutting.11.GetLineageGroupPolicy",
)
def test_an_account_has_a_default_lineage_group(client: Any) -> None:
    name = "sagemaker-default-lineage-group"
    group = client.describe_lineage_group(LineageGroupName=name)
    assert group["LineageGroupArn"].endswith(f":lineage-group/{name}")
    assert group["CreationTime"] == group["LastModifiedTime"]
    assert ":user/" in group["CreatedBy"]["IamIdentity"]["Arn"]
    assert group["LastModifiedBy"] == group["CreatedBy"]
    listed = client.list_lineage_groups()["LineageGroupSummaries"]
    assert [summary["LineageGroupName"] for summary in listed] == [name]
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.get_lineage_group_policy(LineageGroupName=name)
