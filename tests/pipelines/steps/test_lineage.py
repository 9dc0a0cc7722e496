"""What an execution leaves: experiment and trial, components, artifacts, associations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pipelines.steps.running import IMAGE, ROLE, Run, Step


def ends_at(client: Any, arn: str) -> set[tuple[str, str, str]]:
    """What is associated with an entity as the destination: name of the source, type, how."""
    found = client.list_associations(DestinationArn=arn)["AssociationSummaries"]
    return {
        (source_of(client, f["SourceArn"]), f["SourceType"], f["AssociationType"]) for f in found
    }


def starts_at(client: Any, arn: str) -> set[tuple[str, str, str]]:
    """What an entity is the source of: name of the destination, type, how."""
    found = client.list_associations(SourceArn=arn)["AssociationSummaries"]
    return {
        (source_of(client, f["DestinationArn"]), f["DestinationType"], f["AssociationType"])
        for f in found
    }


def source_of(client: Any, arn: str) -> str:
    """The source of an artifact; the ARN itself of anything else."""
    if ":artifact/" not in arn:
        return arn
    uri: str = client.describe_artifact(ArtifactArn=arn)["Source"]["SourceUri"]
    return uri


def execution_id(client: Any) -> str:
    """The id of the one execution."""
    (execution,) = client.list_pipeline_executions(PipelineName="demo")[
        "PipelineExecutionSummaries"
    ]
    arn: str = execution["PipelineExecutionArn"]
    return arn.rpartition("/")[2]


def test_jobs_join_the_trial_of_their_execution(
    client: Any, run: Run, step: Step, processing: dict[str, Any]
) -> None:
    """Source: aws/sagemaker-python-sdk, tests/integ, test_experiment.py."""
    run(step("Clean", "Processing", processing))
    trial = execution_id(client)
    assert client.describe_trial(TrialName=trial)["ExperimentName"] == "demo"
    (component,) = client.list_trial_components(TrialName=trial)["TrialComponentSummaries"]
    assert component["TrialComponentName"].endswith("-aws-processing-job")
    assert component["Status"]["PrimaryStatus"] == "Completed"


def test_the_definition_may_name_experiment_and_trial(
    client: Any, run: Run, step: Step, processing: dict[str, Any]
) -> None:
    trial = {"Std:Join": {"On": "-", "Values": ["own", {"Get": "Execution.PipelineExecutionId"}]}}
    config = {"ExperimentName": "mine", "TrialName": trial}
    run(step("Clean", "Processing", processing), PipelineExperimentConfig=config)
    name = f"own-{execution_id(client)}"
    assert client.describe_trial(TrialName=name)["ExperimentName"] == "mine"
    assert len(client.list_trial_components(TrialName=name)["TrialComponentSummaries"]) == 1


def test_without_an_experiment_jobs_have_components_all_the_same(
    client: Any, run: Run, step: Step, processing: dict[str, Any]
) -> None:
    run(step("Clean", "Processing", processing), PipelineExperimentConfig=None)
    assert client.list_experiments()["ExperimentSummaries"] == []
    (component,) = client.list_trial_components()["TrialComponentSummaries"]
    assert component["TrialComponentName"].endswith("-aws-processing-job")


def test_a_training_job_is_between_its_data_and_its_model(
    client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    report = run(step("Train", "Training", training))["Train"]
    arn = report["Metadata"]["TrainingJob"]["Arn"]
    (component,) = client.list_trial_components(SourceArn=arn)["TrialComponentSummaries"]
    model = client.describe_training_job(TrainingJobName=arn.rpartition("/")[2])
    artifacts = model["ModelArtifacts"]["S3ModelArtifacts"]
    assert ends_at(client, component["TrialComponentArn"]) == {
        (IMAGE, "Image", "ContributedTo"),
        ("s3://bucket/train", "DataSet", "ContributedTo"),
    }
    assert starts_at(client, component["TrialComponentArn"]) == {(artifacts, "Model", "Produced")}


def test_what_one_job_writes_and_another_reads_is_one_artifact(
    client: Any, run: Run, step: Step, processing: dict[str, Any], training: dict[str, Any]
) -> None:
    path = "Steps.Clean.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri"
    channel = training["InputDataConfig"][0]
    channel["DataSource"]["S3DataSource"]["S3Uri"] = {"Get": path}
    run(step("Clean", "Processing", processing), step("Train", "Training", training))
    (shared,) = client.list_artifacts(SourceUri="s3://bucket/report")["ArtifactSummaries"]
    arn = shared["ArtifactArn"]
    assert {kind for _, kind, _ in ends_at(client, arn)} == {"SageMakerProcessingJob"}
    assert {kind for _, kind, _ in starts_at(client, arn)} == {"SageMakerTrainingJob"}


def test_a_registered_model_knows_its_container_and_its_group(
    client: Any, run: Run, step: Step
) -> None:
    """Source: Developer Guide, "Tracking Entities for Model Packages"."""
    container = {"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz"}
    arguments = {
        "ModelPackageGroupName": "Shop",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {"Containers": [container]},
    }
    report = run(step("Register", "RegisterModel", arguments))["Register"]
    package = report["Metadata"]["RegisterModel"]["Arn"]
    (thing,) = client.list_artifacts(SourceUri=package)["ArtifactSummaries"]
    incoming = ends_at(client, thing["ArtifactArn"])
    assert incoming >= {
        (IMAGE, "Image", "ContributedTo"),
        ("s3://bucket/model.tar.gz", "Model", "ContributedTo"),
    }
    (action,) = client.list_actions(SourceUri=package)["ActionSummaries"]
    assert (action["ActionType"], action["Status"]) == ("Approval", "Approved")
    assert (action["ActionArn"], "Approval", "ContributedTo") in incoming
    group = client.describe_model_package_group(ModelPackageGroupName="Shop")
    (shared,) = client.list_contexts(SourceUri=group["ModelPackageGroupArn"])["ContextSummaries"]
    assert starts_at(client, thing["ArtifactArn"]) == {
        (shared["ContextArn"], "ModelGroup", "AssociatedWith")
    }


@pytest.mark.fact("metadata.Context.notes.service-makes-one-context-per-endpoint")
def test_groups_and_endpoints_have_one_context_each(client: Any, run: Run, step: Step) -> None:
    model = {"ModelName": "shop", "ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": IMAGE}}
    client.create_model(**model)
    variant = {"VariantName": "all", "ModelName": "shop", "InstanceType": "ml.m5.large"}
    client.create_endpoint_config(
        EndpointConfigName="shop", ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )
    version = {"ModelPackageGroupName": "Shop"}
    run(
        step("First", "RegisterModel", version),
        step("Second", "RegisterModel", version),
        step("Deploy", "Endpoint", {"EndpointName": "shop", "EndpointConfigName": "shop"}),
    )
    group = client.describe_model_package_group(**version)["ModelPackageGroupArn"]
    (endpoint,) = client.list_endpoints()["Endpoints"]
    contexts = client.list_contexts()["ContextSummaries"]
    sources = [context["Source"]["SourceUri"] for context in contexts]
    assert sorted(sources) == sorted([group, endpoint["EndpointArn"]])


def test_a_failed_job_leaves_no_lineage_of_a_model(
    sm: Any, client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    sm.fail("TrainingJob")
    run(step("Train", "Training", training))
    assert client.list_artifacts(ArtifactType="Model")["ArtifactSummaries"] == []


def test_a_lineage_step_makes_entities_and_associations(client: Any, run: Run, step: Step) -> None:
    """Source: aws/sagemaker-python-sdk, tests/integ, test_lineage_step.py."""
    source = {"SourceUri": "s3://bucket/run", "SourceType": "MODEL"}
    arguments = {
        "Actions": [{"ActionName": "run", "ActionType": "ModelTraining", "Source": source}],
        "Artifacts": [
            {
                "ArtifactName": "model",
                "ArtifactType": "Model",
                "Source": {"SourceUri": "s3://bucket/model.tar.gz"},
            }
        ],
        "Contexts": [
            {
                "ContextName": "shop",
                "ContextType": "Experiment",
                "Source": {"SourceUri": "s3://bucket/shop"},
            }
        ],
        "Associations": [
            {
                "Source": {"Name": "run", "Type": "Action"},
                "Destination": {"Name": "model", "Type": "Artifact"},
                "AssociationType": "Produced",
            },
        ],
    }
    value = {"Get": "Steps.Record.ActionArns['run']"}
    report = run(step("Record", "Lineage", arguments), step("Say", "Fail", {"ErrorMessage": value}))
    told = report["Record"]["Metadata"]["Lineage"]
    action = client.describe_action(ActionName="run")["ActionArn"]
    assert told["ActionArns"] == {"run": action}
    assert set(told["ArtifactArns"]) == {"model"}
    assert set(told["ContextArns"]) == {"shop"}
    assert told["Associations"] == [
        {"SourceArn": action, "DestinationArn": told["ArtifactArns"]["model"]}
    ]
    assert starts_at(client, action) == {("s3://bucket/model.tar.gz", "Model", "Produced")}
    assert report["Say"]["FailureReason"] == action


def test_an_association_with_what_the_step_does_not_make_fails_it(run: Run, step: Step) -> None:
    ends = {
        "Source": {"Name": "run", "Type": "Action"},
        "Destination": {"Name": "model", "Type": "Artifact"},
    }
    report = run(step("Record", "Lineage", {"Associations": [ends]}))["Record"]
    assert report["StepStatus"] == "Failed"
    assert "Action 'run'" in report["FailureReason"]


@pytest.mark.parametrize("status", ["Completed", "Failed"])
def test_a_component_ends_as_its_job_does(
    sm: Any, client: Any, run: Run, step: Step, training: dict[str, Any], status: str
) -> None:
    if status == "Failed":
        sm.fail("TrainingJob")
    run(step("Train", "Training", training))
    (component,) = client.list_trial_components()["TrialComponentSummaries"]
    assert component["Status"]["PrimaryStatus"] == status
