"""AutoMLJob and AutoMLJobV2: one registry of names, two ways to ask; candidates with training jobs.

Source: facts, jobs.yaml, AutoMLJob and AutoMLJobV2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.binding import BoundKind
from sagestub.engine.kind import END, Behaviour, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.automl_candidates import (
    add_reports,
    judge_candidates,
    list_candidates,
    stop_candidates,
    train_candidates,
    training_jobs_of,
)
from sagestub.kinds.automl_problems import (
    candidates_wanted,
    name_problem,
    output_of_job,
    problem_of,
)
from sagestub.kinds.children import any_runs, let_run, stay_with
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

DEFAULT_OBJECTIVES = {
    "BinaryClassification": "F1",
    "MulticlassClassification": "Accuracy",
    "Regression": "MSE",
    "ImageClassification": "Accuracy",
    "TextClassification": "Accuracy",
    "TimeSeriesForecasting": "AverageWeightedQuantileLoss",
}
"""The metric by the type of the problem.

Source: API reference, AutoMLJobObjective.MetricName (the defaults by problem type).
"""

ANALYSIS = ("InProgress/AnalyzingData", "InProgress/FeatureEngineering")
REPORTS = ("InProgress/GeneratingExplainabilityReport", "InProgress/GeneratingModelInsightsReport")
TUNING = ("InProgress/ModelTuning", "InProgress/TrainingModels")
"""The states in which candidates are trained."""


# The way ------------------------------------------------------------------------------------------


def choose_way(context: Context, resource: Resource) -> None:
    """Lay out the secondary statuses that a job passes, by what was asked for.

    Source: facts, jobs.yaml, AutoMLJob.secondary (values documented, order assumed).
    """
    lifecycle = resource.kind.lifecycle
    if lifecycle is None or resource.way != lifecycle.path[1:]:
        return  # A test has set another path, or puts the resource straight into a state.
    name, config = problem_of(resource.document)
    deployed = "ModelDeployConfig" in resource.document
    end = (*(("InProgress/DeployingModel",) if deployed else ()), "Completed")
    if name != "Tabular":
        resource.way = ("InProgress/PreTraining", "InProgress/TrainingModels", *end)
    elif config.get("GenerateCandidateDefinitionsOnly"):
        resource.way = (*ANALYSIS, "Completed/CandidateDefinitionsGenerated")
    elif config.get("Mode") == "ENSEMBLING":
        training = ("InProgress/PreTraining", "InProgress/TrainingModels")
        resource.way = (ANALYSIS[0], *training, *REPORTS, *end)
    else:
        resource.way = (*ANALYSIS, "InProgress/ModelTuning", *REPORTS, *end)


def next_status(context: Context, resource: Resource, planned: str) -> str:
    """Return where a step leads: candidates are trained before a job goes on.

    A job under the clock that has run too long ends with what it has.

    Source: API reference, AutoMLJobCompletionCriteria.MaxAutoMLJobRuntimeInSeconds.
    """
    if is_late(context, resource) and planned not in ("Stopping", "Stopped"):
        stop_candidates(context, resource)
        if any_runs(training_jobs_of(context, resource)):
            return stay_with(resource)
        judge_candidates(context, resource)
        return "Completed/MaxAutoMLJobRuntimeReached"
    trained = resource.state in TUNING and planned != "Stopping"
    if trained or planned == "Stopped":
        jobs = training_jobs_of(context, resource)
        let_run(context, resource, jobs)
        if any_runs(jobs):
            return stay_with(resource)
        judge_candidates(context, resource)
    return planned


def is_late(context: Context, resource: Resource) -> bool:
    """Return whether a running job has taken all the time that it was given."""
    criteria = problem_of(resource.document)[1].get("CompletionCriteria", {})
    longest = criteria.get("MaxAutoMLJobRuntimeInSeconds")
    by_clock = resource.rule is not None and resource.rule.name == "clock"
    if not by_clock or longest is None or resource.status != "InProgress":
        return False
    return bool(context.clock.time() - resource.document["CreationTime"] > longest)


def name_artifacts(context: Context, resource: Resource) -> None:
    """Set where the notebooks lie, after the data has been analyzed (file names as the service's).

    Source: facts, jobs.yaml, AutoMLJob.filled_in.
    """
    base = output_of_job(resource)
    if base is not None and problem_of(resource.document)[0] == "Tabular":
        notebooks = f"{base}/sagemaker-automl-candidates/notebooks/SageMakerAutopilot"
        resource.document["AutoMLJobArtifacts"] = {
            "CandidateDefinitionNotebookLocation": f"{notebooks}CandidateDefinitionNotebook.ipynb",
            "DataExplorationNotebookLocation": f"{notebooks}DataExplorationNotebook.ipynb",
        }


def resolve(context: Context, resource: Resource) -> None:
    """Set ResolvedAttributes: what was not given is inferred.

    What the data would say cannot be known: a tabular problem is taken to be a binary classification.

    Source: API reference, ResolvedAttributes, AutoMLResolvedAttributes.
    """
    document = resource.document
    name, config = problem_of(document)
    problem = config.get("ProblemType", "BinaryClassification") if name == "Tabular" else name
    by_default = DEFAULT_OBJECTIVES.get(problem)
    objective = document.get("AutoMLJobObjective") or (
        {"MetricName": by_default} if by_default else None
    )
    criteria = {
        "MaxCandidates": candidates_wanted(resource),
        **config.get("CompletionCriteria", {}),
    }
    resolved: dict[str, Any] = {"CompletionCriteria": criteria}
    if objective is not None:
        resolved["AutoMLJobObjective"] = objective
    if "AutoMLProblemTypeConfig" not in document:
        resolved["ProblemType"] = problem
    elif name == "Tabular":
        attributes = {"TabularResolvedAttributes": {"ProblemType": problem}}
        resolved["AutoMLProblemTypeResolvedAttributes"] = attributes
    elif name == "TextGeneration" and "BaseModelName" in config:
        base = {"BaseModelName": config["BaseModelName"]}
        attributes = {"TextGenerationResolvedAttributes": base}
        resolved["AutoMLProblemTypeResolvedAttributes"] = attributes
    document["ResolvedAttributes"] = resolved


def deploy(context: Context, resource: Resource) -> None:
    """Deploy the best candidate to the endpoint that the request asks for.

    A deployment that the service would refuse leaves the job with a partial failure.

    Source: API reference, ModelDeployConfig, ModelDeployResult.
    """
    document = resource.document
    config, best = document.get("ModelDeployConfig", {}), document.get("BestCandidate", {})
    containers = best.get("InferenceContainers")
    name = config.get("EndpointName") or f"{resource.name}-{context.new_id(8)}"
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.2xlarge",
    }
    requests: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "CreateModel",
            {
                "ModelName": name,
                "Containers": containers,
                "ExecutionRoleArn": document.get("RoleArn"),
            },
        ),
        ("CreateEndpointConfig", {"EndpointConfigName": name, "ProductionVariants": [variant]}),
        ("CreateEndpoint", {"EndpointName": name, "EndpointConfigName": name}),
    )
    if not containers:
        return
    try:
        for operation, request in requests:
            context.perform(operation, request, resource.account, resource.region)
    except ServiceError as refusal:
        reason = {"PartialFailureMessage": f"Model deployment failed: {refusal}"}
        document["PartialFailureReasons"] = [reason]
        resource.way = ("Completed/ModelDeploymentError",)
    else:
        document["ModelDeployResult"] = {"EndpointName": name}


def partial_failure(message: str) -> Behaviour:
    """Return the behaviour that says what has failed of a job which has completed all the same."""

    def explain(context: Context, resource: Resource) -> None:
        reason = {"PartialFailureMessage": message}
        resource.document.setdefault("PartialFailureReasons", [reason])

    return explain


# Operations ---------------------------------------------------------------------------------------


def find_job(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return the job that a call names; DescribeAutoMLJob does not see those of the other API.

    Source: API reference, DescribeAutoMLJobV2 (describes jobs of both, DescribeAutoMLJob does not).
    """
    call = context.call
    assert call is not None
    found = context.resource("AutoMLJob", call, str(parameters.get("AutoMLJobName", "")))
    if found is None or call.operation != "DescribeAutoMLJob":
        return found
    return found if found.kind.name == "AutoMLJob" else None


def describe_as_v2(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a job that CreateAutoMLJob has made in the members of the newer API."""
    document = resource.document
    if resource.kind.name == "AutoMLJobV2":
        return {}
    channels = [
        {
            member: channel[member]
            for member in ("ChannelType", "ContentType", "CompressionType", "DataSource")
            if member in channel
        }
        for channel in document.get("InputDataConfig", ())
    ]
    config = document.get("AutoMLJobConfig", {})
    shared = {m: config[m] for m in ("DataSplitConfig", "SecurityConfig") if m in config}
    result = {
        "AutoMLJobInputDataConfig": channels,
        "AutoMLProblemTypeConfig": {"TabularJobConfig": problem_of(document)[1]},
        "AutoMLProblemTypeConfigName": "Tabular",
        **shared,
    }
    resolved = dict(document.get("ResolvedAttributes", {}))
    if "ProblemType" in resolved:
        attributes = {"TabularResolvedAttributes": {"ProblemType": resolved.pop("ProblemType")}}
        resolved["AutoMLProblemTypeResolvedAttributes"] = attributes
        result["ResolvedAttributes"] = resolved
    return result


NO_SUCH_JOB = Message(
    code="ResourceNotFound",
    text="Amazon SageMaker can't find an AutoML job called {name}.",
    source="github.com/aws/amazon-sagemaker-examples/issues/2244",
)

NAME_TAKEN = Message(
    code="ResourceInUse",
    text=(
        "AutoML job name must be unique within an AWS account and region, "
        "and an AutoML job with this name already exists ({arn})"
    ),
    source="API reference, CreateAutoMLJob (code); text assumed",
)

CANNOT_STOP = Message(
    code="ValidationException",
    text="The request was rejected because the AutoML job is in status {status}.",
    source="assumed, by analogy with training jobs",
)

BEHAVIOURS = {
    "InProgress/Starting": (choose_way,),
    "InProgress/FeatureEngineering": (name_artifacts, resolve),
    "InProgress/PreTraining": (name_artifacts, resolve),
    "InProgress/ModelTuning": (train_candidates,),
    "InProgress/TrainingModels": (train_candidates,),
    "InProgress/GeneratingModelInsightsReport": (add_reports,),
    "InProgress/DeployingModel": (deploy,),
    "Stopping": (stop_candidates,),
    "Failed": (stop_candidates,),
    # Texts assumed.
    "Completed/ExplainabilityError": (partial_failure("The explainability report failed."),),
    "Completed/ModelInsightsError": (partial_failure("The model insights report failed."),),
    "Completed/ModelDeploymentError": (partial_failure("Model deployment failed."),),
}

WHOLE_PATH = (
    "InProgress/Starting > InProgress/AnalyzingData > InProgress/FeatureEngineering > "
    "InProgress/ModelTuning > InProgress/GeneratingExplainabilityReport > "
    "InProgress/GeneratingModelInsightsReport > Completed"
)

OTHER = (
    "InProgress/AnalyzingData > InProgress/FeatureEngineering > InProgress/ModelTuning > "
    "InProgress/PreTraining > InProgress/TrainingModels > "
    "InProgress/GeneratingExplainabilityReport > InProgress/GeneratingModelInsightsReport > "
    "InProgress/DeployingModel > Completed/CandidateDefinitionsGenerated > "
    "Completed/MaxCandidatesReached > Completed/MaxAutoMLJobRuntimeReached > "
    "Completed/ExplainabilityError > Completed/ModelInsightsError > Completed/ModelDeploymentError"
)

AUTO_ML_JOB = Kind(
    name="AutoMLJob",
    field_rules=FieldRules("batch.AUTO_ML_JOB"),
    any_case=True,
    arn="automl-job/{AutoMLJobName}",
    secondary="AutoMLJobSecondaryStatus",
    lifecycle=Lifecycle(path=WHOLE_PATH, fail="Failed", stop="Stopping > Stopped", other=OTHER),
    defaults={"GenerateCandidateDefinitionsOnly": False},
    stamps={END: ("EndTime",)},
    on_enter=BEHAVIOURS,
    next_state=next_status,
    find=find_job,
    operations={"ListCandidatesForAutoMLJob": list_candidates},
    failure_reason="InternalServerError: We encountered an internal error. Please try again.",
    sort_by="Name",
    not_found=NO_SUCH_JOB,
    exists=NAME_TAKEN,
    cannot_stop=CANNOT_STOP,
    source="facts, jobs.yaml, AutoMLJob",
)

AUTO_ML_JOB_V2 = Kind(
    name="AutoMLJobV2",
    field_rules=FieldRules("batch.AUTO_ML_JOB_V2"),
    shares="AutoMLJob",
    any_case=True,
    arn="automl-job/{AutoMLJobName}",
    secondary="AutoMLJobSecondaryStatus",
    lifecycle=Lifecycle(
        path="InProgress/Starting > InProgress/PreTraining > InProgress/TrainingModels > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        other=OTHER,
    ),
    on_create=(name_problem,),
    stamps={END: ("EndTime",)},
    on_enter=BEHAVIOURS,
    next_state=next_status,
    find=find_job,
    on_describe=describe_as_v2,
    failure_reason="InternalServerError: We encountered an internal error. Please try again.",
    not_found=NO_SUCH_JOB,
    exists=NAME_TAKEN,
    cannot_stop=CANNOT_STOP,
    source="facts, jobs.yaml, AutoMLJobV2",
)
