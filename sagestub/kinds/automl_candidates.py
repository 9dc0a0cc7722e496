"""The candidates of an AutoML job: each a training job, judged when it ends, the best one reported.

    train ─ a training job for each candidate ─ judge ─ what each reached, and the best ─ add reports

Source: facts, jobs.yaml, AutoMLJob and AutoMLJobV2.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.effects.containers import metrics_of
from sagestub.kinds.automl_problems import candidates_wanted, output_of_job, problem_of
from sagestub.kinds.children import stop_all

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

MINIMIZED = frozenset(
    {"MSE", "RMSE", "MAE", "MAPE", "MASE", "WAPE", "AverageWeightedQuantileLoss", "LogLoss"}
)

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

FINAL = "FinalAutoMLJobObjectiveMetric"


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


def stop_candidates(context: Context, resource: Resource) -> None:
    """Stop the candidates that are being trained."""
    stop_all(context, training_jobs_of(context, resource))


def judge_candidates(context: Context, resource: Resource) -> None:
    """Set what the candidates have reached, and the best of them.

    The value of the objective is what the container of its training job has left, else made from the
    candidate's name: the same job has the same values.
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
        made = round(0.5 + int.from_bytes(digest, "big") / 2**33, 6)
        value = metrics_of(context, job).get(metric, made)
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
    name, config = problem_of(resource.document)
    if artifacts is not None and name == "Tabular" and config.get("Mode") == "ENSEMBLING":
        return {"InferenceContainers": [ensemble_of(resource, artifacts)]}
    if artifacts is not None and name in ("ImageClassification", "TextClassification"):
        return {"InferenceContainerDefinitions": definitions_of(resource, artifacts)}
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


def definitions_of(resource: Resource, artifacts: str) -> dict[str, Any]:
    """Return the containers that serve a model of images or texts, by processing unit.

    Source: model, AutoMLCandidate.InferenceContainerDefinitions; images and variables are assumed.
    """
    registry = f"763104351884.dkr.ecr.{resource.region}.amazonaws.com"
    images = {
        "CPU": "autogluon-inference:0.8.2-cpu-py39-ubuntu20.04",
        "GPU": "autogluon-inference:0.8.2-gpu-py39-cu118-ubuntu20.04",
    }
    environment = {
        "SAGEMAKER_PROGRAM": "serve.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    }
    return {
        unit: [
            {"Image": f"{registry}/{image}", "ModelDataUrl": artifacts, "Environment": environment}
        ]
        for unit, image in images.items()
    }


def ensemble_of(resource: Resource, artifacts: str) -> dict[str, Any]:
    """Return the one container that serves an ensemble.

    Source: aws/sagemaker-python-sdk, workflow/automl_step.py, get_best_auto_ml_model (the names of the
    variables); values and image are assumed.
    """
    labels = "predicted_label,probability,probabilities,labels"
    regression = resource.document.get("ProblemType") == "Regression"
    return {
        "Image": (
            f"763104351884.dkr.ecr.{resource.region}.amazonaws.com/"
            "autogluon-inference:0.8.2-cpu-py39-ubuntu20.04"
        ),
        "ModelDataUrl": artifacts,
        "Environment": {
            "MODEL_NAME": "WeightedEnsemble_L2",
            "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv",
            "SAGEMAKER_INFERENCE_OUTPUT": "predicted_label",
            "SAGEMAKER_INFERENCE_SUPPORTED": "predicted_label" if regression else labels,
            "SAGEMAKER_PROGRAM": "tabular_serve.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        },
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
