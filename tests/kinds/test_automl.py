"""AutoMLJob and AutoMLJobV2: facts of jobs.yaml, held through a real client."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/automl"
SOURCE = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/data"}}


def request(name: str = "auto", **members: Any) -> dict[str, Any]:
    """A CreateAutoMLJob request."""
    return {
        "AutoMLJobName": name,
        "InputDataConfig": [{"DataSource": SOURCE, "TargetAttributeName": "y"}],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "AutoMLJobConfig": {"CompletionCriteria": {"MaxCandidates": 3}},
        "RoleArn": ROLE,
        **members,
    }


def request_v2(name: str = "newer", **members: Any) -> dict[str, Any]:
    """A CreateAutoMLJobV2 request."""
    return {
        "AutoMLJobName": name,
        "AutoMLJobInputDataConfig": [{"DataSource": SOURCE}],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "AutoMLProblemTypeConfig": {"ImageClassificationJobConfig": {}},
        "RoleArn": ROLE,
        **members,
    }


def route(client: Any, name: str = "auto") -> list[str]:
    """The secondary statuses that DescribeAutoMLJobV2 sees until the end."""
    seen: list[str] = []
    status = "InProgress"
    while status in ("InProgress", "Stopping"):
        job = client.describe_auto_ml_job_v2(AutoMLJobName=name)
        status = job["AutoMLJobStatus"]
        seen.append(job["AutoMLJobSecondaryStatus"])
    return seen


WHOLE = [
    "Starting",
    "AnalyzingData",
    "FeatureEngineering",
    "ModelTuning",
    "GeneratingExplainabilityReport",
    "GeneratingModelInsightsReport",
    "Completed",
]
ROUTES = [
    ({}, WHOLE),
    ({"ModelDeployConfig": {"EndpointName": "best"}}, [*WHOLE[:-1], "DeployingModel", "Completed"]),
    (
        {"GenerateCandidateDefinitionsOnly": True},
        ["Starting", "AnalyzingData", "FeatureEngineering", "CandidateDefinitionsGenerated"],
    ),
    (
        {"AutoMLJobConfig": {"Mode": "ENSEMBLING"}},
        ["Starting", "AnalyzingData", "PreTraining", "TrainingModels", *WHOLE[4:]],
    ),
]
"""Facts: AutoMLJob.secondary."""


@pytest.mark.fact("jobs.AutoMLJob.secondary.other.CandidateDefinitionsGenerated")
def test_a_job_for_definitions_only_ends_with_them(client: Any) -> None:
    client.create_auto_ml_job(**request(GenerateCandidateDefinitionsOnly=True))
    seen = route(client)
    job = client.describe_auto_ml_job(AutoMLJobName="auto")
    assert seen[-1] == job["AutoMLJobSecondaryStatus"] == "CandidateDefinitionsGenerated"
    assert (job["AutoMLJobStatus"], job["EndTime"]) == ("Completed", job["LastModifiedTime"])
    assert client.list_training_jobs()["TrainingJobSummaries"] == []


@pytest.mark.fact("jobs.AutoMLJob.secondary.other.MaxCandidatesReached-MaxAutoMLJobRuntimeReached")
@pytest.mark.parametrize("end", ["MaxCandidatesReached", "MaxAutoMLJobRuntimeReached"])
def test_a_limit_that_is_reached_completes_a_job(sm: World, client: Any, end: str) -> None:
    client.create_auto_ml_job(**request())
    sm.get("AutoMLJob", "auto").move_to(f"Completed/{end}")
    job = client.describe_auto_ml_job(AutoMLJobName="auto")
    assert (job["AutoMLJobStatus"], job["AutoMLJobSecondaryStatus"]) == ("Completed", end)
    assert "EndTime" in job


def test_a_job_out_of_time_ends_with_what_it_has(sm: World, client: Any) -> None:
    """API reference, AutoMLJobCompletionCriteria.MaxAutoMLJobRuntimeInSeconds."""
    sm.transitions(rule="clock")
    criteria = {"MaxCandidates": 2, "MaxAutoMLJobRuntimeInSeconds": 600}
    client.create_auto_ml_job(**request(AutoMLJobConfig={"CompletionCriteria": criteria}))
    sm.clock.advance(3600)
    job = client.describe_auto_ml_job(AutoMLJobName="auto")
    assert job["AutoMLJobSecondaryStatus"] == "MaxAutoMLJobRuntimeReached"
    running = client.list_training_jobs(StatusEquals="InProgress")["TrainingJobSummaries"]
    assert running == []


@pytest.mark.fact(
    "jobs.AutoMLJob.secondary.other.ExplainabilityError-ModelInsightsError-ModelDeploymentError"
)
@pytest.mark.parametrize(
    "error", ["ExplainabilityError", "ModelInsightsError", "ModelDeploymentError"]
)
def test_an_error_at_the_end_is_a_partial_failure(sm: World, client: Any, error: str) -> None:
    client.create_auto_ml_job(**request())
    sm.get("AutoMLJob", "auto").move_to(f"Completed/{error}")
    job = client.describe_auto_ml_job(AutoMLJobName="auto")
    assert (job["AutoMLJobStatus"], job["AutoMLJobSecondaryStatus"]) == ("Completed", error)
    assert job["PartialFailureReasons"][0]["PartialFailureMessage"]


@pytest.mark.fact("jobs.AutoMLJob.secondary.other.Failed-Stopping-Stopped")
def test_a_job_that_fails_or_is_stopped_says_so_twice(sm: World, client: Any) -> None:
    sm.fail("AutoMLJob", name="bad", at="InProgress/Starting")
    client.create_auto_ml_job(**request("bad"))
    client.create_auto_ml_job(**request("auto"))
    client.stop_auto_ml_job(AutoMLJobName="auto")
    assert route(client, "bad") == ["Starting", "Failed"]
    assert route(client, "auto") == ["Stopping", "Stopped"]


@pytest.mark.fact("jobs.AutoMLJobV2.stop", "jobs.AutoMLJobV2.lifecycle.stop")
def test_a_newer_job_is_stopped_by_the_older_call(client: Any) -> None:
    client.create_auto_ml_job_v2(**request_v2())
    client.stop_auto_ml_job(AutoMLJobName="newer")
    jobs = [client.describe_auto_ml_job_v2(AutoMLJobName="newer") for _ in range(2)]
    assert [job["AutoMLJobStatus"] for job in jobs] == ["Stopping", "Stopped"]


@pytest.mark.fact("jobs.AutoMLJobV2.secondary.note")
def test_a_newer_job_about_tables_passes_what_an_older_one_passes(client: Any) -> None:
    union = {"TabularJobConfig": {"TargetAttributeName": "y"}}
    client.create_auto_ml_job_v2(**request_v2(AutoMLProblemTypeConfig=union))
    assert route(client, "newer") == WHOLE


@pytest.mark.fact("jobs.AutoMLJobV2.timestamps")
def test_the_times_of_a_newer_job(client: Any) -> None:
    client.create_auto_ml_job_v2(**request_v2())
    *before, last = [client.describe_auto_ml_job_v2(AutoMLJobName="newer") for _ in range(4)]
    assert {job["CreationTime"] for job in before} == {last["CreationTime"]}
    changes = [job["LastModifiedTime"] for job in (*before, last)]
    assert changes == sorted(set(changes))
    assert not any("EndTime" in job for job in before)
    assert last["EndTime"] == last["LastModifiedTime"]


PROBLEMS: dict[str, dict[str, Any]] = {
    "ImageClassification": {},
    "TextClassification": {"ContentColumn": "text", "TargetLabelColumn": "label"},
    "TimeSeriesForecasting": {
        "ForecastFrequency": "1H",
        "ForecastHorizon": 5,
        "TimeSeriesConfig": {
            "TargetAttributeName": "y",
            "TimestampAttributeName": "t",
            "ItemIdentifierAttributeName": "i",
        },
    },
    "Tabular": {"TargetAttributeName": "y"},
    "TextGeneration": {},
}
"""The configuration of each type of problem, by the name that Describe gives it."""


@pytest.mark.fact("jobs.AutoMLJobV2.filled_in.AutoMLProblemTypeConfigName")
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_is_called_by_its_configuration(client: Any, name: str) -> None:
    union = {f"{name}JobConfig": PROBLEMS[name]}
    client.create_auto_ml_job_v2(**request_v2(AutoMLProblemTypeConfig=union))
    job = client.describe_auto_ml_job_v2(AutoMLJobName="newer")
    assert job["AutoMLProblemTypeConfigName"] == name


@pytest.mark.fact(
    "jobs.AutoMLJobV2.filled_in.BestCandidate-InferenceContainerDefinitions-for-image-and-text"
)
@pytest.mark.parametrize("name", ["ImageClassification", "TextClassification"])
def test_models_of_images_and_texts_have_containers_by_processor(client: Any, name: str) -> None:
    union = {f"{name}JobConfig": PROBLEMS[name]}
    client.create_auto_ml_job_v2(**request_v2(AutoMLProblemTypeConfig=union))
    route(client, "newer")
    best = client.describe_auto_ml_job_v2(AutoMLJobName="newer")["BestCandidate"]
    training = client.describe_training_job(TrainingJobName=best["CandidateName"])
    assert set(best["InferenceContainerDefinitions"]) == {"CPU", "GPU"}
    for (container,) in best["InferenceContainerDefinitions"].values():
        assert container["ModelDataUrl"] == training["ModelArtifacts"]["S3ModelArtifacts"]
    assert "InferenceContainers" not in best


@pytest.mark.fact(
    "jobs.AutoMLJob.secondary.order",
    "jobs.AutoMLJob.secondary.member",
    "jobs.AutoMLJob.lifecycle.initial_secondary",
)
@pytest.mark.parametrize(("members", "expected"), ROUTES)
def test_a_job_passes_its_secondary_statuses(
    client: Any, members: dict[str, Any], expected: list[str]
) -> None:
    client.create_auto_ml_job(**request(**members))
    assert route(client) == expected


@pytest.mark.fact(
    "jobs.AutoMLJobV2.secondary.order",
    "jobs.AutoMLJobV2.secondary.member",
    "jobs.AutoMLJobV2.lifecycle.initial_secondary",
    "jobs.AutoMLJob.secondary.other.PreTraining-TrainingModels",
)
def test_a_newer_job_passes_fewer(client: Any) -> None:
    """Fact: AutoMLJobV2.secondary."""
    client.create_auto_ml_job_v2(**request_v2())
    assert route(client, "newer") == ["Starting", "PreTraining", "TrainingModels", "Completed"]


@pytest.mark.fact(
    "jobs.AutoMLJob.filled_in.BestCandidate",
)
def test_candidates_have_training_jobs_and_the_best_is_one_of_them(client: Any) -> None:
    """Fact: AutoMLJob.filled_in BestCandidate."""
    client.create_auto_ml_job(**request())
    route(client)
    candidates = client.list_candidates_for_auto_ml_job(
        AutoMLJobName="auto", SortBy="FinalObjectiveMetricValue", SortOrder="Descending"
    )["Candidates"]
    job = client.describe_auto_ml_job(AutoMLJobName="auto")
    assert len(candidates) == 3
    assert job["BestCandidate"] == candidates[0]
    for candidate in candidates:
        (step,) = candidate["CandidateSteps"]
        training = client.describe_training_job(TrainingJobName=step["CandidateStepName"])
        assert training["TrainingJobArn"] == step["CandidateStepArn"]
        assert training["AutoMLJobArn"] == job["AutoMLJobArn"]
        assert training["TrainingJobStatus"] == candidate["CandidateStatus"] == "Completed"


def test_candidates_are_filtered(client: Any) -> None:
    """ListCandidatesForAutoMLJob: StatusEquals, CandidateNameEquals."""
    client.create_auto_ml_job(**request())
    route(client)
    job = {"AutoMLJobName": "auto"}
    names = [
        candidate["CandidateName"]
        for candidate in client.list_candidates_for_auto_ml_job(**job)["Candidates"]
    ]
    one = client.list_candidates_for_auto_ml_job(**job, CandidateNameEquals=names[1])
    none = client.list_candidates_for_auto_ml_job(**job, StatusEquals="Failed")
    assert [candidate["CandidateName"] for candidate in one["Candidates"]] == names[1:2]
    assert none["Candidates"] == []


@pytest.mark.fact(
    "jobs.AutoMLJob.filled_in.ResolvedAttributes-ProblemType-AutoMLJobObjective-CompletionCriteria",
    "jobs.AutoMLJob.filled_in.AutoMLJobArtifacts-CandidateDefinitionNotebookLocation-DataExplorationNotebookLocation",
)
def test_what_was_not_given_is_resolved(client: Any) -> None:
    """Fact: AutoMLJob.filled_in ResolvedAttributes, AutoMLJobArtifacts."""
    client.create_auto_ml_job(**request())
    early = client.describe_auto_ml_job(AutoMLJobName="auto")
    route(client)
    late = client.describe_auto_ml_job(AutoMLJobName="auto")
    assert not {"ResolvedAttributes", "AutoMLJobArtifacts", "BestCandidate"} & set(early)
    assert early["GenerateCandidateDefinitionsOnly"] is False
    assert late["ResolvedAttributes"] == {
        "ProblemType": "BinaryClassification",
        "AutoMLJobObjective": {"MetricName": "F1"},
        "CompletionCriteria": {"MaxCandidates": 3},
    }
    assert late["AutoMLJobArtifacts"]["DataExplorationNotebookLocation"].endswith(".ipynb")
    assert late["EndTime"] == late["LastModifiedTime"]


@pytest.mark.fact(
    "jobs.AutoMLJob.preconditions.describe",
)
def test_the_newer_describe_shows_older_jobs_but_not_the_reverse(client: Any) -> None:
    """Fact: AutoMLJob.preconditions.describe."""
    client.create_auto_ml_job(**request())
    client.create_auto_ml_job_v2(**request_v2())
    older = client.describe_auto_ml_job_v2(AutoMLJobName="auto")
    assert older["AutoMLProblemTypeConfig"]["TabularJobConfig"]["TargetAttributeName"] == "y"
    assert older["AutoMLJobInputDataConfig"] == [{"DataSource": SOURCE}]
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_auto_ml_job(AutoMLJobName="newer")


@pytest.mark.fact(
    "jobs.AutoMLJobV2.identifier",
    "jobs.AutoMLJob.identifier",
    "jobs.AutoMLJobV2.list",
)
def test_both_kinds_share_their_names_and_their_list(client: Any) -> None:
    """Fact: AutoMLJobV2.identifier; list_defaults (Name, Descending)."""
    client.create_auto_ml_job(**request())
    client.create_auto_ml_job_v2(**request_v2())
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_auto_ml_job(**request("newer"))
    listed = client.list_auto_ml_jobs()["AutoMLJobSummaries"]
    assert [job["AutoMLJobName"] for job in listed] == ["newer", "auto"]


@pytest.mark.fact(
    "jobs.AutoMLJob.preconditions.stop",
)
def test_stop_stops_the_training_jobs(sm: World, client: Any) -> None:
    client.create_auto_ml_job(**request())
    sm.get("AutoMLJob", "auto").advance(3)
    client.stop_auto_ml_job(AutoMLJobName="auto")
    assert route(client) == ["Stopping", "Stopped"]
    jobs = client.list_training_jobs()["TrainingJobSummaries"]
    assert [job["TrainingJobStatus"] for job in jobs] == ["Stopped"] * 3


@pytest.mark.fact(
    "jobs.AutoMLJob.filled_in.ModelDeployResult-EndpointName",
    "jobs.AutoMLJob.references.endpoint-name-of-ModelDeployConfig-is-created",
    "jobs.AutoMLJob.secondary.optional.DeployingModel",
)
def test_the_best_candidate_is_deployed(client: Any) -> None:
    """Fact: AutoMLJob.filled_in ModelDeployResult; references (the endpoint is created)."""
    client.create_auto_ml_job(**request(ModelDeployConfig={"AutoGenerateEndpointName": True}))
    route(client)
    job = client.describe_auto_ml_job(AutoMLJobName="auto")
    name = job["ModelDeployResult"]["EndpointName"]
    model = client.describe_model(ModelName=name)
    images = [container["Image"] for container in job["BestCandidate"]["InferenceContainers"]]
    assert client.describe_endpoint(EndpointName=name)["EndpointName"] == name
    assert [container["Image"] for container in model["Containers"]] == images


@pytest.mark.fact(
    "jobs.AutoMLJob.filled_in.FailureReason-on-Failed-PartialFailureReasons",
)
def test_a_deployment_that_cannot_be_is_a_partial_failure(sm: World, client: Any) -> None:
    """Fact: AutoMLJob.filled_in PartialFailureReasons."""
    sm.add("Endpoint", EndpointName="taken", region="eu-west-1")
    client.create_auto_ml_job(**request(ModelDeployConfig={"EndpointName": "taken"}))
    assert route(client)[-1] == "ModelDeploymentError"
    job = client.describe_auto_ml_job(AutoMLJobName="auto")
    assert job["AutoMLJobStatus"] == "Completed"
    assert "ModelDeployResult" not in job
    assert "Model deployment failed" in job["PartialFailureReasons"][0]["PartialFailureMessage"]


@pytest.mark.fact(
    "jobs.AutoMLJobV2.filled_in.CompletionCriteria-MaxCandidates-1-for-non-tabular",
    "jobs.AutoMLJobV2.filled_in.ResolvedAttributes-AutoMLJobObjective-CompletionCriteria-AutoMLProblemTypeResolvedAttributes",
)
def test_the_newer_api_fills_in_criteria(client: Any) -> None:
    """Fact: AutoMLJobV2.filled_in."""
    union: dict[str, Any] = {"TextGenerationJobConfig": {}}
    client.create_auto_ml_job_v2(**request_v2(AutoMLProblemTypeConfig=union))
    job = client.describe_auto_ml_job_v2(AutoMLJobName="newer")
    assert job["AutoMLProblemTypeConfigName"] == "TextGeneration"
    criteria = job["AutoMLProblemTypeConfig"]["TextGenerationJobConfig"]["CompletionCriteria"]
    assert criteria == {"MaxCandidates": 1, "MaxRuntimePerTrainingJobInSeconds": 259200}


@pytest.mark.fact("jobs.AutoMLJobV2.errors.describe-a-missing-job")
@pytest.mark.parametrize(
    "operation",
    [
        "describe_auto_ml_job",
        "describe_auto_ml_job_v2",
        "stop_auto_ml_job",
        "list_candidates_for_auto_ml_job",
    ],
)
def test_a_missing_job_is_not_found(client: Any, operation: str) -> None:
    """Fact: AutoMLJob.errors."""
    with pytest.raises(
        client.exceptions.ResourceNotFound,
        match="Amazon SageMaker can't find an AutoML job called no",
    ):
        getattr(client, operation)(AutoMLJobName="no")


TIMES = {"TimeSeriesForecastingJobConfig": PROBLEMS["TimeSeriesForecasting"]}
REFUSED = [
    ({"ProblemType": "Regression"}, "ProblemType and AutoMLJobObjective must both"),
    ({"ModelDeployConfig": {}}, "EndpointName must be specified if and only if"),
    (
        {"ModelDeployConfig": {"AutoGenerateEndpointName": True, "EndpointName": "best"}},
        "EndpointName must be specified if and only if",
    ),
    (
        {
            "InputDataConfig": [
                {"DataSource": SOURCE, "TargetAttributeName": "y"},
                {"DataSource": SOURCE, "TargetAttributeName": "z", "ChannelType": "validation"},
            ]
        },
        "must share the same TargetAttributeName",
    ),
]
"""Requests that the API reference says are refused."""


@pytest.mark.parametrize(("members", "text"), REFUSED)
def test_contradictions_are_refused(client: Any, members: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match=text):
        client.create_auto_ml_job(**request(**members))


def test_a_time_series_is_not_split(client: Any) -> None:
    """API reference, CreateAutoMLJobV2.DataSplitConfig."""
    with pytest.raises(ClientError, match="DataSplitConfig must not be set"):
        client.create_auto_ml_job_v2(
            **request_v2(AutoMLProblemTypeConfig=TIMES, DataSplitConfig={"ValidationFraction": 0.5})
        )


def test_names_differ_by_more_than_case(client: Any) -> None:
    """API reference, CreateAutoMLJob.AutoMLJobName (unique, case insensitive)."""
    client.create_auto_ml_job(**request("Auto"))
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_auto_ml_job_v2(**request_v2("auto"))
