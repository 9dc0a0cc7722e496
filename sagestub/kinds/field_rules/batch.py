"""The field rules of processing jobs, compilation jobs and AutoML jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    alike,
    at_least_one_of,
    at_most_one_of,
    begins_with,
    between,
    exactly_one_of,
    forbids,
    holds,
    never,
    one_of,
    only_when,
    requires,
    unique,
    when,
)
from sagestub.engine.cross_fields import FieldRule, within
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure, equals, every, given, lacks, true, value_at
from sagestub.kinds.field_rules.container_images import region_of_image
from sagestub.kinds.field_rules.local_storage import VOLUME_KEY
from sagestub.kinds.field_rules.training import preferences

# ProcessingJob ------------------------------------------------------------------------------------


def _no_registry(application: Structure) -> Mapping[str, Any] | None:
    image = application["ImageUri"]
    return {"value": image} if region_of_image(image) is None else None


CLUSTER = "ProcessingResources.ClusterConfig"
OUTPUTS = "ProcessingOutputConfig.Outputs[]"

PROCESSING_JOB = (
    FieldRule(
        holds("ImageUri in Amazon Elastic Container Registry", ("ImageUri",), _no_registry),
        at="AppSpecification",
        text=(
            "Invalid image URI {value}. Please provide a valid Amazon Elastic Container Registry path "
            "of the Docker image to run."
        ),
        text_source="public notes on Clarify, quoting a refused call",
        source="public notes on Clarify, quoting a refused call",
    ),
    FieldRule(
        unique("ProcessingInputs[].InputName"),
        text="InputName must be unique within the processing job.",
        source="model, ProcessingInput.InputName",
    ),
    FieldRule(
        unique(f"{OUTPUTS}.OutputName"),
        text="OutputName must be unique within the processing job.",
        source="model, ProcessingOutput.OutputName",
    ),
    FieldRule(
        exactly_one_of("S3Input", "DatasetDefinition"),
        at="ProcessingInputs[]",
        text="Exactly one of S3Input or DatasetDefinition must be specified for the input {InputName}.",
        source="model, ProcessingInput",
    ),
    FieldRule(
        exactly_one_of("S3Output", "FeatureStoreOutput"),
        at=OUTPUTS,
        text=(
            "Exactly one of S3Output or FeatureStoreOutput must be specified for the output "
            "{OutputName}."
        ),
        source="model, ProcessingOutput",
    ),
    FieldRule(
        exactly_one_of("AthenaDatasetDefinition", "RedshiftDatasetDefinition"),
        at="ProcessingInputs[].DatasetDefinition",
        source="model, DatasetDefinition",
    ),
    FieldRule(
        requires(every(lacks("AppManaged", True), given("S3Input")), "S3Input.LocalPath"),
        at="ProcessingInputs[]",
        text="LocalPath must be specified for the input {InputName}, which is not AppManaged.",
        source="model, ProcessingS3Input.LocalPath",
    ),
    FieldRule(
        requires(
            every(lacks("AppManaged", True), given("DatasetDefinition")),
            "DatasetDefinition.LocalPath",
        ),
        at="ProcessingInputs[]",
        text="LocalPath must be specified for the input {InputName}, which is not AppManaged.",
        source="model, DatasetDefinition.LocalPath",
    ),
    FieldRule(
        begins_with("S3Input.LocalPath", "/opt/ml/processing/"),
        at="ProcessingInputs[]",
        text="LocalPath {value} of the input {InputName} must begin with /opt/ml/processing/.",
        source="model, ProcessingS3Input.LocalPath",
    ),
    FieldRule(
        unique("ProcessingInputs[].S3Input.LocalPath"),
        text="",
        text_source="aws/sagemaker-python-sdk#4939 (the service gives no text)",
        source="aws/sagemaker-python-sdk#4939",
    ),
    FieldRule(
        forbids(equals("S3CompressionType", "Gzip"), lacks("S3InputMode", "Pipe")),
        at="ProcessingInputs[].S3Input",
        text="S3CompressionType Gzip can only be used when S3InputMode is Pipe.",
        source="model, ProcessingS3Input.S3CompressionType",
    ),
    FieldRule(
        only_when(true("AppManaged"), "FeatureStoreOutput"),
        at=OUTPUTS,
        text="FeatureStoreOutput is only supported when AppManaged is specified.",
        source="model, ProcessingOutput.FeatureStoreOutput",
    ),
    *within(
        CLUSTER,
        FieldRule(
            at_most_one_of("InstancePreferences", "InstanceType"),
            text="InstancePreferences can't be specified together with InstanceType.",
            source="model, ProcessingClusterConfig.InstancePreferences",
        ),
        FieldRule(
            at_least_one_of("InstancePreferences", "InstanceType"),
            source="model, ProcessingClusterConfig (required before there were preferences)",
        ),
        *preferences("CreateProcessingJob"),
        VOLUME_KEY,
        FieldRule(
            when(
                "InstancePreferences",
                at_least_one_of("InstancePreferences[].InstanceCount", "InstanceCount"),
            ),
            text="InstanceCount must be specified for every instance preference or for the job.",
            source="model, ProcessingInstancePreference.InstanceCount",
        ),
    ),
)

# CompilationJob -----------------------------------------------------------------------------------

WITHOUT_VERSION = (
    "amba_cv2",
    "amba_cv22",
    "amba_cv25",
    "coreml",
    "imx8mplus",
    "jacinto_tda4vm",
    "sitara_am57x",
)
"""Target devices for which no framework version is taken.

Source: SageMaker Python SDK v2, model.py, NEO_MULTIVERSION_UNSUPPORTED; all but `lambda`, which the
service's own list has (aws/amazon-sagemaker-examples#3239).
"""

WITH_VERSION = ("MXNET", "PYTORCH", "TENSORFLOW", "TFLITE")

COMPILATION_JOB = (
    FieldRule(
        at_least_one_of("InputConfig", "ModelPackageVersionArn"),
        text="Either InputConfig or ModelPackageVersionArn must be specified.",
        source="model, CreateCompilationJobRequest.ModelPackageVersionArn",
    ),
    FieldRule(
        at_most_one_of("InputConfig", "ModelPackageVersionArn"),
        text="InputConfig and ModelPackageVersionArn cannot be specified at the same time.",
        text_source="getmoto/moto, which has the sibling sentence too",
        source="model, CreateCompilationJobRequest.ModelPackageVersionArn",
    ),
    FieldRule(
        exactly_one_of("TargetDevice", "TargetPlatform"),
        at="OutputConfig",
        text="Exactly one of TargetDevice or TargetPlatform must be specified in OutputConfig.",
        source="model, OutputConfig",
    ),
    FieldRule(
        only_when(equals("Framework", *WITH_VERSION), "FrameworkVersion"),
        at="InputConfig",
        text="FrameworkVersion is not supported for the framework {Framework}.",
        source="model, InputConfig.FrameworkVersion",
    ),
    FieldRule(
        forbids(
            equals("OutputConfig.TargetDevice", *WITHOUT_VERSION), "InputConfig.FrameworkVersion"
        ),
        text=(
            "Unsupported framework version field for target. Framework version is supported for "
            "Target Platform configuration and only part of target devices."
        ),
        text_source="aws/amazon-sagemaker-examples#3239",
        source="aws/amazon-sagemaker-examples#3239",
    ),
    FieldRule(
        requires(equals("TargetPlatform.Accelerator", "NVIDIA"), "CompilerOptions"),
        at="OutputConfig",
        text="CompilerOptions must be specified for NVIDIA accelerators.",
        source="model, OutputConfig.CompilerOptions",
    ),
)

# AutoML -------------------------------------------------------------------------------------------

ENSEMBLING = (
    "catboost",
    "extra-trees",
    "fastai",
    "lightgbm",
    "linear-learner",
    "nn-torch",
    "randomforest",
    "xgboost",
)
TUNING = ("linear-learner", "mlp", "xgboost")
FORECASTING = ("cnn-qr", "deepar", "prophet", "arima", "npts", "ets")

DEPLOYMENT = FieldRule(
    holds(
        "EndpointName if and only if AutoGenerateEndpointName is false",
        ("AutoGenerateEndpointName", "EndpointName"),
        lambda config: (
            BROKEN
            if bool(config.get("AutoGenerateEndpointName")) == ("EndpointName" in config)
            else None
        ),
    ),
    at="ModelDeployConfig",
    text="EndpointName must be specified if and only if AutoGenerateEndpointName is false.",
    source="model, ModelDeployConfig.EndpointName",
)


def _fraction(at: str) -> FieldRule:
    return FieldRule(
        between("ValidationFraction", 0, 1, ends=False),
        at=at,
        source="model, AutoMLDataSplitConfig.ValidationFraction",
    )


def _algorithms(config: str) -> tuple[FieldRule, ...]:
    """Return the rules of the algorithms of a tabular job, whose settings stand at a path."""
    chosen = "CandidateGenerationConfig.AlgorithmsConfig"
    source = "model, AutoMLAlgorithmConfig.AutoMLAlgorithms"
    return within(
        config,
        FieldRule(
            forbids(equals("Mode", "AUTO"), chosen),
            text="AlgorithmsConfig should not be set if the training mode is AUTO.",
            source="model, AutoMLCandidateGenerationConfig.AlgorithmsConfig",
        ),
        *(
            FieldRule(
                when(equals("Mode", mode), one_of(f"{chosen}[].AutoMLAlgorithms[]", *names)),
                text=f"The algorithm {{value}} is not supported in the training mode {mode}.",
                source=source,
            )
            for mode, names in (("ENSEMBLING", ENSEMBLING), ("HYPERPARAMETER_TUNING", TUNING))
        ),
    )


def _same(channels: str, member: str) -> FieldRule:
    return FieldRule(
        alike(channels, member),
        text=f"Channels for training and validation must share the same {member}.",
        source="model, AutoMLChannel.ChannelType; AutoMLJobChannel.ChannelType",
    )


def _half_of_objective(metric: str, problem: str) -> FieldRule:
    return FieldRule(
        holds(
            "ProblemType and AutoMLJobObjective together or not at all",
            (metric, problem),
            lambda s: (
                BROKEN if (value_at(s, metric) is None) != (value_at(s, problem) is None) else None
            ),
        ),
        text="ProblemType and AutoMLJobObjective must both be specified, or neither of them.",
        source="model, TabularJobConfig.ProblemType; CreateAutoMLJobV2Request.AutoMLJobObjective",
    )


SAMPLE_WEIGHTS = "SampleWeightAttributeName is available in the training mode ENSEMBLING only."

AUTO_ML_JOB = (
    _half_of_objective("AutoMLJobObjective", "ProblemType"),
    DEPLOYMENT,
    _same("InputDataConfig[]", "ContentType"),
    _same("InputDataConfig[]", "TargetAttributeName"),
    _fraction("AutoMLJobConfig.DataSplitConfig"),
    *_algorithms("AutoMLJobConfig"),
    FieldRule(
        forbids(
            equals("AutoMLJobConfig.Mode", "HYPERPARAMETER_TUNING"),
            "InputDataConfig[].SampleWeightAttributeName",
        ),
        text=SAMPLE_WEIGHTS,
        source="model, AutoMLChannel.SampleWeightAttributeName",
    ),
    FieldRule(
        never(equals("DataSource.S3DataSource.S3DataType", "AugmentedManifestFile")),
        at="InputDataConfig[]",
        text="S3DataType AugmentedManifestFile is available for AutoML jobs V2 only.",
        source="model, AutoMLS3DataSource.S3DataType",
    ),
)

PROBLEM = "AutoMLProblemTypeConfig"
TABULAR = f"{PROBLEM}.TabularJobConfig"
ONE_CANDIDATE = (
    "ImageClassificationJobConfig",
    "TextClassificationJobConfig",
    "TimeSeriesForecastingJobConfig",
    "TextGenerationJobConfig",
)
S3_TYPES = {
    "TabularJobConfig": ("S3Prefix", "ManifestFile"),
    "TextClassificationJobConfig": ("S3Prefix",),
    "TimeSeriesForecastingJobConfig": ("S3Prefix",),
    "TextGenerationJobConfig": ("S3Prefix",),
}
CHANNELS = "AutoMLJobInputDataConfig[]"
SOURCE_TYPE = "DataSource.S3DataSource.S3DataType"


def _compressed_otherwise(job: Structure) -> Mapping[str, Any] | None:
    for channel in values_at(job, CHANNELS):
        if channel.get("CompressionType") == "Gzip" and (
            value_at(job, TABULAR) is None or value_at(channel, SOURCE_TYPE) != "S3Prefix"
        ):
            return BROKEN
    return None


AUTO_ML_JOB_V2 = (
    FieldRule(
        when(TABULAR, _half_of_objective("AutoMLJobObjective", f"{TABULAR}.ProblemType").condition),
        text="ProblemType and AutoMLJobObjective must both be specified, or neither of them.",
        source="model, TabularJobConfig.ProblemType; CreateAutoMLJobV2Request.AutoMLJobObjective",
    ),
    DEPLOYMENT,
    _same(CHANNELS, "ContentType"),
    FieldRule(
        forbids(f"{PROBLEM}.TimeSeriesForecastingJobConfig", "DataSplitConfig"),
        text="DataSplitConfig must not be set for the time-series forecasting problem type.",
        source="model, CreateAutoMLJobV2Request.DataSplitConfig",
    ),
    _fraction("DataSplitConfig"),
    *_algorithms(TABULAR),
    FieldRule(
        one_of(
            "CandidateGenerationConfig.AlgorithmsConfig[].AutoMLAlgorithms[]",
            *FORECASTING,
        ),
        at=f"{PROBLEM}.TimeSeriesForecastingJobConfig",
        text="The algorithm {value} is not supported for time-series forecasting.",
        source="model, AutoMLAlgorithmConfig.AutoMLAlgorithms",
    ),
    FieldRule(
        forbids(equals("Mode", "HYPERPARAMETER_TUNING"), "SampleWeightAttributeName"),
        at=TABULAR,
        text=SAMPLE_WEIGHTS,
        source="model, TabularJobConfig.SampleWeightAttributeName",
    ),
    FieldRule(
        one_of("CompletionCriteria.MaxCandidates", 1),
        at=" | ".join(f"{PROBLEM}.{name}" for name in ONE_CANDIDATE),
        text="MaxCandidates must be 1 for this problem type.",
        source="model, AutoMLJobCompletionCriteria.MaxCandidates",
    ),
    *(
        FieldRule(
            when(f"{PROBLEM}.{problem}", one_of(f"{CHANNELS}.{SOURCE_TYPE}", *types)),
            text=f"S3DataType {{value}} is not supported for {problem}.",
            source="model, CreateAutoMLJobV2Request.AutoMLJobInputDataConfig",
        )
        for problem, types in S3_TYPES.items()
    ),
    FieldRule(
        holds(
            "CompressionType Gzip only for S3Prefix inputs of tabular data",
            (f"{CHANNELS}.CompressionType", f"{CHANNELS}.{SOURCE_TYPE}", PROBLEM),
            _compressed_otherwise,
        ),
        text="CompressionType Gzip is allowed for S3Prefix inputs on tabular data only.",
        source="model, AutoMLJobChannel.CompressionType",
    ),
)
