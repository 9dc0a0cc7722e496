"""Steps that run a job of SageMaker: the step lasts as long as the job.

Source: docs/facts/pipelines.md, step types; aws/sagemaker-python-sdk, workflow/steps.py, automl_step.py,
notebook_job_step.py (a notebook job is a training job), and 3.x, mlops/workflow/steps.py (Job).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from sagestub.pipelines.step import NOTHING, Outcome, Running, StepRun, StepType
from sagestub.pipelines.steps.creation import Creation, arn_metadata, created, started

MOST_SUMMARIES = 50
"""Training jobs of a tuning step that later steps may refer to."""

SHORT_NAME = 31
"""Characters of the names of tuning and AutoML jobs of pipelines, which have no prefix."""

TRAINING = Creation(
    kind="TrainingJob", metadata="TrainingJob", name="TrainingJobName", experiment=True
)
PROCESSING = Creation(
    kind="ProcessingJob", metadata="ProcessingJob", name="ProcessingJobName", experiment=True
)
TRANSFORM = Creation(
    kind="TransformJob", metadata="TransformJob", name="TransformJobName", experiment=True
)
TUNING = Creation(
    kind="HyperParameterTuningJob",
    metadata="TuningJob",
    name="HyperParameterTuningJobName",
    prefix="",
    longest=SHORT_NAME,
)
AUTO_ML = Creation(
    kind="AutoMLJob", metadata="AutoMLJob", name="AutoMLJobName", prefix="", longest=SHORT_NAME
)
AUTO_ML_V2 = Creation(
    kind="AutoMLJobV2", metadata="AutoMLJob", name="AutoMLJobName", prefix="", longest=SHORT_NAME
)
JOB = Creation(kind="Job", metadata="Job", name="JobName")
COMPILATION = Creation(kind="CompilationJob", metadata="CompilationJob", name="CompilationJobName")


def describe(run: StepRun) -> dict[str, Any]:
    """Return the Describe response of what a step has made, as it is now; reading moves nothing."""
    resource = run.resource
    if resource is None:
        return {}
    look = resource.kind.kind.on_describe
    more = look(run.context, resource, NOTHING) if look is not None else NOTHING
    return {**resource.kind.described(resource.document), **more}


# Tuning -----------------------------------------------------------------------------------------


def tuning_properties(run: StepRun) -> Mapping[str, Any]:
    """Return the tuning job, and its training jobs from the best one on.

    Source: aws/sagemaker-python-sdk, workflow/steps.py, TuningStep.get_top_model_s3_uri.
    """
    job = run.resource
    if job is None:
        return {}
    definitions = job.document.get("TrainingJobDefinitions") or [
        job.document.get("TrainingJobDefinition") or {}
    ]
    objective = (
        job.document.get("HyperParameterTuningJobConfig", {}).get(
            "HyperParameterTuningJobObjective"
        )
        or definitions[0].get("TuningObjective")
        or {}
    )
    answer = run.perform(
        "ListTrainingJobsForHyperParameterTuningJob",
        {
            "HyperParameterTuningJobName": job.key,
            "SortBy": "FinalObjectiveMetricValue",
            "SortOrder": "Ascending" if objective.get("Type") == "Minimize" else "Descending",
            "MaxResults": MOST_SUMMARIES,
        },
    )
    return {**describe(run), **answer}


# AutoML -----------------------------------------------------------------------------------------


def start_auto_ml(run: StepRun) -> Outcome:
    """Start the job: that of the second version of the operation if the arguments are its."""
    second = "AutoMLJobInputDataConfig" in run.arguments
    creation = AUTO_ML_V2 if second else AUTO_ML
    job = created(run, creation)
    return Running(job, arn_metadata(creation, job))


def auto_ml_properties(run: StepRun) -> Mapping[str, Any]:
    """Return the job, and where the reports on its best candidate lie.

    Source: aws/sagemaker-python-sdk, workflow/automl_step.py; the files' names are assumed.
    """
    job = describe(run)
    places = (
        job.get("BestCandidate", {})
        .get("CandidateProperties", {})
        .get("CandidateArtifactLocations", {})
    )
    reports = {
        "ModelInsightsJsonReportPath": ("ModelInsights", "statistics.json"),
        "ExplainabilityJsonReportPath": ("Explainability", "analysis.json"),
    }
    job["BestCandidateProperties"] = {
        member: f"{places[place].rstrip('/')}/{file}"
        for member, (place, file) in reports.items()
        if place in places
    }
    return job


# Job --------------------------------------------------------------------------------------------


def job_properties(run: StepRun) -> Mapping[str, Any]:
    """Return the job; references reach into its document, which is JSON text.

    Source: aws/sagemaker-python-sdk 3, mlops/workflow/steps.py, JobStep.
    """
    job = describe(run)
    with contextlib.suppress(ValueError):
        job["JobConfigDocument"] = json.loads(job.get("JobConfigDocument", ""))
    return job


TYPES = (
    StepType(
        name="Training",
        start=started(TRAINING),
        cacheable=True,
        metadata_member="TrainingJob",
        requires=("RoleArn", "OutputDataConfig"),
    ),
    StepType(
        # What Studio calls a training job that runs a notebook.
        name="NotebookJob",
        start=started(TRAINING),
        cacheable=True,
        metadata_member="TrainingJob",
        requires=("RoleArn", "OutputDataConfig"),
    ),
    StepType(
        name="Processing",
        start=started(PROCESSING),
        cacheable=True,
        metadata_member="ProcessingJob",
        requires=("ProcessingResources", "AppSpecification", "RoleArn"),
    ),
    StepType(
        name="Transform",
        start=started(TRANSFORM),
        cacheable=True,
        metadata_member="TransformJob",
        requires=("ModelName", "TransformInput", "TransformOutput", "TransformResources"),
    ),
    StepType(
        name="Tuning",
        start=started(TUNING),
        properties=tuning_properties,
        cacheable=True,
        metadata_member="TuningJob",
        requires=("HyperParameterTuningJobConfig",),
    ),
    StepType(
        name="AutoML",
        start=start_auto_ml,
        properties=auto_ml_properties,
        cacheable=True,
        metadata_member="AutoMLJob",
        requires=("OutputDataConfig", "RoleArn"),
    ),
    StepType(
        # In no schema, and Metadata has no room for it; definitions written by hand use it (assumed).
        name="Compilation",
        start=started(COMPILATION),
        metadata_member="CompilationJob",
        requires=("RoleArn", "OutputConfig", "StoppingCondition"),
    ),
    StepType(
        name="Job",
        start=started(JOB),
        properties=job_properties,
        cacheable=True,
        metadata_member="Job",
        requires=("RoleArn", "JobCategory", "JobConfigSchemaVersion", "JobConfigDocument"),
    ),
)
