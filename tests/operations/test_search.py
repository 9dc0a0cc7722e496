"""Search: filters, operators, nested and sub expressions, order, pages, visibility.

Source of the rules: facts, cross-cutting, section 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from docs.ledger import facts
from sagestub import World, mock_sagemaker
from tests.conftest import shared_session
from tests.model.creations import populated

REGION = "eu-west-1"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"


@pytest.fixture
def sm() -> Iterator[World]:
    """A world of which `client` is a client."""
    with mock_sagemaker() as world:
        yield world


@pytest.fixture
def client(sm: World) -> Any:
    """Five training jobs, of which the odd ones belong to team `a`."""
    for number in range(5):
        sm.add(
            "TrainingJob",
            region=REGION,
            TrainingJobName=f"job-{number}",
            TrainingJobStatus="Completed" if number < 3 else "Failed",
            HyperParameters={"lr": f"0.{number}", "epochs": str(number * 10)},
            InputDataConfig=[_channel("train", number), _channel("test", 9)],
            tags={"team": "a" if number % 2 else "b"},
        )
        sm.clock.advance(60)
    sm.add("TrainingJob", region=REGION, TrainingJobName="untagged", TrainingTimeInSeconds=7)
    return shared_session().client("sagemaker", region_name=REGION)


def _channel(name: str, number: int) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://data/{number}"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def found(client: Any, *, order: str = "Ascending", **expression: Any) -> list[str]:
    """Return the names of the jobs that an expression finds."""
    answer = client.search(
        Resource="TrainingJob",
        SearchExpression=expression,
        SortBy="TrainingJobName",
        SortOrder=order,
    )
    return [result["TrainingJob"]["TrainingJobName"] for result in answer["Results"]]


def filters(*parts: tuple[str, ...]) -> list[dict[str, str]]:
    """Return filters written as `(name, operator, value)`, `(name, operator)`."""
    return [dict(zip(("Name", "Operator", "Value"), part, strict=False)) for part in parts]


@pytest.mark.fact(
    "cross-cutting.10.Filter-operators-Equals-NotEquals-GreaterThan-GreaterThanOrEqualTo",
)
@pytest.mark.parametrize(
    ("part", "names"),
    [
        (("TrainingJobName", "Equals", "job-1"), ["job-1"]),
        (("TrainingJobStatus", "NotEquals", "Completed"), ["job-3", "job-4", "untagged"]),
        (("TrainingJobName", "Contains", "ob-2"), ["job-2"]),
        (("TrainingJobName", "In", "job-0, job-4"), ["job-0", "job-4"]),
        (("Tags.team", "Equals", "a"), ["job-1", "job-3"]),
        (("Tags.team", "NotExists"), ["untagged"]),
        (("HyperParameters.lr", "Exists"), ["job-0", "job-1", "job-2", "job-3", "job-4"]),
        (("HyperParameters.lr", "GreaterThan", "0.2"), ["job-3", "job-4"]),
        (("HyperParameters.epochs", "LessThanOrEqualTo", "10"), ["job-0", "job-1"]),
        (("HyperParameters.epochs", "GreaterThanOrEqualTo", "40"), ["job-4"]),
        (("CreationTime", "LessThan", "2001-01-01T00:00:00"), []),
    ],
)
def test_each_operator(client: Any, part: tuple[str, ...], names: list[str]) -> None:
    assert found(client, Filters=filters(part)) == names


def test_a_filter_without_operator_means_equals(client: Any) -> None:
    assert found(client, Filters=[{"Name": "TrainingJobName", "Value": "job-3"}]) == ["job-3"]


@pytest.mark.fact(
    "cross-cutting.10.decimal-hyperparameters-compare-as-decimals-only",
)
def test_decimals_compare_as_whole_numbers_when_the_value_is_whole(client: Any) -> None:
    """Fact: "decimal hyperparameters compare as decimals only if Value is decimal"."""
    assert found(client, Filters=filters(("HyperParameters.lr", "GreaterThan", "0"))) == []
    assert len(found(client, Filters=filters(("HyperParameters.lr", "GreaterThan", "0.0")))) == 4


@pytest.mark.fact(
    "cross-cutting.10.SearchExpression-Filters-NestedFilters-SubExpressions-joined-by",
)
def test_operator_or_joins_filters_and_subexpressions(client: Any) -> None:
    inner = {"Filters": filters(("Tags.team", "Equals", "b"), ("TrainingJobName", "In", "job-0"))}
    outer = filters(("TrainingJobName", "Equals", "job-3"))
    assert found(client, Filters=outer, SubExpressions=[inner], Operator="Or") == ["job-0", "job-3"]


@pytest.mark.fact(
    "cross-cutting.10.NestedFilters-NestedPropertyName-is-a-list-member",
)
def test_nested_filters_must_hold_on_one_element(client: Any) -> None:
    uri = "InputDataConfig.DataSource.S3DataSource.S3Uri"
    nested = {
        "NestedPropertyName": "InputDataConfig",
        "Filters": filters(
            ("InputDataConfig.ChannelName", "Equals", "train"), (uri, "Equals", "s3://data/9")
        ),
    }
    assert found(client, NestedFilters=[nested]) == []
    nested["Filters"] = filters(
        ("InputDataConfig.ChannelName", "Equals", "train"), (uri, "Equals", "s3://data/2")
    )
    assert found(client, NestedFilters=[nested]) == ["job-2"]


@pytest.mark.fact("cross-cutting.10.Value-is-always-a-string-number")
@pytest.mark.parametrize(
    ("part", "names"),
    [
        (("TrainingTimeInSeconds", "LessThan", "7.5"), ["untagged"]),
        (("TrainingTimeInSeconds", "Equals", "7"), ["untagged"]),
        (("CreationTime", "GreaterThanOrEqualTo", "1999-12-31T23:59:59"), ["untagged"]),
        (("CreationTime", "LessThan", "1999-12-31T23:59:59"), []),
        (("TrainingJobName", "Equals", "untagged"), ["untagged"]),
    ],
)
def test_numbers_times_and_texts_are_given_as_strings(
    client: Any, part: tuple[str, ...], names: list[str]
) -> None:
    only = ("Tags.team", "NotExists")
    assert found(client, Filters=filters(only, part)) == names


@pytest.mark.fact("cross-cutting.10.without-SearchExpression-every-resource-of-the")
def test_without_an_expression_all_are_found(client: Any) -> None:
    results = client.search(Resource="TrainingJob")["Results"]
    names = {result["TrainingJob"]["TrainingJobName"] for result in results}
    assert names == {"untagged", *(f"job-{number}" for number in range(5))}


@pytest.mark.fact("cross-cutting.10.CrossAccountFilterOption-null-or-SameAccount-own-resources")
@pytest.mark.parametrize(
    ("option", "hits"),
    [({}, 6), ({"CrossAccountFilterOption": "SameAccount"}, 6),
     ({"CrossAccountFilterOption": "CrossAccount"}, 0)],
)  # fmt: skip
def test_only_ones_own_are_found_and_nothing_is_shared(
    client: Any, option: dict[str, str], hits: int
) -> None:
    answer = client.search(Resource="TrainingJob", **option)
    assert (len(answer["Results"]), answer["TotalHits"]["Value"]) == (hits, hits)


@pytest.mark.fact(
    "cross-cutting.10.Resource-enum-TrainingJob-Experiment-ExperimentTrial-ExperimentTrialComponent"
)
def test_each_type_of_resource_can_be_searched() -> None:
    text = facts()[RESOURCES].text.partition(": ")[2]
    with populated() as (sm, client):
        for resource in text.split(", "):
            kind = TYPES.get(resource, resource)
            hits = client.search(Resource=resource)["TotalHits"]["Value"]
            assert hits == len(sm.resources(kind)) >= 1, resource


RESOURCES = (
    "cross-cutting.10.Resource-enum-TrainingJob-Experiment-ExperimentTrial-ExperimentTrialComponent"
)
TYPES = {
    "ExperimentTrial": "Trial",
    "ExperimentTrialComponent": "TrialComponent",
    "PipelineVersion": "Pipeline",
}
"""Types of resources that are not called like the kind of which there is one each."""


@pytest.mark.fact("cross-cutting.10.Contains-on-ExperimentName-works-as-substring")
def test_a_part_of_an_experiment_s_name_is_enough(client: Any) -> None:
    for name in ("churn-2024", "old-churn", "fraud"):
        client.create_experiment(ExperimentName=name)
    expression = {"Filters": filters(("ExperimentName", "Contains", "churn"))}
    results = client.search(Resource="Experiment", SearchExpression=expression)["Results"]
    assert {r["Experiment"]["ExperimentName"] for r in results} == {"churn-2024", "old-churn"}


@pytest.mark.fact("cross-cutting.10.property-names-dotted-paths-of-the")
@pytest.mark.parametrize(
    ("resource", "part"),
    [
        ("TrainingJob", ("ResourceConfig.InstanceType", "Equals", "ml.p3.2xlarge")),
        ("TrainingJob", ("Tags.team", "Equals", "own")),
        ("TrainingJob", ("HyperParameters.layers", "Equals", "9")),
        ("ExperimentTrialComponent", ("Metrics.loss", "GreaterThan", "0.4")),
        ("ExperimentTrialComponent", ("Parents.TrialName", "Equals", "t")),
        ("ExperimentTrialComponent", ("Parents.ExperimentName", "Equals", "e")),
        ("ExperimentTrialComponent", ("Source.SourceArn", "Equals", f"{ARN}training-job/own")),
        ("ExperimentTrialComponent", ("Source.SourceType", "Equals", "SageMakerTrainingJob")),
    ],
)
def test_properties_are_named_by_dotted_paths(
    client: Any, sm: World, resource: str, part: tuple[str, ...]
) -> None:
    config = {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1}
    own: dict[str, Any] = {"ResourceConfig": config, "HyperParameters": {"layers": "9"}}
    sm.add("TrainingJob", region=REGION, TrainingJobName="own", tags={"team": "own"}, **own)
    for name, loss in (("other", 0.1), ("own", 0.5)):
        metric = {"MetricName": "loss", "Last": loss, "Avg": loss, "Max": loss, "Min": loss}
        source = {"SourceArn": f"{ARN}training-job/{name}"}
        source |= {"SourceType": "SageMakerTrainingJob"} if name == "own" else {}
        sm.add(
            "TrialComponent",
            region=REGION,
            TrialComponentName=name,
            Source=source,
            Metrics=[{**metric, "SourceArn": source["SourceArn"], "Count": 1}],
        )
    client.create_experiment(ExperimentName="e")
    client.create_trial(TrialName="t", ExperimentName="e")
    client.associate_trial_component(TrialComponentName="own", TrialName="t")
    answer = client.search(Resource=resource, SearchExpression={"Filters": filters(part)})
    record = answer["Results"][0][resource.removeprefix("Experiment")]
    assert len(answer["Results"]) == 1
    assert record[f"{resource.removeprefix('Experiment')}Name"] == "own"


@pytest.mark.fact(
    "cross-cutting.10.default-SortBy-LastModifiedTime-SortOrder-Descending",
    "cross-cutting.7.Search",
)
def test_the_default_order_is_last_modified_first(client: Any) -> None:
    results = client.search(Resource="TrainingJob")["Results"]
    names = [result["TrainingJob"]["TrainingJobName"] for result in results]
    assert names == ["untagged", "job-4", "job-3", "job-2", "job-1", "job-0"]


@pytest.mark.fact(
    "cross-cutting.10.MaxResults-1-100-default-unstated",
    "cross-cutting.10.answer-Results-NextToken-TotalHits-with-Value",
)
def test_pages_follow_each_other_through_the_paginator(client: Any) -> None:
    pages = list(
        client.get_paginator("search").paginate(
            Resource="TrainingJob", SortBy="TrainingJobName", PaginationConfig={"PageSize": 4}
        )
    )
    assert [len(page["Results"]) for page in pages] == [4, 2]
    assert pages[0]["TotalHits"] == {"Value": 6, "Relation": "EqualTo"}


@pytest.mark.fact(
    "cross-cutting.10.VisibilityConditions-1-5-of-Tags-key",
)
def test_visibility_conditions_drop_other_values_and_keep_the_untagged(client: Any) -> None:
    answer = client.search(
        Resource="TrainingJob", VisibilityConditions=[{"Key": "Tags.team", "Value": "a"}]
    )
    names = {result["TrainingJob"]["TrainingJobName"] for result in answer["Results"]}
    assert names == {"job-1", "job-3", "untagged"}


@pytest.mark.fact(
    "cross-cutting.10.record-shape-is-the-Search-entity",
    "jobs.TrainingJob.search",
)
def test_a_record_has_the_describe_members_and_the_tags(client: Any) -> None:
    expression = {"Filters": filters(("TrainingJobName", "Equals", "job-1"))}
    record = client.search(Resource="TrainingJob", SearchExpression=expression)["Results"][0]
    described = client.describe_training_job(TrainingJobName="job-1")
    assert record["TrainingJob"]["Tags"] == [{"Key": "team", "Value": "a"}]
    assert record["TrainingJob"]["InputDataConfig"] == described["InputDataConfig"]


@pytest.mark.fact(
    "cross-cutting.10.Contains-may-occur-more-than-once",
    "cross-cutting.10.property-the-resource-lacks-ValidationException-Unknown",
    "metadata.Search.errors.filter-or-sort-on-a-property-the-resource-lacks",
    "metadata.Search.errors.more-than-one-Contains-filter-outside-the-experiment-trial",
    "cross-cutting.10.GreaterThan-LessThan-family-not-supported-on",
)
@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ({"Filters": filters(("Nope", "Equals", "1"))}, "Unknown property name: Nope"),
        (
            {
                "Filters": filters(
                    ("TrainingJobName", "Contains", "a"), ("TrainingJobArn", "Contains", "b")
                )
            },
            "'CONTAINS' operator usage limit of 1 exceeded.",
        ),
        ({"Filters": filters(("TrainingJobName", "LessThan", "a"))}, "not supported for text"),
        ({"Filters": filters(("CreationTime", "Contains", "2020"))}, "only supported for text"),
        ({"Filters": filters(("CreationTime", "LessThan", "soon"))}, "Invalid value 'soon'"),
        ({"Operator": "And"}, "at least one of"),
    ],
)
def test_a_wrong_expression_is_refused(client: Any, expression: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError) as refusal:
        client.search(Resource="TrainingJob", SearchExpression=expression)
    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    assert text in refusal.value.response["Error"]["Message"]


@pytest.mark.fact(
    "metadata.GetSearchSuggestions.notes.answers-PropertyNameSuggestions-PropertyName-for-HyperParameters-Tags",
    "metadata.GetSearchSuggestions.identifier",
)
def test_suggestions_begin_with_the_hint(client: Any) -> None:
    answer = client.get_search_suggestions(
        Resource="TrainingJob",
        SuggestionQuery={"PropertyNameQuery": {"PropertyNameHint": "HyperParameters."}},
    )
    names = [suggestion["PropertyName"] for suggestion in answer["PropertyNameSuggestions"]]
    assert names == ["HyperParameters.epochs", "HyperParameters.lr"]


SEARCHED = [
    "TrainingJob",
    "Experiment",
    "ExperimentTrial",
    "ExperimentTrialComponent",
    "Endpoint",
    "Model",
    "ModelPackage",
    "ModelPackageGroup",
    "Pipeline",
    "PipelineExecution",
    "FeatureGroup",
    "FeatureMetadata",
    "Image",
    "ImageVersion",
    "Project",
    "HyperParameterTuningJob",
    "ModelCard",
    "PipelineVersion",
    "Job",
    "HubContent",
]
"""The resource types that Search has. Source: facts, cross-cutting, section 10."""


@pytest.mark.fact("metadata.Search.identifier", "metadata.Search.errors.unknown-Resource-value")
def test_twenty_resource_types_are_searched_and_no_other() -> None:
    assert len(SEARCHED) == 20
    with populated() as (_, client):
        hits = [client.search(Resource=name)["TotalHits"]["Value"] for name in SEARCHED]
        assert min(hits) > 0
        with pytest.raises(ClientError) as refusal:
            client.search(Resource="Trial")
    assert refusal.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": (
            "1 validation error detected: Value 'Trial' at 'resource' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(SEARCHED)}]"
        ),
    }


@pytest.mark.fact("metadata.PipelineVersion.search")
def test_versions_of_pipelines_are_found(client: Any) -> None:
    definition = '{"Version": "2020-12-01", "Parameters": [%s], "Steps": []}'
    named = {"PipelineName": "nightly"}
    role = "arn:aws:iam::123456789012:role/pipelines"
    arn = client.create_pipeline(
        **named, ClientRequestToken="t" * 32, RoleArn=role, PipelineDefinition=definition % ""
    )["PipelineArn"]
    parameter = '{"Name": "p", "Type": "String"}'
    client.update_pipeline(**named, PipelineDefinition=definition % parameter)
    found = client.search(Resource="PipelineVersion", SortBy="PipelineVersionId")["Results"]
    versions = [result["PipelineVersion"] for result in found]
    assert [(v["PipelineArn"], v["PipelineVersionId"]) for v in versions] == [(arn, 2), (arn, 1)]
