"""Optimization, recommendation, benchmark, export and generic jobs, training sessions.

Facts of jobs.yaml, held through a real client.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/worker"
OUTPUT = {"S3OutputLocation": "s3://bucket/out"}


class Case(NamedTuple):
    """A kind: how its resources are made, named and looked at, and the route they take."""

    kind: str
    verb: str
    name: dict[str, str]
    members: dict[str, Any]
    status: str
    route: tuple[str, ...]

    def call(self, client: Any, operation: str, **members: Any) -> Any:
        """Call an operation of the kind, `create` or `describe`."""
        return getattr(client, f"{operation}_{self.verb}")(**self.name, **members)

    def described(self, client: Any) -> dict[str, Any]:
        """What Describe says now."""
        answer = self.call(client, "describe")
        found: dict[str, Any] = answer.get("TrainingSessionDetail", answer)
        return found


OPTIMIZATION = Case(
    "OptimizationJob",
    "optimization_job",
    {"OptimizationJobName": "faster"},
    {
        "RoleArn": ROLE,
        "ModelSource": {"S3": {"S3Uri": "s3://bucket/model"}},
        "DeploymentInstanceType": "ml.g5.xlarge",
        "OptimizationConfigs": [{"ModelQuantizationConfig": {"Image": "own/image:1"}}],
        "OutputConfig": OUTPUT,
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    },
    "OptimizationJobStatus",
    ("STARTING", "INPROGRESS", "COMPLETED"),
)
RECOMMENDATIONS = Case(
    "InferenceRecommendationsJob",
    "inference_recommendations_job",
    {"JobName": "sizes"},
    {"JobType": "Default", "RoleArn": ROLE, "InputConfig": {"ModelName": "resnet"}},
    "Status",
    ("PENDING", "IN_PROGRESS", "COMPLETED"),
)
BENCHMARK = Case(
    "AIBenchmarkJob",
    "ai_benchmark_job",
    {"AIBenchmarkJobName": "bench"},
    {
        "BenchmarkTarget": {"Endpoint": {"Identifier": "endpoint"}},
        "OutputConfig": OUTPUT,
        "AIWorkloadConfigIdentifier": "load",
        "RoleArn": ROLE,
    },
    "AIBenchmarkJobStatus",
    ("InProgress", "Completed"),
)
ADVICE = Case(
    "AIRecommendationJob",
    "ai_recommendation_job",
    {"AIRecommendationJobName": "advice"},
    {
        "ModelSource": {"S3": {"S3Uri": "s3://bucket/model"}},
        "OutputConfig": OUTPUT,
        "AIWorkloadConfigIdentifier": "load",
        "PerformanceTarget": {"Constraints": [{"Metric": "cost"}]},
        "RoleArn": ROLE,
        "ComputeSpec": {"InstanceTypes": ["ml.g5.xlarge", "ml.g6.xlarge"]},
    },
    "AIRecommendationJobStatus",
    ("InProgress", "Completed"),
)
GENERIC = Case(
    "Job",
    "job",
    {"JobName": "tune", "JobCategory": "AgentRFT"},
    {"RoleArn": ROLE, "JobConfigSchemaVersion": "1.0.0", "JobConfigDocument": "{}"},
    "JobStatus",
    ("InProgress", "InProgress", "InProgress", "InProgress", "Completed"),
)
SESSION = Case(
    "TrainingSession",
    "training_session",
    {"TrainingSessionName": "open"},
    {
        "LoraConfig": {"Rank": 8, "Alpha": 16},
        "RoleArn": ROLE,
        "ModelConfig": {
            "BaseModelArn": (
                "arn:aws:sagemaker:eu-west-1:aws:hub-content/SageMakerPublicHub/Model/m/1.0.0"
            )
        },
        "OutputConfig": {"S3Location": {"Path": "s3://bucket/out"}},
    },
    "TrainingSessionStatus",
    ("Created", "Scheduled", "Running"),
)
CASES = [OPTIMIZATION, RECOMMENDATIONS, BENCHMARK, ADVICE, GENERIC, SESSION]
each_kind = pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)


@pytest.fixture
def client(sm: World, client: Any) -> Any:
    """A client of an account with a model, an endpoint and a workload configuration."""
    sm.add("Endpoint", "eu-west-1", EndpointName="endpoint")
    container = {"Image": "own/image:1"}
    client.create_model(ModelName="resnet", PrimaryContainer=container, ExecutionRoleArn=ROLE)
    client.create_ai_workload_config(AIWorkloadConfigName="load")
    return client


@each_kind
def test_describe_sees_the_declared_route(client: Any, case: Case) -> None:
    """Facts: lifecycle.path."""
    case.call(client, "create", **case.members)
    seen = [case.described(client)[case.status] for _ in (*case.route, "again")]
    assert tuple(seen) == (*case.route, case.route[-1])


@each_kind
def test_describe_returns_every_member_that_was_given(client: Any, case: Case) -> None:
    case.call(client, "create", **case.members)
    described = case.described(client)
    for member, value in case.members.items():
        given = described[member]
        assert given == value or value.items() <= given.items(), member


@pytest.mark.fact(
    "jobs.Job.preconditions.stop",
    "jobs.TrainingSession.preconditions.stop",
)
@each_kind
def test_stop_goes_by_stopping(client: Any, case: Case) -> None:
    """Facts: lifecycle.stop; a second stop is refused."""
    case.call(client, "create", **case.members)
    case.call(client, "stop")
    seen = [case.described(client)[case.status].lower() for _ in range(2)]
    assert seen == ["stopping", "stopped"]
    with pytest.raises(ClientError, match=r"(?i)(in status|from) stopped"):
        case.call(client, "stop")


@pytest.mark.fact(
    "jobs.OptimizationJob.filled_in.FailureReason",
    "jobs.AIBenchmarkJob.filled_in.FailureReason",
    "jobs.AIRecommendationJob.filled_in.FailureReason",
    "jobs.InferenceRecommendationsJob.filled_in.FailureReason",
    "jobs.Job.filled_in.FailureReason",
    "jobs.TrainingSession.filled_in.ErrorDetails",
)
@each_kind
def test_a_failure_says_why(sm: World, client: Any, case: Case) -> None:
    """Facts: filled_in FailureReason, ErrorDetails."""
    sm.fail(case.kind, reason="no capacity")
    case.call(client, "create", **case.members)
    described = [case.described(client) for _ in case.route][-1]
    assert described[case.status].lower() == "failed"
    assert described.get("FailureReason", described.get("ErrorDetails")) == "no capacity"


@each_kind
def test_a_taken_name_and_a_missing_one(client: Any, case: Case) -> None:
    """Facts: errors (ResourceInUse, ResourceNotFound)."""
    with pytest.raises(client.exceptions.ResourceNotFound):
        case.call(client, "describe")
    with pytest.raises(client.exceptions.ResourceNotFound):
        case.call(client, "stop")
    case.call(client, "create", **case.members)
    with pytest.raises(client.exceptions.ResourceInUse):
        case.call(client, "create", **case.members)


DELETED = [
    (OPTIMIZATION, "ValidationException"),
    (BENCHMARK, "ValidationException"),
    (ADVICE, "ValidationException"),
    (GENERIC, "ResourceInUse"),
    (SESSION, "ValidationException"),
]


@pytest.mark.fact(
    "jobs.OptimizationJob.preconditions.delete",
    "jobs.OptimizationJob.lifecycle.delete_note",
    "jobs.AIBenchmarkJob.lifecycle.delete_note",
    "jobs.AIRecommendationJob.lifecycle.delete_note",
    "jobs.Job.preconditions.delete",
    "jobs.Job.errors.delete-a-running-job",
    "jobs.TrainingSession.preconditions.delete",
    "jobs.TrainingSession.errors.delete-a-running-session",
)
@pytest.mark.parametrize(("case", "code"), DELETED, ids=lambda value: getattr(value, "kind", ""))
def test_only_an_ended_one_is_deleted(sm: World, client: Any, case: Case, code: str) -> None:
    """Facts: preconditions.delete."""
    case.call(client, "create", **case.members)
    with pytest.raises(ClientError) as refused:
        case.call(client, "delete")
    assert refused.value.response["Error"]["Code"] == code
    resource = sm.resources(case.kind)[0]
    resource.move_to("STOPPED" if case is OPTIMIZATION else "Stopped")
    case.call(client, "delete")
    resource.advance(2)
    with pytest.raises(client.exceptions.ResourceNotFound):
        case.call(client, "describe")


@pytest.mark.fact(
    "jobs.OptimizationJob.filled_in.OptimizationOutput-RecommendedInferenceImage",
)
def test_an_optimized_model_has_an_image(client: Any) -> None:
    """Fact: OptimizationJob.filled_in; the list's OptimizationTypes and filter."""
    OPTIMIZATION.call(client, "create", **OPTIMIZATION.members)
    job = [OPTIMIZATION.described(client) for _ in range(3)][-1]
    assert job["OptimizationOutput"] == {"RecommendedInferenceImage": "own/image:1"}
    assert job["OptimizationStartTime"] < job["OptimizationEndTime"]
    listed = client.list_optimization_jobs(OptimizationContains="Quantization")
    (summary,) = listed["OptimizationJobSummaries"]
    assert summary["OptimizationTypes"] == ["Quantization"]
    none = client.list_optimization_jobs(OptimizationContains="Sharding")
    assert none["OptimizationJobSummaries"] == []


@pytest.mark.fact(
    "jobs.InferenceRecommendationsJob.filled_in.InferenceRecommendations-RecommendationId-Metrics-EndpointConfiguration-ModelConfiguration",
)
def test_recommendations_and_their_steps_agree(client: Any) -> None:
    """Fact: InferenceRecommendationsJob.filled_in."""
    RECOMMENDATIONS.call(client, "create", **RECOMMENDATIONS.members)
    job = [RECOMMENDATIONS.described(client) for _ in range(3)][-1]
    steps = client.list_inference_recommendations_job_steps(JobName="sizes")["Steps"]
    tried = [step["InferenceBenchmark"]["EndpointConfiguration"] for step in steps]
    assert [r["EndpointConfiguration"] for r in job["InferenceRecommendations"]] == tried
    assert {step["Status"] for step in steps} == {"COMPLETED"}
    assert job["CompletionTime"] == job["LastModifiedTime"]
    (listed,) = client.list_inference_recommendations_jobs(ModelNameEquals="resnet")[
        "InferenceRecommendationsJobs"
    ]
    assert listed["JobDescription"] == ""


def test_an_advanced_job_tries_what_it_is_told(client: Any) -> None:
    asked = {
        "ModelName": "resnet",
        "EndpointConfigurations": [{"InstanceType": "ml.c5.large"}],
    }
    members = {**RECOMMENDATIONS.members, "JobType": "Advanced", "InputConfig": asked}
    RECOMMENDATIONS.call(client, "create", **members)
    job = [RECOMMENDATIONS.described(client) for _ in range(3)][-1]
    (found,) = job["InferenceRecommendations"]
    assert found["EndpointConfiguration"]["InstanceType"] == "ml.c5.large"


@pytest.mark.fact(
    "jobs.InferenceRecommendationsJob.filled_in.EndpointPerformances",
)
def test_existing_endpoints_are_measured(sm: World, client: Any) -> None:
    """Fact: InferenceRecommendationsJob.filled_in EndpointPerformances."""
    sm.add("Endpoint", "eu-west-1", EndpointName="live")
    asked = {"ModelName": "resnet", "Endpoints": [{"EndpointName": "live"}]}
    RECOMMENDATIONS.call(client, "create", **{**RECOMMENDATIONS.members, "InputConfig": asked})
    job = [RECOMMENDATIONS.described(client) for _ in range(3)][-1]
    assert [p["EndpointInfo"] for p in job["EndpointPerformances"]] == asked["Endpoints"]
    assert "InferenceRecommendations" not in job


@pytest.mark.fact(
    "jobs.InferenceRecommendationsJob.errors.describe-stop-list-steps-of-a-missing-job"
)
@pytest.mark.parametrize(
    "operation",
    [
        "describe_inference_recommendations_job",
        "stop_inference_recommendations_job",
        "list_inference_recommendations_job_steps",
    ],
)
def test_a_recommendations_job_that_is_missing_is_not_found(client: Any, operation: str) -> None:
    with pytest.raises(client.exceptions.ResourceNotFound):
        getattr(client, operation)(JobName="no")


@pytest.mark.fact(
    "jobs.InferenceRecommendationsJob.references.InputConfig-ModelName-or-ModelPackageVersionArn",
)
def test_a_model_that_does_not_exist_is_refused(client: Any) -> None:
    """Facts: references."""
    source = {"SageMakerModel": {"ModelName": "none"}}
    with pytest.raises(ClientError, match='Could not find model "'):
        OPTIMIZATION.call(client, "create", **{**OPTIMIZATION.members, "ModelSource": source})
    with pytest.raises(ClientError, match='Could not find model "'):
        RECOMMENDATIONS.call(
            client, "create", **{**RECOMMENDATIONS.members, "InputConfig": {"ModelName": "none"}}
        )


@pytest.mark.fact(
    "hosting.AIWorkloadConfig.errors.delete-while-an-active-benchmark-job-refers-to-it",
    "hosting.AIWorkloadConfig.preconditions.delete",
    "jobs.AIBenchmarkJob.filled_in.OutputConfig-becomes-AIBenchmarkOutputResult",
)
def test_a_benchmark_holds_its_workload_while_it_runs(client: Any) -> None:
    """DeleteAIWorkloadConfig; fact: AIBenchmarkJob.filled_in OutputConfig, list members."""
    BENCHMARK.call(client, "create", **BENCHMARK.members)
    with pytest.raises(client.exceptions.ResourceInUse):
        client.delete_ai_workload_config(AIWorkloadConfigName="load")
    job = [BENCHMARK.described(client) for _ in range(2)][-1]
    assert job["OutputConfig"]["CloudWatchLogs"][0]["LogStreamName"].startswith("bench/")
    (listed,) = client.list_ai_benchmark_jobs()["AIBenchmarkJobs"]
    assert listed["AIWorkloadConfigName"] == "load"
    client.delete_ai_workload_config(AIWorkloadConfigName="load")


@pytest.mark.fact(
    "jobs.AIRecommendationJob.filled_in.Recommendations",
)
def test_advice_names_each_instance_type(client: Any) -> None:
    """Fact: AIRecommendationJob.filled_in Recommendations."""
    ADVICE.call(client, "create", **ADVICE.members)
    job = [ADVICE.described(client) for _ in range(2)][-1]
    types = [r["DeploymentConfiguration"]["InstanceType"] for r in job["Recommendations"]]
    assert types == ["ml.g5.xlarge", "ml.g6.xlarge"]


@pytest.mark.fact(
    "jobs.TrainingSession.filled_in.Tags-echoed",
    "hosting.AIWorkloadConfig.filled_in.Tags-are-returned-by-describe",
)
def test_tags_are_described_where_the_model_has_them(client: Any) -> None:
    """Fact: TrainingSession.filled_in Tags."""
    tags = [{"Key": "team", "Value": "a"}]
    for case in (GENERIC, SESSION, BENCHMARK, ADVICE):
        case.call(client, "create", **case.members, Tags=tags)
        assert case.described(client)["Tags"] == tags


@pytest.mark.fact(
    "jobs.Job.secondary.member",
    "jobs.Job.secondary.history",
    "jobs.Job.secondary.order",
    "jobs.Job.lifecycle.initial_secondary",
    "jobs.Job.filled_in.SecondaryStatus-and-SecondaryStatusTransitions",
)
def test_a_generic_job_has_secondary_statuses(client: Any) -> None:
    """Fact: Job.secondary."""
    GENERIC.call(client, "create", **GENERIC.members)
    job = [GENERIC.described(client) for _ in range(5)][-1]
    passed = [entry["Status"] for entry in job["SecondaryStatusTransitions"]]
    assert passed == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    (listed,) = client.list_jobs(JobCategory="AgentRFT")["JobSummaries"]
    assert listed["JobSecondaryStatus"] == job["SecondaryStatus"] == "Completed"
    assert client.list_jobs(JobCategory="DataTransformation")["JobSummaries"] == []


@pytest.mark.fact("jobs.Job.errors.unknown-schema-version-or-category-describe-stop-a-missing")
def test_what_a_job_lacks_is_not_found(client: Any) -> None:
    """A job is there in its own category only; a category that is none is refused by the model."""
    GENERIC.call(client, "create", **GENERIC.members)
    for call, asked in (
        (client.describe_job, {**GENERIC.name, "JobName": "no"}),
        (client.stop_job, {**GENERIC.name, "JobName": "no"}),
        (client.describe_job, {**GENERIC.name, "JobCategory": "DataTransformation"}),
        (
            client.describe_job_schema_version,
            {"JobCategory": "AgentRFT", "JobConfigSchemaVersion": "9.9.9"},
        ),
    ):
        with pytest.raises(client.exceptions.ResourceNotFound):
            call(**asked)


@pytest.mark.fact("jobs.Job.references.JobConfigDocument-must-fit-the-schema-of")
@pytest.mark.parametrize("document", ["[]", '"text"', "no JSON"])
def test_the_document_of_a_job_fits_the_schema(client: Any, document: str) -> None:
    latest = client.describe_job_schema_version(JobCategory="AgentRFT")
    assert json.loads(latest["JobConfigSchema"])["type"] == "object"
    with pytest.raises(ClientError, match="JobConfigDocument does not conform to schema"):
        GENERIC.call(client, "create", **{**GENERIC.members, "JobConfigDocument": document})


@pytest.mark.fact(
    "jobs.AIBenchmarkJob.notes.Stop-and-Delete-answer-the-job",
    "jobs.AIRecommendationJob.notes.Stop-and-Delete-answer-the-job",
)
@pytest.mark.parametrize("case", [BENCHMARK, ADVICE], ids=lambda case: case.kind)
def test_stop_and_delete_answer_the_arn(sm: World, client: Any, case: Case) -> None:
    made = case.call(client, "create", **case.members)[f"{case.kind}Arn"]
    stopped = case.call(client, "stop")
    sm.resources(case.kind)[0].move_to("Stopped")
    deleted = case.call(client, "delete")
    assert stopped[f"{case.kind}Arn"] == deleted[f"{case.kind}Arn"] == made


@pytest.mark.fact("jobs.TrainingSession.lifecycle.other")
def test_a_session_may_be_blocked_or_expire(sm: World, client: Any) -> None:
    SESSION.call(client, "create", **SESSION.members)
    session = sm.get("TrainingSession", "open").move_to("Blocked", reason="no model access")
    blocked = SESSION.described(client)
    told = (blocked["TrainingSessionStatus"], blocked["ErrorDetails"])
    assert told == ("Blocked", "no model access")
    session.move_to("Expired")
    expired = [SESSION.described(client) for _ in range(2)][-1]
    assert expired["TrainingSessionStatus"] == "Expired"
    assert "ErrorDetails" not in expired


@pytest.mark.fact("jobs.TrainingSession.timestamps.EndTime")
@pytest.mark.parametrize("state", ["Stopped", "Expired", "Failed"])
def test_a_session_has_an_end_when_it_has_ended(sm: World, client: Any, state: str) -> None:
    SESSION.call(client, "create", **SESSION.members)
    before = [SESSION.described(client) for _ in range(3)]
    sm.get("TrainingSession", "open").move_to(state)
    ended = SESSION.described(client)
    assert not any("EndTime" in session for session in before)
    assert ended["EndTime"] == ended["LastModifiedTime"]


def test_schema_versions_are_described(client: Any) -> None:
    """ListJobSchemaVersions, DescribeJobSchemaVersion."""
    GENERIC.call(client, "create", **{**GENERIC.members, "JobConfigSchemaVersion": "1.2.0"})
    listed = client.list_job_schema_versions(JobCategory="AgentRFT")["JobConfigSchemas"]
    assert [schema["JobConfigSchemaVersion"] for schema in listed] == ["1.2.0", "1.0.0"]
    latest = client.describe_job_schema_version(JobCategory="AgentRFT")
    assert latest["JobConfigSchemaVersion"] == "1.2.0"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_job_schema_version(JobCategory="AgentRFT", JobConfigSchemaVersion="9.9.9")


@pytest.mark.fact(
    "jobs.TrainingSession.references.ModelPackageGroupArn",
)
def test_a_session_needs_its_package_group(client: Any) -> None:
    """Fact: TrainingSession.errors."""
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/none"
    with pytest.raises(client.exceptions.ResourceNotFound):
        SESSION.call(client, "create", **SESSION.members, ModelPackageGroupArn=arn)


def export(client: Any, **members: Any) -> str:
    """Export a model card; return the job's ARN."""
    answer = client.create_model_card_export_job(
        ModelCardName="card",
        ModelCardExportJobName="pdf",
        OutputConfig={"S3OutputPath": "s3://bucket/cards/"},
        **members,
    )
    return str(answer["ModelCardExportJobArn"])


@pytest.mark.fact(
    "jobs.ModelCardExportJob.filled_in.ModelCardVersion",
    "jobs.ModelCardExportJob.filled_in.ExportArtifacts-S3ExportArtifacts",
)
def test_a_model_card_is_exported_in_its_latest_version(client: Any) -> None:
    """Fact: ModelCardExportJob.filled_in, arn."""
    client.create_model_card(ModelCardName="card", Content="{}", ModelCardStatus="Draft")
    arn = export(client)
    seen = [client.describe_model_card_export_job(ModelCardExportJobArn=arn) for _ in range(2)]
    assert arn.endswith(":model-card/card/export-job/pdf")
    assert [job["Status"] for job in seen] == ["InProgress", "Completed"]
    assert seen[0]["ModelCardVersion"] == 1
    assert seen[1]["ExportArtifacts"] == {"S3ExportArtifacts": "s3://bucket/cards/card-1.pdf"}
    (listed,) = client.list_model_card_export_jobs(ModelCardName="card")[
        "ModelCardExportJobSummaries"
    ]
    assert listed["ModelCardExportJobArn"] == arn


@pytest.mark.fact("jobs.ModelCardExportJob.list_defaults")
def test_exports_are_listed_by_their_time(sm: World, client: Any) -> None:
    client.create_model_card(ModelCardName="card", Content="{}", ModelCardStatus="Draft")
    for name in ("b", "c", "a"):
        client.create_model_card_export_job(
            ModelCardName="card",
            ModelCardExportJobName=name,
            OutputConfig={"S3OutputPath": "s3://bucket/cards/"},
        )
        sm.clock.advance(1)

    def listed(**order: str) -> list[str]:
        answer = client.list_model_card_export_jobs(ModelCardName="card", **order)
        return [job["ModelCardExportJobName"] for job in answer["ModelCardExportJobSummaries"]]

    assert listed() == listed(SortBy="CreationTime")
    assert set(map(tuple, (listed(), listed()[::-1]))) == {("b", "c", "a"), ("a", "c", "b")}


@pytest.mark.fact(
    "jobs.ModelCardExportJob.errors.model-card-missing-at-create-describe-a-missing-job",
    "jobs.ModelCardExportJob.errors.name-in-use-for-this-card",
    "jobs.ModelCardExportJob.references.ModelCard-ModelCardName-and-version",
)
def test_an_export_needs_its_card_and_version_and_a_free_name(client: Any) -> None:
    """Fact: ModelCardExportJob.errors."""
    with pytest.raises(client.exceptions.ResourceNotFound):
        export(client)
    client.create_model_card(ModelCardName="card", Content="{}", ModelCardStatus="Draft")
    with pytest.raises(client.exceptions.ResourceNotFound):
        export(client, ModelCardVersion=7)
    export(client)
    with pytest.raises(client.exceptions.ConflictException):
        export(client)
