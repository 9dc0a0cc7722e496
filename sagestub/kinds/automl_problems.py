"""What an AutoML job was asked for: its problem, however it was put, and what is refused.

Source: facts, jobs.yaml, AutoMLJob and AutoMLJobV2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

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
