"""AutoMLJob and AutoMLJobV2: one registry of names, two ways to ask; candidates with training jobs.

Source: facts, jobs.yaml, AutoMLJob and AutoMLJobV2.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, BoundKind, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.children import any_runs, let_run, stay_with, stop_all

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

CANDIDATES_BY_DEFAULT = 10
"""How many candidates a tabular job without MaxCandidates tries (assumed; the service's limit is
250)."""

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

MINIMIZED = frozenset(
    {"MSE", "RMSE", "MAE", "MAPE", "MASE", "WAPE", "AverageWeightedQuantileLoss", "LogLoss"}
)

PROBLEM_TYPES = {
    "ImageClassificationJobConfig": "ImageClassification",
    "TextClassificationJobConfig": "TextClassification",
    "TimeSeriesForecastingJobConfig": "TimeSeriesForecasting",
    "TabularJobConfig": "Tabular",
    "TextGenerationJobConfig": "TextGeneration",
}

IMAGE_ACCOUNTS = {
    "ap-northeast-1": "354813040037",
    "ap-northeast-2": "366743142698",
    "ap-south-1": "720646828776",
    "ap-southeast-1": "121021644041",
    "ap-southeast-2": "783357654285",
    "ca-central-1": "341280168497",
    "eu-central-1": "492215442770",
    "eu-north-1": "662702820516",
    "eu-west-1": "141502667606",
    "eu-west-2": "764974769150",
    "eu-west-3": "659782779980",
    "sa-east-1": "737474898029",
    "us-east-1": "683313688378",
    "us-east-2": "257758044811",
    "us-west-1": "746614075791",
    "us-west-2": "246618743249",
}
"""The accounts that own the images of XGBoost and of Autopilot's transformers.

Source: Developer Guide, "Docker Registry Paths and Example Code".
"""

ANALYSIS = ("InProgress/AnalyzingData", "InProgress/FeatureEngineering")
REPORTS = ("InProgress/GeneratingExplainabilityReport", "InProgress/GeneratingModelInsightsReport")
TUNING = ("InProgress/ModelTuning", "InProgress/TrainingModels")
"""The states in which candidates are trained."""


# What was asked for -------------------------------------------------------------------------------


def problem_of(document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return the name and the configuration of the problem of a job, however it was made."""
    union = document.get("AutoMLProblemTypeConfig")
    if union:
        member = next(iter(union))
        return PROBLEM_TYPES.get(member, "Tabular"), union[member]
    config = document.get("AutoMLJobConfig", {})
    generation = config.get("CandidateGenerationConfig", {})
    algorithms = {m: v for m, v in generation.items() if m == "AlgorithmsConfig"}
    features = {m: v for m, v in generation.items() if m == "FeatureSpecificationS3Uri"}
    plain = {m: config[m] for m in ("CompletionCriteria", "Mode") if m in config}
    own = ("GenerateCandidateDefinitionsOnly", "ProblemType")
    channel: Mapping[str, Any] = next(iter(document.get("InputDataConfig", ())), {})
    target = {m: channel[m] for m in ("TargetAttributeName",) if m in channel}
    return "Tabular", {
        **plain,
        **({"CandidateGenerationConfig": algorithms} if algorithms else {}),
        **features,
        **{member: document[member] for member in own if member in document},
        **target,
    }


def check_objective(context: Context, resource: Resource) -> None:
    """Refuse a problem type without an objective, or the reverse (text assumed).

    Source: API reference, TabularJobConfig.ProblemType ("You must either specify the type of
    supervised learning problem in ProblemType and provide the AutoMLJobObjective metric, or none at
    all").
    """
    name, config = problem_of(resource.document)
    if name == "Tabular" and ("ProblemType" in config) != (
        "AutoMLJobObjective" in resource.document
    ):
        raise ServiceError(
            "ValidationException",
            "ProblemType and AutoMLJobObjective must both be specified, or neither of them.",
        )


def check_deployment(context: Context, resource: Resource) -> None:
    """Refuse an endpoint's name together with a generated one, or neither (text assumed).

    Source: API reference, ModelDeployConfig.EndpointName ("if and only if you set
    AutoGenerateEndpointName to False; otherwise a 400 error is thrown").
    """
    config = resource.document.get("ModelDeployConfig")
    if config is None:
        return
    if bool(config.get("AutoGenerateEndpointName")) == ("EndpointName" in config):
        raise ServiceError(
            "ValidationException",
            "EndpointName must be specified if and only if AutoGenerateEndpointName is false.",
        )


def check_channels(context: Context, resource: Resource) -> None:
    """Refuse channels that do not fit together, or a split of a time series (texts assumed).

    Source: API reference, AutoMLChannel.ChannelType, AutoMLJobChannel.ChannelType, DataSplitConfig.
    """
    document = resource.document
    channels = document.get("InputDataConfig") or document.get("AutoMLJobInputDataConfig", ())
    for member in ("ContentType", "TargetAttributeName"):
        if len({channel.get(member) for channel in channels}) > 1:
            raise ServiceError(
                "ValidationException",
                f"Channels for training and validation must share the same {member}.",
            )
    if "DataSplitConfig" in document and problem_of(document)[0] == "TimeSeriesForecasting":
        raise ServiceError(
            "ValidationException",
            "DataSplitConfig must not be set for the time-series forecasting problem type.",
        )


def name_problem(context: Context, resource: Resource) -> None:
    """Set AutoMLProblemTypeConfigName, and the criteria that the service fills in.

    Source: facts, jobs.yaml, AutoMLJobV2.filled_in.
    """
    document = resource.document
    union = document.get("AutoMLProblemTypeConfig")
    if not union:
        return
    member = next(iter(union))
    name, config = problem_of(document)
    document["AutoMLProblemTypeConfigName"] = name
    criteria = dict(config.get("CompletionCriteria", {}))
    if name != "Tabular":
        criteria.setdefault("MaxCandidates", 1)
    if name == "TextGeneration":
        criteria.setdefault("MaxRuntimePerTrainingJobInSeconds", 259200)
    if criteria:
        document["AutoMLProblemTypeConfig"] = {member: {**config, "CompletionCriteria": criteria}}


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


def output_of_job(resource: Resource) -> str | None:
    """Return the S3 prefix of everything that a job writes."""
    path = resource.document.get("OutputDataConfig", {}).get("S3OutputPath")
    return f"{path.rstrip('/')}/{resource.name}" if path else None


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


def candidates_wanted(resource: Resource) -> int:
    """Return how many candidates a job tries."""
    name, config = problem_of(resource.document)
    by_default = CANDIDATES_BY_DEFAULT if name == "Tabular" else 1
    return int(config.get("CompletionCriteria", {}).get("MaxCandidates", by_default))


# Candidates ---------------------------------------------------------------------------------------


def train_candidates(context: Context, resource: Resource) -> None:
    """Start a training job for each candidate."""
    if not resource.way or "ResolvedAttributes" not in resource.document:
        return  # Put straight into a later state by a test: nothing was trained.
    now = context.clock.time()
    candidates = []
    for number in range(candidates_wanted(resource)):
        tail = blake2b(f"{resource.name}:{number}".encode(), digest_size=4).hexdigest()
        name = f"{resource.name}-{number + 1:03d}-{tail}"
        job = context.add("TrainingJob", training_of(resource, name), resource)
        step = {
            "CandidateStepType": "AWS::SageMaker::TrainingJob",
            "CandidateStepArn": job.arn,
            "CandidateStepName": name,
        }
        candidates.append(
            {
                "CandidateName": name,
                "ObjectiveStatus": "Pending",
                "CandidateSteps": [step],
                "CandidateStatus": "InProgress",
                "CreationTime": now,
                "LastModifiedTime": now,
            }
        )
    resource.document["Candidates"] = candidates


def training_of(resource: Resource, name: str) -> dict[str, Any]:
    """Return the members of a candidate's training job."""
    document = resource.document
    security = document.get("SecurityConfig") or document.get("AutoMLJobConfig", {}).get(
        "SecurityConfig", {}
    )
    members: dict[str, Any] = {
        "TrainingJobName": name,
        "AutoMLJobArn": resource.arn,
        "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.4xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 50,
        },
    }
    if "RoleArn" in document:
        members["RoleArn"] = document["RoleArn"]
    base = output_of_job(resource)
    if base is not None:
        members["OutputDataConfig"] = {"S3OutputPath": f"{base}/tuning"}
    image = image_of(resource, "sagemaker-xgboost:1.3-1-cpu-py3")
    if image is not None:
        specification = {**members["AlgorithmSpecification"], "TrainingImage": image}
        members["AlgorithmSpecification"] = specification
    if "VpcConfig" in security:
        members["VpcConfig"] = security["VpcConfig"]
    return members


def image_of(resource: Resource, name: str) -> str | None:
    """Return an image's path in the job's region; None where its registry is not known."""
    account = IMAGE_ACCOUNTS.get(resource.region)
    return f"{account}.dkr.ecr.{resource.region}.amazonaws.com/{name}" if account else None


def training_jobs_of(context: Context, resource: Resource) -> list[Resource]:
    """Return the training jobs of a job's candidates."""
    found = (
        context.resource("TrainingJob", resource, candidate["CandidateName"])
        for candidate in resource.document.get("Candidates", ())
    )
    return [job for job in found if job is not None]


def next_status(context: Context, resource: Resource, planned: str) -> str:
    """Return where a step leads: candidates are trained before a job goes on."""
    trained = resource.state in TUNING and planned != "Stopping"
    if trained or planned == "Stopped":
        jobs = training_jobs_of(context, resource)
        let_run(context, resource, jobs)
        if any_runs(jobs):
            return stay_with(resource)
        judge_candidates(context, resource)
    return planned


def judge_candidates(context: Context, resource: Resource) -> None:
    """Set what the candidates have reached, and the best of them.

    The value of the objective is made from the candidate's name: the same job has the same values.
    """
    document = resource.document
    objective = document.get("ResolvedAttributes", {}).get("AutoMLJobObjective")
    metric = objective["MetricName"] if objective is not None else None
    candidates = [
        judged(context, resource, candidate, metric) for candidate in document.get("Candidates", ())
    ]
    document["Candidates"] = candidates
    good = [c for c in candidates if c["CandidateStatus"] == "Completed"]
    if good:
        sign = -1 if metric in MINIMIZED else 1
        best = max(good, key=lambda c: sign * c.get(FINAL, {}).get("Value", 0))
        document["BestCandidate"] = best


FINAL = "FinalAutoMLJobObjectiveMetric"


def judged(
    context: Context, resource: Resource, candidate: Mapping[str, Any], metric: str | None
) -> dict[str, Any]:
    """Return a candidate as its training job has left it."""
    job = context.resource("TrainingJob", resource, candidate["CandidateName"])
    if job is None or candidate["CandidateStatus"] not in ("InProgress", "Stopping"):
        return dict(candidate)
    ended = job.document.get("TrainingEndTime", context.clock.time())
    result = {
        **candidate,
        "CandidateStatus": job.status,
        "EndTime": ended,
        "LastModifiedTime": ended,
        "ObjectiveStatus": "Failed",
    }
    if job.status == "Failed" and "FailureReason" in job.document:
        result["FailureReason"] = job.document["FailureReason"]
    if job.status != "Completed":
        return result
    result["ObjectiveStatus"] = "Succeeded"
    if metric is not None:
        digest = blake2b(f"{job.name}:{metric}".encode(), digest_size=4).digest()
        value = round(0.5 + int.from_bytes(digest, "big") / 2**33, 6)
        kind = "Minimize" if metric in MINIMIZED else "Maximize"
        result[FINAL] = {
            "Type": kind,
            "MetricName": metric,
            "Value": value,
            "StandardMetricName": metric,
        }
        metrics = {"MetricName": metric, "StandardMetricName": metric, "Value": value}
        result["CandidateProperties"] = {"CandidateMetrics": [{**metrics, "Set": "Validation"}]}
    containers = containers_of(resource, job)
    if containers:
        result.update(containers)
    return result


def containers_of(resource: Resource, job: Resource) -> dict[str, Any]:
    """Return the containers that serve a candidate: a transformer and a model for tables.

    Source: facts, jobs.yaml, AutoMLJobV2.filled_in; Developer Guide, "Deploy Autopilot models".
    """
    artifacts = job.document.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    base = output_of_job(resource)
    name, _ = problem_of(resource.document)
    transformer = image_of(resource, "sagemaker-sklearn-automl:2.5-1-cpu-py3")
    model = image_of(resource, "sagemaker-xgboost:1.3-1-cpu-py3")
    if artifacts is None or transformer is None or model is None or name != "Tabular":
        return {}
    features = f"{base}/data-processor-models/{job.name}/output/model.tar.gz"
    return {
        "InferenceContainers": [
            {
                "Image": transformer,
                "ModelDataUrl": features,
                "Environment": {"AUTOML_TRANSFORM_MODE": "feature-transform"},
            },
            {
                "Image": model,
                "ModelDataUrl": artifacts,
                "Environment": {"MAX_CONTENT_LENGTH": "20971520"},
            },
        ]
    }


def add_reports(context: Context, resource: Resource) -> None:
    """Set where the reports on the best candidate lie."""
    document = resource.document
    best, base = document.get("BestCandidate"), output_of_job(resource)
    if best is None or base is None or problem_of(document)[0] != "Tabular":
        return
    name = best["CandidateName"]
    properties = {
        **best.get("CandidateProperties", {}),
        "CandidateArtifactLocations": {
            "Explainability": f"{base}/documentation/explainability/output/{name}",
            "ModelInsights": f"{base}/documentation/model_monitor/output/{name}",
        },
    }
    reported = {**best, "CandidateProperties": properties}
    document["BestCandidate"] = reported
    document["Candidates"] = [
        reported if candidate["CandidateName"] == name else candidate
        for candidate in document.get("Candidates", ())
    ]


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
    else:
        document["ModelDeployResult"] = {"EndpointName": name}


def stop_candidates(context: Context, resource: Resource) -> None:
    """Stop the candidates that are being trained."""
    stop_all(context, training_jobs_of(context, resource))


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


def list_candidates(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a job's candidates, filtered and sorted.

    Source: facts, jobs.yaml, AutoMLJob.list_defaults (ascending).
    """
    status, name = parameters.get("StatusEquals"), parameters.get("CandidateNameEquals")
    candidates = [
        candidate
        for candidate in resource.document.get("Candidates", ())
        if status in (None, candidate["CandidateStatus"])
        and name in (None, candidate["CandidateName"])
    ]
    sort_by = parameters.get("SortBy", "CreationTime")
    if sort_by == "FinalObjectiveMetricValue":
        candidates = [c for c in candidates if FINAL in c]
        candidates.sort(key=lambda c: c[FINAL]["Value"])
    else:
        member = {"Status": "CandidateStatus"}.get(sort_by, "CreationTime")
        candidates.sort(key=lambda c: c[member])
    if parameters.get("SortOrder") == "Descending":
        candidates.reverse()
    return {"Candidates": candidates}


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
    any_case=True,
    arn="automl-job/{AutoMLJobName}",
    secondary="AutoMLJobSecondaryStatus",
    lifecycle=Lifecycle(path=WHOLE_PATH, fail="Failed", stop="Stopping > Stopped", other=OTHER),
    defaults={"GenerateCandidateDefinitionsOnly": False},
    checks=(check_objective, check_channels, check_deployment),
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
    checks=(check_objective, check_channels, check_deployment),
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
