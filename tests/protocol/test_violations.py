"""The texts, paths and echoes of constraint violations: a test for each fact that is known.

Source: facts, cross-cutting, section 2; each test's docstring is the fact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from sagestub import World
from sagestub.model.service import load_service

Refused = Callable[..., tuple[str, str]]


def pattern_of(shape: str) -> str:
    """Return a shape's pattern as the installed botocore has it: older ones have a leading caret."""
    return str(load_service("sagemaker").shape(shape).metadata["pattern"])


def name_pattern_of(shape: str) -> str:
    """Return a name's pattern with the caret that the service tells and newer botocore lacks."""
    return f"^{pattern_of(shape).removeprefix('^')}"


NAME_PATTERN = name_pattern_of("TrainingJobName")


def one(path: str, echo: str, constraint: str) -> str:
    value = f"Value '{echo}' at '{path}' failed to satisfy constraint: {constraint}"
    return f"1 validation error detected: {value}"


def training_job(**members: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": "job",
        "RoleArn": "arn:aws:iam::123456789012:role/sagemaker",
        "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "image"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 1,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **members,
    }


@pytest.fixture
def message(refused: Refused) -> Callable[..., str]:
    """Return a function that sends parameters and tells the ValidationException's message."""

    def message_of(operation: str, parameters: dict[str, Any]) -> str:
        code, text = refused(parameters, operation)
        assert code == "ValidationException"
        return text

    return message_of


Message = Callable[[str, dict[str, Any]], str]


@pytest.mark.fact(
    "cross-cutting.2.regular-expression",
    "cross-cutting.2.the-pattern-printed-is-the-server",
    "jobs._common.validation.code",
    "jobs._common.validation.http",
    "jobs._common.validation.constraint_message",
    "cross-cutting.2.path-uses-each-member-name-with",
    "hosting.common.notes.Constraint-violations",
)
def test_pattern(message: Message) -> None:
    """Regular expression; an underscore in the middle is refused: the whole value must match."""
    assert message("create_training_job", training_job(TrainingJobName="a_b")) == one(
        "trainingJobName", "a_b", f"Member must satisfy regular expression pattern: {NAME_PATTERN}"
    )


@pytest.mark.fact(
    "cross-cutting.2.patterns-match-the-whole-value-though",
)
@pytest.mark.parametrize("name", ["job\n", "\njob", "job ", "-job", "job-", "jöb"])
def test_pattern_holds_for_the_whole_value(message: Message, name: str) -> None:
    """Patterns match the whole value though not anchored."""
    found = message("describe_training_job", {"TrainingJobName": name})
    assert f"Value '{name}' at 'trainingJobName' failed" in found


def test_length_of_a_string(message: Message) -> None:
    """Max length of a string."""
    tag = {"Key": "k" * 129, "Value": ""}
    assert message("create_training_job", training_job(Tags=[tag])) == one(
        "tags.1.member.key", "k" * 129, "Member must have length less than or equal to 128"
    )


@pytest.mark.fact(
    "cross-cutting.2.max-length",
    "cross-cutting.2.echo-of-a-map-is-Java",
)
def test_length_of_a_map(message: Message) -> None:
    """Max length of a map of more than 100 entries; echo in Java's style."""
    parameters = {f"k{number}": "v" for number in range(101)}
    echo = "{" + ", ".join(f"{key}=v" for key in parameters) + "}"
    assert message("create_training_job", training_job(HyperParameters=parameters)) == one(
        "hyperParameters", echo, "Member must have length less than or equal to 100"
    )


@pytest.mark.fact(
    "cross-cutting.2.min-length",
)
def test_length_of_a_list(message: Message) -> None:
    """Max and min length of a list; a list is echoed as `[a, b]`."""
    subnets = {"SecurityGroupIds": ["sg-1"], "Subnets": [f"s-{n}" for n in range(17)]}
    echo = f"[{', '.join(subnets['Subnets'])}]"
    assert message("create_training_job", training_job(VpcConfig=subnets)) == one(
        "vpcConfig.subnets", echo, "Member must have length less than or equal to 16"
    )
    assert message("create_training_job", training_job(InputDataConfig=[])) == one(
        "inputDataConfig", "[]", "Member must have length greater than or equal to 1"
    )


@pytest.mark.fact(
    "cross-cutting.2.echo-of-a-list-a-b",
)
def test_structures_in_an_echoed_list(message: Message) -> None:
    """A structure is echoed as `Shape(member=value, ...)`."""
    tags = [{"Key": "a", "Value": "b"}] * 51
    found = message("create_training_job", training_job(Tags=tags))
    assert found.startswith("1 validation error detected: Value '[Tag(key=a, value=b), Tag(key=a,")


@pytest.mark.fact(
    "cross-cutting.2.enum",
)
def test_enumeration(message: Message) -> None:
    """Enum: the values between brackets, with comma and space."""
    found = message("list_training_jobs", {"SortOrder": "Sideways"})
    constraint = "Member must satisfy enum value set: [Ascending, Descending]"
    assert found == one("sortOrder", "Sideways", constraint)


@pytest.mark.fact(
    "cross-cutting.2.max-number",
    "cross-cutting.7.MaxResults-1-100-nearly-everywhere-out",
)
def test_largest_number(message: Message) -> None:
    """Max number."""
    assert message("list_training_jobs", {"MaxResults": 101}) == one(
        "maxResults", "101", "Member must have value less than or equal to 100"
    )


@pytest.mark.fact(
    "cross-cutting.2.min-number",
)
def test_smallest_number(message: Message) -> None:
    """Min number."""
    assert message("list_training_jobs", {"MaxResults": 0}) == one(
        "maxResults", "0", "Member must have value greater than or equal to 1"
    )


@pytest.mark.parametrize(
    ("number", "echo"), [(-1, "-1.0"), (-0.5, "-0.5"), (-1e-5, "-1.0E-5"), (-12345678.5, "-1.23456785E7"),
                         (-1e21, "-1.0E21"), (-20_000_000, "-2.0E7")]
)  # fmt: skip
def test_decimal_is_echoed_as_java_prints_it(message: Message, number: float, echo: str) -> None:
    weights = [{"VariantName": "v", "DesiredWeight": number}]
    parameters = {"EndpointName": "e", "DesiredWeightsAndCapacities": weights}
    assert message("update_endpoint_weights_and_capacities", parameters) == one(
        "desiredWeightsAndCapacities.1.member.desiredWeight",
        echo,
        "Member must have value greater than or equal to 0",
    )


@pytest.mark.fact(
    "cross-cutting.2.required-member-absent",
)
def test_required_member(message: Message) -> None:
    """Required member absent: null without quotes."""
    text = "Value null at 'trainingJobName' failed to satisfy constraint: Member must not be null"
    assert message("describe_training_job", {}) == f"1 validation error detected: {text}"


@pytest.mark.fact(
    "cross-cutting.2.map-value",
    "cross-cutting.2.a-map-is-reported-at-the",
)
def test_map_value(message: Message) -> None:
    """Map value: all constraints of the value in brackets; reported at the map's own path."""
    long = "v" * 2501
    assert message(
        "create_training_job", training_job(HyperParameters={"k": long, "n": "1"})
    ) == one(
        "hyperParameters",
        f"{{k={long}, n=1}}",
        "Map value must satisfy constraint: [Member must have length less than or equal to 2500, "
        "Member must have length greater than or equal to 0, "
        f"Member must satisfy regular expression pattern: {pattern_of('HyperParameterValue')}]",
    )


@pytest.mark.fact(
    "cross-cutting.2.map-key",
)
def test_map_key(message: Message) -> None:
    """Map key: by analogy."""
    assert message("create_training_job", training_job(Environment={"a-b": "v"})) == one(
        "environment",
        "{a-b=v}",
        "Map keys must satisfy constraint: [Member must have length less than or equal to 512, "
        "Member must have length greater than or equal to 0, "
        f"Member must satisfy regular expression pattern: {pattern_of('TrainingEnvironmentKey')}]",
    )


@pytest.mark.fact(
    "cross-cutting.2.list-member-constraint-inside-a-list",
)
def test_member_of_a_list_of_strings(message: Message) -> None:
    """List member constraint inside a list of strings: on the list path."""
    config = {"SecurityGroupIds": ["sg-1", "sg_2"], "Subnets": ["subnet-1"]}
    assert message("create_training_job", training_job(VpcConfig=config)) == one(
        "vpcConfig.securityGroupIds",
        "[sg-1, sg_2]",
        "Member must satisfy constraint: [Member must have length less than or equal to 32, "
        "Member must have length greater than or equal to 0, "
        f"Member must satisfy regular expression pattern: {pattern_of('SecurityGroupId')}]",
    )


@pytest.mark.fact(
    "cross-cutting.2.nested-structure-members-join-with-a",
)
def test_nested_structure(message: Message) -> None:
    """Nested structure members join with a dot: `resourceConfig.instanceType`."""
    config = {"InstanceType": "ml.none", "InstanceCount": 1, "VolumeSizeInGB": 1}
    found = message("create_training_job", training_job(ResourceConfig=config))
    start = "1 validation error detected: Value 'ml.none' at 'resourceConfig.instanceType' failed"
    assert found.startswith(start)


@pytest.mark.fact(
    "cross-cutting.2.list-members-are-1-based-with",
)
def test_structure_in_a_list(message: Message) -> None:
    """List members are 1-based with `.member`: `productionVariants.1.member.instanceType`."""
    variants = [
        {"VariantName": "a", "ModelName": "m", "InstanceType": "ml.m5.large"},
        {"VariantName": "b", "ModelName": "m_m", "InstanceType": "ml.m5.large"},
    ]
    parameters = {"EndpointConfigName": "c", "ProductionVariants": variants}
    assert message("create_endpoint_config", parameters) == one(
        "productionVariants.2.member.modelName",
        "m_m",
        f"Member must satisfy regular expression pattern: {name_pattern_of('ModelName')}",
    )


@pytest.mark.fact(
    "cross-cutting.2.an-empty-string-is-echoed-as",
    "cross-cutting.8.malformed-ARN-constraint-text-at-resourceArn",
    "cross-cutting.2.the-pattern-printed-is-the-server",
    "metadata.Tags.errors.malformed-ARN",
)
def test_empty_string(message: Message) -> None:
    """An empty string is echoed as `''` and fails the pattern."""
    arn = pattern_of("ResourceArn")
    assert message("list_tags", {"ResourceArn": ""}) == one(
        "resourceArn", "", f"Member must satisfy regular expression pattern: {arn}"
    )


@pytest.mark.fact(
    "cross-cutting.2.one-value-may-break-two-constraints",
    "cross-cutting.2.order-of-the-two-is-not",
)
def test_two_constraints_of_one_value(message: Message) -> None:
    """One value may break two constraints: two entries, same path, each with the echo."""
    name = "_" * 64
    start = f"Value '{name}' at 'trainingJobName' failed to satisfy constraint: Member must"
    assert message("describe_training_job", {"TrainingJobName": name}) == (
        f"2 validation errors detected: {start} satisfy regular expression pattern: {NAME_PATTERN}; "
        f"{start} have length less than or equal to 63"
    )


def test_violations_of_several_members_in_the_order_of_the_model(message: Message) -> None:
    """All violations of the request shape are gathered into one ValidationException."""
    parameters = training_job(
        TrainingJobName="_",
        RoleArn=None,
        StoppingCondition={"MaxRuntimeInSeconds": 0},
        Tags=[{"Key": "a"}, None],
    )
    found = message("create_training_job", dict(reversed(parameters.items())))
    assert found.startswith("5 validation errors detected: ")
    entries = found.split("detected: ")[1].split("; ")
    assert [entry.split("' failed")[0].rpartition("'")[2] for entry in entries] == [
        "trainingJobName",
        "roleArn",
        "stoppingCondition.maxRuntimeInSeconds",
        "tags.1.member.value",
        "tags.2.member",
    ]
    assert not found.endswith(".")


def test_null_in_a_list_of_strings(message: Message) -> None:
    config = {"SecurityGroupIds": ["sg-1", None], "Subnets": ["subnet-1"]}
    text = "Value null at 'vpcConfig.securityGroupIds.2.member' failed to satisfy constraint: "
    found = message("create_training_job", training_job(VpcConfig=config))
    assert found == f"1 validation error detected: {text}Member must not be null"


def test_null_in_a_map(message: Message) -> None:
    text = "Value null at 'hyperParameters.k.member' failed to satisfy constraint: "
    found = message("create_training_job", training_job(HyperParameters={"k": None}))
    assert found == f"1 validation error detected: {text}Member must not be null"


@pytest.mark.fact(
    "cross-cutting.2.sensitive-values-a-form-without-the",
)
def test_sensitive_value_is_not_echoed(message: Message) -> None:
    """Sensitive values: a form without the echo exists."""
    config = {
        "ClientId": "id",
        "ClientSecret": "geh\u00e9im",
        **dict.fromkeys(
            ("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint",
             "LogoutEndpoint", "JwksUri"), "https://example.com"),
    }  # fmt: skip
    found = message("create_workforce", {"WorkforceName": "w", "OidcConfig": config})
    text = "Value at 'oidcConfig.clientSecret' failed to satisfy constraint: Member must satisfy "
    constraint = f"regular expression pattern: {pattern_of('ClientSecret')}"
    assert found == f"1 validation error detected: {text}{constraint}"


@pytest.mark.fact(
    "cross-cutting.2.the-layer-runs-before-existence-checks",
)
def test_violations_come_before_existence_and_side_effects(message: Message, sm: World) -> None:
    """The layer runs before existence checks and before any side effect."""
    assert "trainingJobName" in message("stop_training_job", {"TrainingJobName": "no_such"})
    assert "tags.1.member.key" in message(
        "create_training_job", training_job(Tags=[{"Key": "\x00", "Value": ""}])
    )
    assert list(sm.resources("TrainingJob")) == []


def test_null_member_is_an_absent_member(send: Callable[..., dict[str, Any]], sm: World) -> None:
    assert (
        send({"MaxResults": None, "SortBy": None}, "list_training_jobs")["TrainingJobSummaries"]
        == []
    )
    assert sm.calls[-1].parameters == {}


@pytest.mark.fact(
    "cross-cutting.2.botocore-itself-checks-required-members-types",
)
def test_botocore_still_checks_what_it_checks(client: Any, sm: World) -> None:
    """botocore itself checks required members, types, min lengths and min numbers before sending."""
    with pytest.raises(ParamValidationError, match="Missing required parameter"):
        client.describe_training_job()
    assert len(sm.calls) == 0


@pytest.mark.parametrize(
    "parameters",
    [{"NameContains": "!"}, {"MaxResults": 101}, {"SortBy": "Colour"}, {"NameContains": "a" * 64}],
)
def test_pattern_max_and_enum_always_reach_the_service(
    client: Any, sm: World, parameters: dict[str, Any]
) -> None:
    """Pattern, max and enum always reach it."""
    with pytest.raises(ClientError, match="1 validation error detected"):
        client.list_training_jobs(**parameters)
    assert len(sm.calls) == 1


TAG_PATTERN = r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"
BOUNDS = "Member must have length {} than or equal to {}"


@pytest.mark.fact("cross-cutting.8.Tag-needs-Key-and-Value-both")
@pytest.mark.parametrize(
    ("tag", "path", "constraint"),
    [
        ({"Value": ""}, "key", "Member must not be null"),
        ({"Key": "k"}, "value", "Member must not be null"),
        ({"Key": "", "Value": ""}, "key", BOUNDS.format("greater", 1)),
        ({"Key": "k" * 129, "Value": ""}, "key", BOUNDS.format("less", 128)),
        ({"Key": "k", "Value": "v" * 257}, "value", BOUNDS.format("less", 256)),
        ({"Key": "k!", "Value": ""}, "key", f"regular expression pattern: {TAG_PATTERN}"),
        ({"Key": "k", "Value": "v!"}, "value", f"regular expression pattern: {TAG_PATTERN}"),
    ],
)
def test_a_tag_has_a_key_and_a_value_of_their_lengths_and_letters(
    refused: Refused, tag: dict[str, str], path: str, constraint: str
) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:compilation-job/a"
    code, text = refused({"ResourceArn": arn, "Tags": [tag]}, "add_tags")
    assert code == "ValidationException"
    assert text.startswith("1 validation error detected: Value ")
    assert f" at 'tags.1.member.{path}' failed to satisfy constraint: " in text
    assert text.endswith(constraint)


@pytest.mark.fact("cross-cutting.8.ListTags-MaxResults-minimum-50")
def test_a_page_of_tags_has_at_least_50(sm: World, client: Any, refused: Refused) -> None:
    job = sm.add("CompilationJob", region="eu-west-1", tags={f"k{n}": "" for n in range(50)})
    code, text = refused({"ResourceArn": job.arn, "MaxResults": 49}, "list_tags")
    assert code == "ValidationException"
    assert text.endswith("Member must have value greater than or equal to 50")
    assert len(client.list_tags(ResourceArn=job.arn, MaxResults=50)["Tags"]) == 50


def test_text_beyond_ascii_in_tags(client: Any, compilation_job: Callable[..., Any]) -> None:
    r"""`\p{L}` is every letter, and `\p{Alnum}` none but ASCII's (Java)."""
    tags = [{"Key": "größe", "Value": "中文 Ⅷ"}]
    assert client.create_compilation_job(**compilation_job(Tags=tags))["CompilationJobArn"]
    with pytest.raises(ClientError, match=r"tags\.1\.member\.value"):
        client.create_compilation_job(**compilation_job("b", Tags=[{"Key": "a", "Value": "☃"}]))
