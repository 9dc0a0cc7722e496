"""What other clients match on: their rules as data, run over the answers to real calls.

Each rule is what a client's code looks for in an error: a code, and how the message must begin, end or
what it must contain. Sources: TF is hashicorp/terraform-provider-aws, internal/service/sagemaker; ACK is
aws-controllers-k8s/sagemaker-controller, generator.yaml; K8S is aws/amazon-sagemaker-operator-for-k8s,
clientwrapper; AIRFLOW is apache/airflow, providers/amazon/…/hooks/sagemaker.py; SDK is
aws/sagemaker-python-sdk, session.py and experiments.

Where two of them disagree, both rules must not hit the same answer: TF looks for RecordNotFound in a
ValidationException of DescribeApp and DescribeSpace, and takes ResourceNotFound as well; ACK takes
ResourceNotFound only. ResourceNotFound hits both.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from sagestub import World
from tests.facts.test_errors import naming_none, refusal
from tests.model.creations import GIVEN, create, populated

REGION = "eu-west-1"
VALIDATION = "ValidationException"
NOT_FOUND = "ResourceNotFound"


class Rule(NamedTuple):
    """What a client looks for: the code, and a part of the message."""

    source: str
    kind: str
    verb: str
    code: str
    begins: str = ""
    contains: str = ""
    ends: str = ""

    def hits(self, code: str, message: str) -> bool:
        """Return whether the client would recognise the error."""
        return (
            code == self.code
            and message.startswith(self.begins)
            and self.contains in message
            and message.endswith(self.ends)
        )


MISSING = [
    Rule("ACK", "Model", "describe", VALIDATION, begins="Could not find model"),
    Rule("K8S", "Model", "delete", VALIDATION, begins="Could not find model"),
    Rule("TF model.go", "Model", "delete", VALIDATION, contains="Could not find model"),
    Rule("ACK", "EndpointConfig", "describe", VALIDATION, begins="Could not find endpoint configuration"),
    Rule("K8S", "EndpointConfig", "delete", VALIDATION, begins="Could not find endpoint configuration"),
    Rule("TF endpoint_configuration.go", "EndpointConfig", "delete", VALIDATION,
         contains="Could not find endpoint configuration"),
    Rule("ACK", "Endpoint", "describe", VALIDATION, begins="Could not find endpoint"),
    Rule("K8S", "Endpoint", "update", VALIDATION, begins="Could not find endpoint"),
    Rule("K8S", "Endpoint", "delete", VALIDATION, begins="Could not find endpoint"),
    Rule("TF endpoint.go", "Endpoint", "delete", VALIDATION, contains="Could not find endpoint"),
    Rule("SDK endpoint_in_service_or_not", "Endpoint", "describe", VALIDATION, contains="ould not find"),
    Rule("TF inference_component.go", "InferenceComponent", "delete", VALIDATION,
         contains="Could not find inference component"),
    Rule("SDK ModelBuilder", "InferenceComponent", "describe", VALIDATION,
         contains="Could not find inference component"),
    Rule("ACK", "TrainingJob", "describe", VALIDATION, begins="Requested resource not found"),
    Rule("K8S", "TrainingJob", "stop", VALIDATION, begins="Requested resource not found"),
    Rule("ACK", "ProcessingJob", "describe", VALIDATION, begins="Could not find requested job"),
    Rule("ACK", "TransformJob", "describe", VALIDATION, begins="Could not find requested job with name"),
    Rule("ACK", "HyperParameterTuningJob", "describe", NOT_FOUND),
    Rule("K8S", "HyperParameterTuningJob", "describe", NOT_FOUND,
         begins="Amazon SageMaker can't find a tuning job"),
    Rule("K8S", "HyperParameterTuningJob", "stop", NOT_FOUND,
         begins="Amazon SageMaker can't find a tuning job"),
    Rule("ACK", "DataQualityJobDefinition", "describe", NOT_FOUND),
    Rule("ACK", "ModelQualityJobDefinition", "describe", NOT_FOUND),
    Rule("ACK", "ModelBiasJobDefinition", "describe", NOT_FOUND),
    Rule("ACK", "ModelExplainabilityJobDefinition", "describe", NOT_FOUND),
    Rule("ACK", "MonitoringSchedule", "describe", NOT_FOUND),
    Rule("ACK", "ModelPackage", "describe", VALIDATION, ends="does not exist."),
    Rule("ACK", "ModelPackageGroup", "describe", VALIDATION, ends="does not exist."),
    Rule("TF model_package_group.go", "ModelPackageGroup", "describe", VALIDATION,
         contains="does not exist"),
    Rule("ACK", "FeatureGroup", "describe", NOT_FOUND),
    Rule("TF find.go", "FeatureGroup", "describe", NOT_FOUND),
    Rule("ACK", "NotebookInstance", "describe", VALIDATION, begins="RecordNotFound"),
    Rule("TF notebook_instance.go", "NotebookInstance", "describe", VALIDATION,
         contains="RecordNotFound"),
    Rule("ACK", "NotebookInstanceLifecycleConfig", "describe", VALIDATION,
         begins="Unable to describe Notebook Instance Lifecycle Config"),
    Rule("ACK delete hook", "NotebookInstanceLifecycleConfig", "delete", VALIDATION,
         contains="Notebook Instance Lifecycle Config does not exist"),
    Rule("ACK", "Domain", "describe", NOT_FOUND),
    Rule("ACK", "UserProfile", "describe", NOT_FOUND),
    Rule("ACK", "App", "describe", NOT_FOUND),
    Rule("TF space.go (newer)", "Space", "describe", NOT_FOUND),
    Rule("TF image.go", "Image", "delete", NOT_FOUND, contains="No Image with the name"),
    Rule("TF device_fleet.go", "DeviceFleet", "describe", VALIDATION, contains="No devicefleet with name"),
    Rule("TF device.go", "Device", "describe", VALIDATION, contains="No device with name"),
    Rule("TF code_repository.go", "CodeRepository", "describe", VALIDATION,
         contains="Cannot find CodeRepository"),
    Rule("TF project.go", "Project", "describe", VALIDATION, contains="does not exist"),
    Rule("TF project.go", "Project", "delete", VALIDATION, contains="does not exist"),
    Rule("TF workforce.go", "Workforce", "describe", VALIDATION, contains="No workforce"),
    Rule("TF workforce.go", "Workforce", "delete", VALIDATION, contains="No workforce"),
    Rule("TF workteam.go", "Workteam", "describe", VALIDATION, contains="The work team"),
    Rule("TF workteam.go", "Workteam", "delete", VALIDATION, contains="The work team"),
    Rule("TF find.go", "HumanTaskUi", "describe", NOT_FOUND),
    Rule("TF find.go", "FlowDefinition", "describe", NOT_FOUND),
    Rule("TF find.go", "StudioLifecycleConfig", "describe", NOT_FOUND),
]  # fmt: skip
"""Rules for what is not there."""


def names(rules: list[Rule]) -> list[Any]:
    return [pytest.param(r, id=f"{r.source}-{r.kind}-{r.verb}".replace(" ", "-")) for r in rules]


@pytest.mark.parametrize("rule", names(MISSING))
def test_missing(rule: Rule) -> None:
    with populated(without=rule.kind) as (sm, client):
        kind = sm._kind(rule.kind)
        operation = getattr(kind, rule.verb)
        parameters = naming_none(sm, kind, operation)
        if rule.kind == "App":  # One of two members, so the model requires neither.
            parameters["UserProfileName"] = sm.resources("UserProfile")[0].name
        code, message = refusal(client, operation.name, parameters)
        assert rule.hits(code, message), (code, message)


TAKEN = [
    Rule("SDK create_model", "Model", "create", VALIDATION, contains="Cannot create already existing model"),
    Rule("SDK _create_resource", "EndpointConfig", "create", VALIDATION,
         contains="Cannot create already existing"),
    Rule("SDK _create_resource", "Endpoint", "create", VALIDATION,
         contains="Cannot create already existing"),
    Rule("SDK _create_resource", "ModelPackageGroup", "create", VALIDATION, contains="already exists"),
    Rule("SDK Pipeline.upsert", "Pipeline", "create", VALIDATION, contains="already exists"),
    Rule("SDK experiments", "Experiment", "create", VALIDATION, contains="already exists"),
    Rule("SDK experiments", "Trial", "create", VALIDATION, contains="already exists"),
    Rule("SDK experiments", "TrialComponent", "create", VALIDATION, contains="already exists"),
    Rule("ACK terminal_codes", "TrainingJob", "create", "ResourceInUse"),
    Rule("ACK terminal_codes", "ProcessingJob", "create", "ResourceInUse"),
    Rule("ACK terminal_codes", "TransformJob", "create", "ResourceInUse"),
    Rule("ACK terminal_codes", "HyperParameterTuningJob", "create", "ResourceInUse"),
    Rule("ACK terminal_codes", "MonitoringSchedule", "create", "ResourceInUse"),
    Rule("ACK terminal_codes", "FeatureGroup", "create", "ResourceInUse"),
    Rule("ACK terminal_codes", "DataQualityJobDefinition", "create", "ResourceInUse"),
]  # fmt: skip
"""Rules for a name that is taken."""


@pytest.mark.parametrize("rule", names(TAKEN))
def test_name_taken(rule: Rule) -> None:
    with populated(without=rule.kind) as (sm, client):
        made = create(sm, client, rule.kind)
        parameters = {**made.parameters, **GIVEN.get(rule.kind, {})}
        parameters = {m: v for m, v in parameters.items() if v is not None}
        for token in ("ClientRequestToken", "ClientToken"):
            parameters.pop(token, None)
        code, message = refusal(client, made.resource.kind.create.name, parameters)
        assert rule.hits(code, message), (code, message)


STATES: list[tuple[Rule, dict[str, Any], str]] = [
    (
        Rule("K8S", "Endpoint", "delete", VALIDATION, begins="Cannot update in-progress endpoint"),
        {"EndpointStatus": "Creating"},
        "EndpointName",
    ),
    (
        Rule("TF project.go", "Project", "delete", VALIDATION,
             contains="Cannot delete Project in DeleteCompleted status"),
        {"ProjectStatus": "DeleteCompleted"},
        "ProjectName",
    ),
    (
        Rule("AIRFLOW stop_pipeline", "PipelineExecution", "stop", VALIDATION,
             contains="Only pipelines with 'Executing' status can be stopped"),
        {"PipelineExecutionStatus": "Succeeded"},
        "PipelineExecutionArn",
    ),
    (
        Rule("SDK stop_tuning_job", "HyperParameterTuningJob", "stop", VALIDATION),
        {"HyperParameterTuningJobStatus": "Completed"},
        "HyperParameterTuningJobName",
    ),
    (
        Rule("SDK stop_transform_job", "TransformJob", "stop", VALIDATION),
        {"TransformJobStatus": "Completed"},
        "TransformJobName",
    ),
    (
        Rule("TF hyper_parameter_tuning_job.go", "HyperParameterTuningJob", "delete", VALIDATION,
             contains="not in a terminal state"),
        {"HyperParameterTuningJobStatus": "InProgress"},
        "HyperParameterTuningJobName",
    ),
    (
        Rule("TF inference_component.go", "InferenceComponent", "delete", VALIDATION,
             contains="DELETE_IN_PROGRESS"),
        {"InferenceComponentStatus": "Deleting"},
        "InferenceComponentName",
    ),
]  # fmt: skip
"""Rules for a state that does not accept the call: the rule, the state, the member that names it."""


@pytest.mark.parametrize(
    ("rule", "state", "member"),
    [pytest.param(*row, id=f"{row[0].source}-{row[0].kind}".replace(" ", "-")) for row in STATES],
)
def test_wrong_state(
    sm: World, client: Any, rule: Rule, state: dict[str, Any], member: str
) -> None:
    sm.transitions(rule="manual")
    resource = sm.add(rule.kind, REGION, **state)
    operation = getattr(resource.kind, rule.verb)
    naming = {member: resource.arn if member.endswith("Arn") else resource.name}
    if "ClientRequestToken" in operation.required_input:
        naming["ClientRequestToken"] = "t" * 32
    code, message = refusal(client, operation.name, naming)
    assert rule.hits(code, message), (code, message)


@pytest.mark.parametrize(
    "operation", ["GetModelPackageGroupPolicy", "DeleteModelPackageGroupPolicy"]
)
def test_policy_of_a_model_package_group(sm: World, client: Any, operation: str) -> None:
    """TF model_package_group_policy.go: either sentence means that there is nothing to delete."""
    group = sm.add("ModelPackageGroup", REGION)
    for name, words in (
        ("no-such-one", "Cannot find Model Package Group"),
        (group.name, "Cannot find resource policy"),
    ):
        code, message = refusal(client, operation, {"ModelPackageGroupName": name})
        assert code == VALIDATION
        assert words in message
