"""Every member of every Describe is shown on some way of its kind, or it is said why it is not.

Walked are the way to success, the one to failure and an update, each with the fullest request that is
accepted. What only another circumstance brings stands in `SHOWN_WHEN`, and what is never sent in the
kind's `absent`.
"""

from __future__ import annotations

import pytest

from sagestub import mock_sagemaker
from sagestub.kinds import KINDS
from tests import covered
from tests.facts import walks
from tests.model.creations import kinds_created

SHOWN_WHEN: dict[str, dict[str, str]] = {
    "CompilationJob": {
        "DerivedInformation": "the framework and the input's shape allow it",
        "InferenceImage": "the target is a cloud instance",
    },
    "Pipeline": {
        "LastRunTime": "an execution has been started",
        "PipelineVersionDescription": "UpdatePipelineVersion has given it",
        "PipelineVersionDisplayName": "UpdatePipelineVersion has given it",
    },
    "PipelineExecution": {
        "MLflowConfig": "the definition or the start names an experiment of MLflow",
        "PipelineVersionAliases": "the version has aliases",
    },
    "Endpoint": {
        "AsyncInferenceConfig": "its configuration has it",
        "CrossRegionTrafficConfig": "its configuration has it",
        "DataCaptureConfig": "its configuration has it",
        "ExplainerConfig": "its configuration has it",
        "MetricsConfig": "its configuration has it",
        "ShadowProductionVariants": "its configuration has them",
    },
    "Experiment": {"Source": "a pipeline execution has made it"},
    "Trial": {"Source": "a pipeline execution has made it"},
    "TrialComponent": {
        "Metrics": "BatchPutMetrics or a job has put some",
        "Source": "a job has made it",
    },
    "ModelPackage": {"ModelPackageVersion": "it is in a group"},
    "FeatureGroup": {
        "LastUpdateStatus": "an update has been made",
        "OfflineStoreStatus": "it has an offline store",
    },
    "NotebookInstance": {"NotebookInstanceLifecycleConfigName": "the request names one"},
    "ProcessingJob": {
        "AutoMLJobArn": "an AutoML job has launched it",
        "MonitoringScheduleArn": "a schedule has launched it",
        "TrainingJobArn": "a debugger rule of a training job runs in it",
    },
    "TransformJob": {"AutoMLJobArn": "an AutoML job has launched it"},
    "TrainingJob": {
        "AutoMLJobArn": "an AutoML job has launched it",
        "FinalMetricDataList": "metrics have been reported",
        "ProfilerRuleEvaluationStatuses": "it has profiler rules",
        "TuningJobArn": "a tuning job has launched it",
        "WarmPoolStatus": "it keeps its instances alive",
    },
    "HyperParameterTuningJob": {"OverallBestTrainingJob": "it has a warm start"},
    "App": {"EffectiveTrustedIdentityPropagationStatus": "its domain propagates identities"},
    "AutoMLJob": {
        "ModelDeployResult": "the request asks for an endpoint",
        "PartialFailureReasons": "candidates have failed",
    },
    "AutoMLJobV2": {
        "AutoMLJobArtifacts": "its type of problem has notebooks",
        "ModelDeployResult": "the request asks for an endpoint",
        "PartialFailureReasons": "candidates have failed",
    },
    "InferenceComponent": {"LastDeploymentConfig": "an update has given one"},
    "EdgePackagingJob": {"PresetDeploymentOutput": "the request asks for a Greengrass component"},
    "EdgeDeploymentPlan": {"NextToken": "its stages fill more than a page"},
    "HubContent": {
        "HubContentDependencies": "its document names some",
        "ReferenceMinVersion": "it is a reference",
        "SageMakerPublicHubContentArn": "it is a reference",
    },
    "InferenceRecommendationsJob": {"EndpointPerformances": "it tests endpoints that exist"},
    "TrainingPlan": dict.fromkeys(
        (
            "AvailableSpareInstanceCount",
            "CurrencyCode",
            "DurationHours",
            "DurationMinutes",
            "EndTime",
            "ReservedCapacitySummaries",
            "StartTime",
            "StatusMessage",
            "TotalUltraServerCount",
            "UpfrontFee",
        ),
        "it is made from an offering that has been searched for",
    ),
    "TrainingSession": {"LastReceivedSequenceNumber": "its runtime has received an operation"},
    "MonitoringSchedule": {
        "EndpointName": "it watches an endpoint",
        "LastMonitoringExecutionSummary": "it has executed",
    },
    "ModelCard": {"ModelCardProcessingStatus": "it is being deleted"},
    "Project": {"TemplateProviderDetails": "it has template providers"},
}
"""Members by kind, with the circumstance that brings them; tests of the kinds show them."""


def described_kinds() -> list[str]:
    with mock_sagemaker() as sm:
        return [name for name in kinds_created() if sm._kind(name).describe is not None]


def shown(kind_name: str) -> set[str]:
    """Return the members that a resource shows on its ways."""
    with mock_sagemaker() as sm:
        kind = sm._kind(kind_name)
    answers = [answer for _, answer in walks.path(kind_name).answers]
    if kind.lifecycle is not None and kind.lifecycle.fail:
        answers += [answer for _, answer in walks.failed(kind_name)]
    return {member for answer in answers for member in answer}


@pytest.mark.parametrize("kind_name", described_kinds())
def test_every_member_is_given_shown_or_accounted_for(kind_name: str) -> None:
    with mock_sagemaker() as sm:
        kind = sm._kind(kind_name)
    given = {
        kind.kind.renamed.get(member, member)
        for operation in (kind.create, kind.update)
        if operation is not None
        for member in operation.input_members
    }
    changed = {kind.modified_member, "LastModifiedBy"} if kind.update is not None else set()
    absent = set(KINDS[kind_name].absent) if kind_name in KINDS else set()
    elsewhere = set(SHOWN_WHEN.get(kind_name, ()))
    left = set(kind.members) - shown(kind_name) - given - changed - absent - elsewhere
    if not covered.IS_INSTALLED:
        left &= covered.members_beside_requests(kind_name)
    assert left == set()


@pytest.mark.parametrize("kind_name", described_kinds())
def test_what_is_never_sent_is_not_there(kind_name: str) -> None:
    absent = KINDS[kind_name].absent if kind_name in KINDS else {}
    assert not shown(kind_name) & set(absent)
    assert not set(SHOWN_WHEN.get(kind_name, ())) & set(absent)
