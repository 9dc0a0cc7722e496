"""What CreatePipeline, UpdatePipeline and StartPipelineExecution refuse, through a client."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from sagestub.errors import ServiceError
from sagestub.pipelines import steps as runnable
from sagestub.pipelines.checks import CONDITION_TYPES, STEP_TYPES, checked

ROLE = "arn:aws:iam::123456789012:role/sagemaker"


UNPARSABLE = "Unable to parse pipeline definition. "


def text_of(*steps: dict[str, Any], **members: Any) -> str:
    return json.dumps({"Version": "2020-12-01", "Steps": list(steps), **members})


def step(name: str, *needs: str, **arguments: Any) -> dict[str, Any]:
    """Return a step that needs nothing of its arguments."""
    return {"Name": name, "Type": "Fail", "Arguments": arguments, "DependsOn": list(needs)}


def condition(*conditions: Any, **branches: Any) -> dict[str, Any]:
    return {
        "Name": "gate",
        "Type": "Condition",
        "Arguments": {"Conditions": list(conditions), **branches},
    }


def foreach(*body: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    members = {"IterableItems": ["a"], "MaxConcurrency": 1, "ForEachBody": list(body)}
    return {"Name": "each", "Type": "ForEach", "Arguments": {**members, **arguments}}


def function(name: str, *needs: str, **arguments: Any) -> dict[str, Any]:
    return {**step(name, *needs, **arguments), "Type": "Lambda", "FunctionArn": "arn"}


def parameter(**members: Any) -> list[dict[str, Any]]:
    return [{"Name": "P", "Type": "String", **members}]


def get(text: str) -> dict[str, str]:
    return {"Get": text}


def refusal(call: Callable[[], object]) -> str:
    """Return the text with which a call is refused."""
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    return str(error["Message"])


def create(client: Any, text: str) -> Any:
    return client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)


def update(client: Any, text: str) -> Any:
    return client.update_pipeline(PipelineName="Train", PipelineDefinition=text)


# What passes ------------------------------------------------------------------------------------


def test_definitions_of_all_sorts_are_accepted(client: Any, written: str) -> None:
    create(client, written)
    update(client, written)
    assert client.describe_pipeline(PipelineName="Train")["PipelineDefinition"] == written


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"Steps": []}',
        '{"Version": "2020-12-01"}',
        '{"any": {"other": ["object"]}}',
        text_of(Metadata={"a": "b"}, PipelineExperimentConfig=None),
        text_of(condition()),
        text_of(condition({"Type": "Equals", "LeftValue": None, "RightValue": None})),
        text_of(condition({"Type": "NotIn", "Value": 1, "In": [1]})),
        text_of(step("a"), step("b", x=get("Steps.a.Anything['at all']"))),
        text_of(step("b", "a"), step("a")),
        text_of(Parameters=[{"Name": "A"}]),
        text_of(Parameters=parameter(Type="Float", DefaultValue=1)),
    ],
)
def test_what_the_service_is_not_known_to_refuse_passes(client: Any, text: str) -> None:
    create(client, text)


@pytest.mark.parametrize("name", STEP_TYPES)
def test_every_type_of_step_is_known(name: str) -> None:
    members = {"FunctionArn": "a", "SqsQueueUrl": "b", "CheckType": {}}
    arguments: dict[str, Any] = {member: {} for member in runnable.STEP_TYPES[name].requires}
    given = {"Conditions": [], "MaxConcurrency": 1, "ForEachBody": [function("inner")]}
    arguments |= {member: value for member, value in given.items() if member in arguments}
    found = checked(text_of({"Name": "a", "Type": name, "Arguments": arguments, **members}))
    assert found.steps["a"].type == name


def test_the_types_of_steps_are_those_that_run() -> None:
    assert set(STEP_TYPES) == set(runnable.STEP_TYPES)


@pytest.mark.parametrize("name", [n for n, t in runnable.STEP_TYPES.items() if t.requires])
def test_what_a_type_cannot_run_without_is_required(client: Any, name: str) -> None:
    text = text_of({"Name": "a", "Type": name, "CheckType": {}, "Arguments": {}})
    message = refusal(lambda: create(client, text))
    assert message.startswith(f"{UNPARSABLE}Missing required field ")


def test_a_parameter_may_stand_wherever_its_type_fits(train_and_gate: dict[str, Any]) -> None:
    train = train_and_gate["Steps"][1]["Arguments"]
    train["StoppingCondition"]["MaxRuntimeInSeconds"] = get("Parameters.InstanceCount")
    train["AlgorithmSpecification"]["TrainingInputMode"] = get("Parameters.Approval")
    assert checked(json.dumps(train_and_gate)).steps


# Names, types and references --------------------------------------------------------------------


@pytest.mark.fact(
    "pipelines.Definitions.Version-is-2020-12-01-the",
    "pipelines.Definitions.step-names-A-Za-z0-9",
    "pipelines.Definitions.ForEach-IterableItems-MaxConcurrency-ForEachBody-Selector-steps",
    "pipelines.Definitions.an-entry-of-DependsOn-is-a",
    "pipelines.Texts-of-refused-definitions-and-values.a-value-that-an-enumeration-does",
    "pipelines.Texts-of-refused-definitions-and-values.names-that-are-there-twice",
    "pipelines.Texts-of-refused-definitions-and-values.DependsOn-names-no-step",
    "pipelines.Texts-of-refused-definitions-and-values.a-reference-leads-nowhere",
    "pipelines.Texts-of-refused-definitions-and-values.a-ForEach-step-has-MaxConcurrency-out",
    "pipelines.Texts-of-refused-definitions-and-values.ForEach-CurrentItem-outside-a-body",
    "pipelines.Texts-of-refused-definitions-and-values.a-required-argument-or-member-is",
    "pipelines.Expressions.Get-ForEach-CurrentItem-path",
    "pipelines.Expressions.Get-IterationOutput-step-path",
)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            text_of(Version="2019-01-01"),
            (
                f"{UNPARSABLE}Model Validation failed: Value '2019-01-01' for "
                "'PipelineDefinitionVersion' failed to satisfy enum value set: [2020-12-01]"
            ),
        ),
        (
            text_of(step("a"), step("a")),
            "Pipeline definition has duplicate step names: [a].",
        ),
        (
            text_of(step("a"), condition(IfSteps=[step("a")])),
            "Pipeline definition has duplicate step names: [a].",
        ),
        (
            text_of(function("a"), foreach(function("a"))),
            "Pipeline definition has duplicate step names: [a].",
        ),
        (
            text_of(Parameters=parameter() * 2),
            "Pipeline definition has duplicate parameter names: [P].",
        ),
        (text_of({"Name": "a"}), f"{UNPARSABLE}Missing required field 'Type'"),
        (
            text_of({"Name": "a", "Type": "Nothing"}),
            (
                f"{UNPARSABLE}Model Validation failed: Value 'Nothing' for 'StepType' failed to "
                f"satisfy enum value set: [{', '.join(STEP_TYPES)}]"
            ),
        ),
        (
            text_of({"Name": "a", "Type": "Lambda"}),
            f"{UNPARSABLE}Missing required field 'FunctionArn'",
        ),
        (
            text_of({"Name": "a", "Type": "Callback"}),
            f"{UNPARSABLE}Missing required field 'SqsQueueUrl'",
        ),
        (
            text_of({"Name": "a", "Type": "Condition"}),
            f"{UNPARSABLE}Missing required field 'Conditions'",
        ),
        (text_of(step("a", "b")), "Step [a] depends on undefined step [b]."),
        (
            text_of(step("a", x=[get("Steps.b.X")])),
            "Cannot resolve property reference [Steps.b.X]: step [b] is not defined.",
        ),
        (
            text_of(step("a", x={"Std:Join": {"Values": [get("Parameters.Q")]}})),
            "Cannot resolve property reference [Parameters.Q]: parameter [Q] is not defined.",
        ),
        (
            text_of(step("b"), step("a", x=get("Steps.b.PropertyFiles.F"))),
            (
                "Cannot resolve property reference [Steps.b.PropertyFiles.F]: "
                "property file [F] is not defined."
            ),
        ),
        (
            text_of(step("a", x=get("Parameter.P"))),
            (
                "Cannot resolve property reference [Parameter.P]: "
                "it is none of a parameter, a step or the execution."
            ),
        ),
        (
            text_of(PipelineExperimentConfig={"TrialName": get("Parameters.Q")}),
            "Cannot resolve property reference [Parameters.Q]: parameter [Q] is not defined.",
        ),
        (
            text_of(foreach(function("a", x=get("Steps.other.X")))),
            "Cannot resolve property reference [Steps.other.X]: step [other] is not defined.",
        ),
        (
            text_of(foreach(function("a")), step("b", x=get("Steps.a.X"))),
            "Cannot resolve property reference [Steps.a.X]: step [a] is not defined.",
        ),
        (
            text_of(foreach(function("a"), Selector={"Field": get("IterationOutput.b.X")})),
            "Cannot resolve property reference [IterationOutput.b.X]: step [b] is not defined.",
        ),
        *(
            (
                text_of(foreach(inner)),
                f"Step type [{inner['Type']}] is not allowed in ForEachBody of step [each].",
            )
            for inner in (step("a"), condition(), {**foreach(function("a")), "Name": "inner"})
        ),
        (text_of(foreach()), f"{UNPARSABLE}Missing required field 'ForEachBody'"),
        (
            text_of(foreach(function("a")), function("a-0")),
            "Step [a-0] has a name of the steps that step [each] makes of [a].",
        ),
        *(
            (
                text_of(foreach(function("a"), MaxConcurrency=most)),
                "MaxConcurrency of step [each] must be an integer from 1 to 50.",
            )
            for most in (0, 51)
        ),
        (
            text_of(function("a"), function("b", x=get("IterationOutput.a.X"))),
            "Cannot resolve property reference [IterationOutput.a.X]: it stands in no Selector.",
        ),
        (
            text_of(function("a", x=get("ForEach.CurrentItem"))),
            "Cannot resolve property reference [ForEach.CurrentItem]: it stands in no ForEachBody.",
        ),
        (
            text_of(function("a"), {**function("b"), "DependsOn": [{"Step": "a", "Trigger": "X"}]}),
            (
                f"{UNPARSABLE}Model Validation failed: Value 'X' for 'Trigger' failed to satisfy "
                "enum value set: [Completed, Failed, Stopped, Any]"
            ),
        ),
    ],
)
def test_names_that_lead_nowhere(client: Any, text: str, message: str) -> None:
    assert refusal(lambda: create(client, text)) == message
    assert client.list_pipelines()["PipelineSummaries"] == []


def test_conditions_may_lie_in_one_another_but_not_without_end(client: Any) -> None:
    def nested(depth: int) -> str:
        head = '{"Name": "g%d", "Type": "Condition", "Arguments": {"Conditions": [], "IfSteps": ['
        heads = "".join(head % number for number in range(depth))
        return f'{{"Steps": [{heads}{"]}}" * depth}]}}'

    create(client, nested(40))
    assert "nested too deeply" in refusal(lambda: update(client, nested(5_000)))


@pytest.mark.fact("pipelines.Definitions.step-names-A-Za-z0-9")
@pytest.mark.parametrize("name", ["x" * 64, "A-b_9", "-", "0"])
def test_names_that_steps_can_have(client: Any, name: str) -> None:
    create(client, text_of(step(name)))


@pytest.mark.fact("pipelines.Definitions.step-names-A-Za-z0-9")
@pytest.mark.parametrize("name", ["two words", "a.b", "", "x" * 65])
def test_names_that_steps_cannot_have(client: Any, name: str) -> None:
    assert "'stepName'" in refusal(lambda: create(client, text_of(step(name))))


@pytest.mark.fact(
    "pipelines.Texts-of-refused-definitions-and-values.steps-wait-for-one-another",
)
@pytest.mark.parametrize(
    "steps",
    [
        [step("a", "b"), step("b", "a")],
        [step("a", x=get("Steps.a.X"))],
        [step("a", "b"), step("b", x=get("Steps.c.X")), step("c", "a")],
        [condition({"Type": "Equals", "LeftValue": get("Steps.in.X"), "RightValue": 1},
                   IfSteps=[step("in")])],
        [foreach(function("a", "b"), function("b", "a"))],
        [foreach(function("a", x=get("Steps.each.Status")))],
    ],
)  # fmt: skip
def test_steps_that_wait_for_one_another(client: Any, steps: list[dict[str, Any]]) -> None:
    message = refusal(lambda: create(client, text_of(*steps)))
    assert message.startswith("Pipeline definition has a cycle: [")


@pytest.mark.fact(
    "pipelines.Texts-of-refused-definitions-and-values.steps-wait-for-one-another",
)
def test_a_cycle_is_shown(client: Any) -> None:
    message = refusal(lambda: create(client, text_of(step("a", "b"), step("b", "a"))))
    assert message in {
        "Pipeline definition has a cycle: [a -> b -> a].",
        "Pipeline definition has a cycle: [b -> a -> b].",
    }


@pytest.mark.fact(
    "pipelines.Texts-of-refused-definitions-and-values.a-value-that-an-enumeration-does",
)
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"LeftValue": 1, "RightValue": 1}, "Missing required field 'Type'"),
        ({"Type": "Equals", "RightValue": 1}, "Missing required field 'LeftValue'"),
        ({"Type": "Equals", "LeftValue": 1}, "Missing required field 'RightValue'"),
        ({"Type": "In", "Values": [1]}, "Missing required field 'QueryValue'"),
        ({"Type": "Not"}, "Missing required field 'Condition'"),
        ({"Type": "Not", "Condition": {"Type": "Or"}}, "Missing required field 'Conditions'"),
        ({"Type": "Or", "Conditions": [{}]}, "Missing required field 'Type'"),
        ({"Type": "Or", "Conditions": {}}, "Expecting start of Json Array."),
        ("true", "Expecting start of Json Object."),
        (
            {"Type": "Like"},
            (
                "Value 'Like' for 'ConditionType' failed to satisfy enum value set: "
                f"[{', '.join(CONDITION_TYPES)}]"
            ),
        ),
    ],
)
def test_conditions_that_compare_nothing(client: Any, value: Any, words: str) -> None:
    message = refusal(lambda: create(client, text_of(condition(value))))
    assert message.startswith(UNPARSABLE)
    assert message.endswith(words)


@pytest.mark.fact(
    "pipelines.Definitions.Parameters-Name-Type-DefaultValue-EnumValues-Description",
    "pipelines.Definitions.types-String-Integer-Float-Boolean-a",
    "pipelines.Texts-of-refused-definitions-and-values.a-scalar-or-an-expression-where",
    "pipelines.Texts-of-refused-definitions-and-values.a-value-that-an-enumeration-does",
)
@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"Type": "Number"}, "Value 'Number' for 'ParameterType'"),
        ({"Type": "Integer", "DefaultValue": "3"}, "is not of type [Integer]"),
        ({"Type": "Integer", "DefaultValue": 3.5}, "is not of type [Integer]"),
        ({"Type": "Integer", "DefaultValue": True}, "is not of type [Integer]"),
        ({"Type": "Float", "DefaultValue": "0.5"}, "is not of type [Float]"),
        ({"Type": "Boolean", "DefaultValue": 1}, "is not of type [Boolean]"),
        ({"DefaultValue": 3}, "Default value [3] of parameter [P] is not of type [String]"),
        ({"DefaultValue": get("Parameters.Q")}, "is not of type [String]"),
        ({"DefaultValue": "c", "EnumValues": ["a", "b"]}, "is not one of [a, b]"),
        ({"EnumValues": "ab"}, "Expecting start of Json Array."),
    ],
)
def test_parameters_of_wrong_types(client: Any, members: dict[str, Any], words: str) -> None:
    text = text_of(Parameters=parameter(**members))
    assert words in refusal(lambda: create(client, text))


# Arguments beside the request of the operation --------------------------------------------------


def changed(whole: dict[str, Any], index: int, path: str, value: Any) -> str:
    """Return a definition with one argument of a step set, or taken out for None."""
    whole = copy.deepcopy(whole)
    *way, last = path.split(".")
    place = whole["Steps"][index]["Arguments"]
    for member in way:
        place = place[int(member)] if isinstance(place, list) else place[member]
    place[last] = value
    if value is None:
        del place[last]
    return json.dumps(whole)


PREPARE, TRAIN = 0, 1


@pytest.mark.fact(
    "pipelines.Texts-of-refused-definitions-and-values.a-scalar-or-an-expression-where",
    "pipelines.Texts-of-refused-definitions-and-values.a-scalar-where-an-object-stands",
    "pipelines.Texts-of-refused-definitions-and-values.an-argument-that-the-operation-does",
    "pipelines.Texts-of-refused-definitions-and-values.a-value-that-an-enumeration-does",
    "pipelines.Texts-of-refused-definitions-and-values.an-Integer-or-Float-parameter-for",
    "pipelines.Texts-of-refused-definitions-and-values.a-required-argument-or-member-is",
)
@pytest.mark.parametrize(
    ("index", "path", "value", "message"),
    [
        (TRAIN, "RoleArn", None, f"{UNPARSABLE}Missing required field 'RoleArn'"),
        (TRAIN, "OutputDataConfig", None, f"{UNPARSABLE}Missing required field 'OutputDataConfig'"),
        (
            PREPARE,
            "ProcessingResources.ClusterConfig.VolumeSizeInGB",
            None,
            f"{UNPARSABLE}Missing required field 'VolumeSizeInGB'",
        ),
        (TRAIN, "ModelName", "m", f"{UNPARSABLE}Unknown Argument member 'ModelName'."),
        (
            TRAIN,
            "AlgorithmSpecification.Image",
            "i",
            f"{UNPARSABLE}Unknown Argument member 'Image'.",
        ),
        (
            TRAIN,
            "InputDataConfig",
            get("Parameters.InputData"),
            f"{UNPARSABLE}Expecting start of Json Array.",
        ),
        (TRAIN, "InputDataConfig", "s3://a", f"{UNPARSABLE}Expecting start of Json Array."),
        (TRAIN, "StoppingCondition", "day", f"{UNPARSABLE}Expecting start of Json Object."),
        (
            PREPARE,
            "ProcessingInputs.0.S3Input.S3InputMode",
            "FastFile",
            (
                f"{UNPARSABLE}Model Validation failed: Value 'FastFile' for 'ProcessingS3InputMode' "
                "failed to satisfy enum value set: [Pipe, File]"
            ),
        ),
        (
            TRAIN,
            "HyperParameters.max_depth",
            get("Parameters.InstanceCount"),
            (
                "Cannot assign property reference [Parameters.InstanceCount] to argument of type "
                "[String]."
            ),
        ),
        (
            TRAIN,
            "HyperParameters.max_depth",
            get("Parameters.Threshold"),
            "Cannot assign property reference [Parameters.Threshold] to argument of type [String].",
        ),
        (
            TRAIN,
            "ResourceConfig.InstanceCount",
            get("Parameters.InputData"),
            (
                "Cannot assign property reference [Parameters.InputData] to argument of type "
                "[Integer]."
            ),
        ),
        (
            TRAIN,
            "ResourceConfig.InstanceCount",
            get("Parameters.Threshold"),
            (
                "Cannot assign property reference [Parameters.Threshold] to argument of type "
                "[Integer]."
            ),
        ),
        (
            TRAIN,
            "EnableNetworkIsolation",
            get("Parameters.InstanceCount"),
            (
                "Cannot assign property reference [Parameters.InstanceCount] to argument of type "
                "[Boolean]."
            ),
        ),
        (TRAIN, "RoleArn", {"a": "b"}, f"{UNPARSABLE}Expecting a value of type [String]."),
    ],
)
def test_arguments_that_the_operation_does_not_take(
    client: Any, train_and_gate: dict[str, Any], index: int, path: str, value: Any, message: str
) -> None:
    text = changed(train_and_gate, index, path, value)
    assert refusal(lambda: create(client, text)) == message


@pytest.mark.fact(
    "pipelines.Texts-of-refused-definitions-and-values.more-items-than-a-list-may",
)
def test_more_items_than_a_list_may_have(client: Any, train_and_gate: dict[str, Any]) -> None:
    inputs = train_and_gate["Steps"][PREPARE]["Arguments"]["ProcessingInputs"] * 11
    text = changed(train_and_gate, PREPARE, "ProcessingInputs", inputs)
    assert refusal(lambda: create(client, text)) == (
        f"{UNPARSABLE}Model Validation failed: 'ProcessingInputs' failed to satisfy constraint: Member "
        "must have length less than or equal to 10"
    )


@pytest.mark.fact(
    "pipelines.Texts-of-refused-definitions-and-values.an-argument-that-the-operation-does",
)
def test_a_package_is_not_named_by_a_definition(
    client: Any, train_and_gate: dict[str, Any]
) -> None:
    register = train_and_gate["Steps"][3]["Arguments"]["IfSteps"][0]
    register["Arguments"]["ModelPackageName"] = "mine"
    message = refusal(lambda: create(client, json.dumps(train_and_gate)))
    assert message == f"{UNPARSABLE}Unknown Argument member 'ModelPackageName'."


@pytest.mark.parametrize(
    ("name", "arguments", "lacking"),
    [
        ("Transform", {"TransformInput": {}}, "ModelName"),
        ("Endpoint", {"EndpointName": "e"}, "EndpointConfigName"),
        ("InferenceComponent", {"VariantName": "v"}, "EndpointName"),
        ("AutoML", {"InputDataConfig": []}, "OutputDataConfig"),
    ],
)
def test_names_of_what_is_there_already_are_needed(
    client: Any, name: str, arguments: dict[str, Any], lacking: str
) -> None:
    arguments = {**arguments, "TransformInput": None} if name == "Transform" else arguments
    text = text_of({"Name": "a", "Type": name, "Arguments": arguments})
    assert refusal(lambda: create(client, text)).endswith(f"Missing required field '{lacking}'")


def test_arguments_in_a_body_are_checked(client: Any) -> None:
    body = {"Name": "in", "Type": "Training", "Arguments": {"Nothing": 1}}
    message = refusal(lambda: create(client, text_of(foreach(body))))
    assert message == f"{UNPARSABLE}Unknown Argument member 'Nothing'."


# Updates, S3 ------------------------------------------------------------------------------------


def test_an_update_is_checked_too(client: Any, written: str) -> None:
    create(client, written)
    message = refusal(lambda: update(client, text_of(step("a", "b"))))
    assert message == "Step [a] depends on undefined step [b]."
    assert client.describe_pipeline(PipelineName="Train")["PipelineDefinition"] == written


def test_a_definition_in_s3_is_checked(client: Any) -> None:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="definitions")
        s3.put_object(Bucket="definitions", Key="a.json", Body=text_of(step("a", "b")))
        location = {"Bucket": "definitions", "ObjectKey": "a.json"}
        message = refusal(
            lambda: client.create_pipeline(
                PipelineName="Train", PipelineDefinitionS3Location=location, RoleArn=ROLE
            )
        )
    assert message == "Step [a] depends on undefined step [b]."


# Values at the start ----------------------------------------------------------------------------


def started(client: Any, members: dict[str, Any], value: str) -> Any:
    """Start a pipeline with one parameter, and return the value that it got."""
    create(client, text_of(Parameters=parameter(**members)))
    arn = client.start_pipeline_execution(
        PipelineName="Train", PipelineParameters=[{"Name": "P", "Value": value}]
    )["PipelineExecutionArn"]
    answer = client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    (shown,) = answer["PipelineParameters"]
    return shown["Value"]


@pytest.mark.fact("pipelines.Definitions.Parameters-Name-Type-DefaultValue-EnumValues-Description")
def test_a_parameter_has_a_default_and_values_that_it_may_have(client: Any) -> None:
    members = {"DefaultValue": "a", "EnumValues": ["a", "b"], "Description": "One of two."}
    assert started(client, members, "b") == "b"
    arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
    answer = client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert answer["PipelineParameters"] == [{"Name": "P", "Value": "a"}]


@pytest.mark.fact("pipelines.Definitions.types-String-Integer-Float-Boolean-a")
@pytest.mark.parametrize(
    ("members", "value"),
    [
        ({}, "3"),
        ({"EnumValues": ["a", "b"]}, "b"),
        ({"Type": "Integer"}, "-3"),
        ({"Type": "Float"}, "3"),
        ({"Type": "Float"}, "1e-3"),
        ({"Type": "Boolean"}, "True"),
        ({"Type": "Boolean"}, "false"),
    ],
)
def test_values_of_the_parameters_type(client: Any, members: dict[str, Any], value: str) -> None:
    assert started(client, members, value) == value


@pytest.mark.fact("pipelines.Texts-of-refused-definitions-and-values.a-value-at-a-start-that")
@pytest.mark.parametrize(
    ("members", "value", "words"),
    [
        ({"EnumValues": ["a", "b"]}, "c", "Value [c] of parameter [P] is not one of [a, b]."),
        ({"Type": "Integer"}, "3.5", "Value [3.5] of parameter [P] is not of type [Integer]."),
        ({"Type": "Integer"}, "three", "is not of type [Integer]."),
        ({"Type": "Integer"}, "1_000", "is not of type [Integer]."),
        ({"Type": "Float"}, "nan", "is not of type [Float]."),
        ({"Type": "Float"}, "1,5", "is not of type [Float]."),
        ({"Type": "Boolean"}, "yes", "is not of type [Boolean]."),
    ],
)
def test_values_of_another_type(
    client: Any, members: dict[str, Any], value: str, words: str
) -> None:
    assert words in refusal(lambda: started(client, members, value))
    executions = client.list_pipeline_executions(PipelineName="Train")
    assert executions["PipelineExecutionSummaries"] == []


@pytest.mark.parametrize("function", ["bare", "Std:Join"])
def test_a_trial_is_named_by_a_join(client: Any, function: str) -> None:
    """Definitions in the Developer Guide leave out the function's name."""
    join = {"On": "-", "Values": ["mine", get("Parameters.P")]}
    names = {"ExperimentName": "all", "TrialName": join if function == "bare" else {function: join}}
    value = parameter(DefaultValue="x")
    create(client, text_of(PipelineExperimentConfig=names, Parameters=value))
    arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
    answer = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert answer["PipelineExperimentConfig"] == {"ExperimentName": "all", "TrialName": "mine-x"}


# Properties -------------------------------------------------------------------------------------

EDGES = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14)


@given(EDGES, st.booleans())
def test_a_definition_has_a_cycle_or_an_order(edges: set[tuple[int, int]], by_name: bool) -> None:
    """Refused are just the graphs of which no step can be taken that waits for none."""
    needs = {n: {before for before, after in edges if after == n} for n in range(8)}
    steps = [
        step(f"s{n}", *(f"s{b}" for b in before))
        if by_name
        else step(f"s{n}", *(), x=[get(f"Steps.s{b}.X") for b in before])
        for n, before in needs.items()
    ]
    left = dict(needs)
    while free := [n for n, before in left.items() if not before & left.keys()]:
        for n in free:
            del left[n]
    try:
        checked(text_of(*steps))
    except ServiceError:
        assert left
    else:
        assert not left
