"""What an AutoML job was asked for: its problem, however it was put, and what is refused.

Source: facts, jobs.yaml, AutoMLJob and AutoMLJobV2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

CANDIDATES_BY_DEFAULT = 10
"""How many candidates a tabular job without MaxCandidates tries (assumed; the service's limit is
250)."""

PROBLEM_TYPES = {
    "ImageClassificationJobConfig": "ImageClassification",
    "TextClassificationJobConfig": "TextClassification",
    "TimeSeriesForecastingJobConfig": "TimeSeriesForecasting",
    "TabularJobConfig": "Tabular",
    "TextGenerationJobConfig": "TextGeneration",
}


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


def candidates_wanted(resource: Resource) -> int:
    """Return how many candidates a job tries."""
    name, config = problem_of(resource.document)
    by_default = CANDIDATES_BY_DEFAULT if name == "Tabular" else 1
    return int(config.get("CompletionCriteria", {}).get("MaxCandidates", by_default))


def output_of_job(resource: Resource) -> str | None:
    """Return the S3 prefix of everything that a job writes."""
    path = resource.document.get("OutputDataConfig", {}).get("S3OutputPath")
    return f"{path.rstrip('/')}/{resource.name}" if path else None


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
