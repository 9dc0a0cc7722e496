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


@pytest.mark.fact("pipelines.Lineage.each-job-has-a-trial-component")
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


@pytest.mark.fact(
    "pipelines.Lineage.artifacts-the-image-the-data-of",
    "pipelines.Lineage.inputs-are-ContributedTo-the-component-outputs",
)
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


@pytest.mark.fact("pipelines.Lineage.artifacts-the-image-the-data-of")
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


@pytest.mark.fact(
    "pipelines.Lineage.a-model-package-an-artifact-with",
    "pipelines.Lineage.names-of-contexts-and-actions-end",
)
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


@pytest.mark.fact("pipelines.Lineage.names-of-contexts-and-actions-end")
def test_entities_of_a_package_are_named_for_it(client: Any, run: Run, step: Step) -> None:
    arguments = {
        "ModelPackageGroupName": "Shop",
        "InferenceSpecification": {"Containers": [{"Image": IMAGE}]},
    }
    run(step("Register", "RegisterModel", arguments))
    (action,) = client.list_actions()["ActionSummaries"]
    (context,) = client.list_contexts()["ContextSummaries"]
    assert action["ActionName"].endswith("-aws-model-package")
    assert context["ContextName"].endswith("-aws-model-package-group")


@pytest.mark.fact(
    "pipelines.Lineage.an-endpoint-a-context-of-type",
    "pipelines.Lineage.names-of-contexts-and-actions-end",
)
def test_an_endpoint_knows_its_models_and_images(client: Any, run: Run, step: Step) -> None:
    """Source: Developer Guide, "Tracking Entities for Endpoints"."""
    container = {"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz"}
    client.create_model(ModelName="m", PrimaryContainer=container, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large"}
    client.create_endpoint_config(
        EndpointConfigName="c", ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )
    arguments = {"EndpointName": "e", "EndpointConfigName": "c"}
    endpoint = run(step("Deploy", "Endpoint", arguments))["Deploy"]["Metadata"]["Endpoint"]["Arn"]
    (context,) = client.list_contexts(SourceUri=endpoint)["ContextSummaries"]
    (action,) = client.list_actions(SourceUri=endpoint)["ActionSummaries"]
    assert (context["ContextType"], action["ActionType"]) == ("Endpoint", "ModelDeployment")
    assert context["ContextName"].endswith("-aws-endpoint")
    assert ends_at(client, context["ContextArn"]) == {
        (action["ActionArn"], "ModelDeployment", "AssociatedWith")
    }
    assert ends_at(client, action["ActionArn"]) == {
        (IMAGE, "Image", "ContributedTo"),
        ("s3://bucket/model.tar.gz", "Model", "ContributedTo"),
    }


@pytest.mark.fact(
    "pipelines.Lineage.artifacts-the-image-the-data-of",
    "pipelines.Lineage.inputs-are-ContributedTo-the-component-outputs",
)
def test_checkpoints_are_produced(
    client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    checkpoints = {"CheckpointConfig": {"S3Uri": "s3://bucket/checkpoints"}}
    run(step("Train", "Training", {**training, **checkpoints}))
    (component,) = client.list_trial_components()["TrialComponentSummaries"]
    produced = starts_at(client, component["TrialComponentArn"])
    assert ("s3://bucket/checkpoints", "Checkpoint", "Produced") in produced


@pytest.mark.fact("pipelines.Lineage.each-job-has-a-trial-component")
def test_components_are_named_for_their_jobs(
    sm: Any,
    client: Any,
    run: Run,
    step: Step,
    training: dict[str, Any],
    processing: dict[str, Any],
) -> None:
    client.create_model(ModelName="m", PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE)
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in"}}
    transform = {
        "ModelName": "m",
        "TransformInput": {"DataSource": source},
        "TransformOutput": {"S3OutputPath": "s3://bucket/out"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }
    run(
        step("Train", "Training", training),
        step("Clean", "Processing", processing),
        step("Score", "Transform", transform),
    )
    kinds = {"training": "TrainingJob", "processing": "ProcessingJob", "transform": "TransformJob"}
    assert {c.name for c in sm.resources("TrialComponent")} == {
        f"{sm.resources(kind)[0].name}-aws-{word}-job" for word, kind in kinds.items()
    }


def test_a_failed_job_leaves_no_lineage_of_a_model(
    sm: Any, client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    sm.fail("TrainingJob")
    run(step("Train", "Training", training))
    assert client.list_artifacts(ArtifactType="Model")["ArtifactSummaries"] == []


@pytest.mark.fact("pipelines.Step-types.Lineage")
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


@pytest.mark.fact("pipelines.Step-types.Lineage")
def test_a_lineage_step_associates_by_arn(client: Any, run: Run, step: Step) -> None:
    def made(name: str) -> str:
        source = {"SourceUri": f"s3://bucket/{name}"}
        answer = client.create_context(ContextName=name, ContextType="Experiment", Source=source)
        return str(answer["ContextArn"])

    ends = {"Source": {"Arn": made("a")}, "Destination": {"Arn": made("b")}}
    run(step("Record", "Lineage", {"Associations": [{**ends, "AssociationType": "SameAs"}]}))
    assert starts_at(client, ends["Source"]["Arn"]) == {
        (ends["Destination"]["Arn"], "Experiment", "SameAs")
    }


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
