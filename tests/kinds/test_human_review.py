"""Flow definitions, task templates, workforces and work teams; facts: metadata.yaml."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
PUBLIC = "arn:aws:sagemaker:eu-west-1:394669845002:workteam/public-crowd/default"
POOL = {"UserPool": "eu-west-1_pool", "ClientId": "client"}
COGNITO = {"CognitoMemberDefinition": {**POOL, "UserGroup": "labelers"}}
URL = "https://login.example.com/"
OIDC = {
    "ClientId": "client",
    "ClientSecret": "hush",
    "Issuer": URL,
    "AuthorizationEndpoint": URL,
    "TokenEndpoint": URL,
    "UserInfoEndpoint": URL,
    "LogoutEndpoint": URL,
    "JwksUri": URL,
}
TEMPLATE = "<p>{{ task.input.text }}</p>"
FLOW = {"FlowDefinitionName": "review"}
FORCE = {"WorkforceName": "default"}
TEAM = {"WorkteamName": "A-team"}


def create_team(client: Any, name: str = "A-team", **members: Any) -> str:
    """Create a work team of Cognito users; return its ARN."""
    given = {"MemberDefinitions": [COGNITO], "Description": "the best", **members}
    return str(client.create_workteam(WorkteamName=name, **given)["WorkteamArn"])


def create_template(client: Any, content: str = TEMPLATE) -> str:
    """Create a worker task template; return its ARN."""
    answer = client.create_human_task_ui(HumanTaskUiName="ui", UiTemplate={"Content": content})
    return str(answer["HumanTaskUiArn"])


def create_flow(client: Any, team: str, template: str) -> str:
    """Create the flow definition; return its ARN."""
    loop = {
        "WorkteamArn": team,
        "HumanTaskUiArn": template,
        "TaskTitle": "Look",
        "TaskDescription": "Is it right?",
        "TaskCount": 1,
    }
    answer = client.create_flow_definition(
        **FLOW,
        RoleArn=ROLE,
        HumanLoopConfig=loop,
        OutputConfig={"S3OutputPath": "s3://bucket/reviews"},
    )
    return str(answer["FlowDefinitionArn"])


def refusal(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    """Code and text of a refusal."""
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


# Flow definitions -------------------------------------------------------------------------------


def test_a_flow_definition_becomes_active_and_is_deleted(client: Any) -> None:
    """Facts: FlowDefinition.lifecycle, arn and errors (missing)."""
    arn = create_flow(client, create_team(client), create_template(client))
    assert arn == f"{ARN}flow-definition/review"
    seen = [client.describe_flow_definition(**FLOW)["FlowDefinitionStatus"] for _ in range(2)]
    assert seen == ["Initializing", "Active"]
    client.delete_flow_definition(**FLOW)
    assert client.describe_flow_definition(**FLOW)["FlowDefinitionStatus"] == "Deleting"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_flow_definition(**FLOW)


def test_a_flow_definition_may_fail(sm: World, client: Any) -> None:
    """Facts: FlowDefinition.lifecycle.failed."""
    sm.fail("FlowDefinition", reason="no access to the bucket")
    create_flow(client, PUBLIC, create_template(client))
    client.describe_flow_definition(**FLOW)
    answer = client.describe_flow_definition(**FLOW)
    assert answer["FlowDefinitionStatus"] == "Failed"
    assert answer["FailureReason"] == "no access to the bucket"


@pytest.mark.fact(
    "metadata.FlowDefinition.errors.work-team-missing-or-not-shared",
    "metadata.FlowDefinition.references.HumanLoopConfig-WorkteamArn",
)
def test_a_flow_needs_a_team_that_exists(client: Any) -> None:
    """Facts: FlowDefinition.errors (work team missing); data-science-on-aws#37."""
    team = f"{ARN}workteam/private-crowd/nobody"
    with pytest.raises(ClientError) as caught:
        create_flow(client, team, create_template(client))
    assert refusal(caught) == (
        "ValidationException",
        f"The specified Workteam '{team}' does not exist or you do not have access to it.",
    )


@pytest.mark.fact(
    "metadata.FlowDefinition.references.HumanLoopConfig-HumanTaskUiArn",
)
def test_a_flow_needs_a_template_that_exists(client: Any) -> None:
    """Facts: FlowDefinition.references."""
    with pytest.raises(ClientError, match="HumanTaskUi"):
        create_flow(client, PUBLIC, f"{ARN}human-task-ui/none")


@pytest.mark.fact(
    "metadata.FlowDefinition.errors.bad-workteam-ARN",
)
def test_a_bad_team_arn_is_refused_by_its_pattern(client: Any) -> None:
    """Facts: FlowDefinition.errors; amazon-a2i-sample-jupyter-notebooks#43."""
    with pytest.raises(ClientError) as caught:
        create_flow(client, "team", create_template(client))
    code, text = refusal(caught)
    assert code == "ValidationException"
    assert "Value 'team' at 'humanLoopConfig.workteamArn' failed to satisfy constraint" in text


def test_the_name_of_a_flow_is_taken_once(client: Any) -> None:
    """Facts: FlowDefinition.errors (create existing)."""
    template = create_template(client)
    create_flow(client, PUBLIC, template)
    with pytest.raises(client.exceptions.ResourceInUse):
        create_flow(client, PUBLIC, template)
    assert len(client.list_flow_definitions()["FlowDefinitionSummaries"]) == 1


# Templates --------------------------------------------------------------------------------------


def test_a_template_is_described_by_its_digest(client: Any) -> None:
    """Facts: HumanTaskUi.filled_in, lifecycle and errors."""
    arn = create_template(client)
    answer = client.describe_human_task_ui(HumanTaskUiName="ui")
    assert arn == answer["HumanTaskUiArn"] == f"{ARN}human-task-ui/ui"
    assert answer["HumanTaskUiStatus"] == "Active"
    assert answer["UiTemplate"] == {"ContentSha256": sha256(TEMPLATE.encode()).hexdigest()}
    with pytest.raises(client.exceptions.ResourceInUse):
        create_template(client)
    client.delete_human_task_ui(HumanTaskUiName="ui")
    assert client.list_human_task_uis()["HumanTaskUiSummaries"] == []
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_human_task_ui(HumanTaskUiName="ui")


def render(client: Any, task: Any, **source: Any) -> Any:
    """Render a template for a task."""
    text = task if isinstance(task, str) else json.dumps(task)
    return client.render_ui_template(Task={"Input": text}, RoleArn=ROLE, **source)


@pytest.mark.parametrize(
    ("template", "task", "content"),
    [
        (TEMPLATE, {"text": "good"}, "<p>good</p>"),
        (TEMPLATE, {"text": "<b>"}, "<p>&lt;b&gt;</p>"),
        (TEMPLATE, {}, "<p></p>"),
        ("{{task.input.a.b[1]}}", {"a": {"b": [1, 2]}}, "2"),
        ("{{ task.input.a | to_json | skip_autoescape }}", {"a": ["x"]}, '["x"]'),
        ("{{ task.input.uri | grant_read_access }}", {"uri": "s3://b/k"}, "s3://b/k"),
        ("{{ task.input.a | default: 'none' | upcase }}", {}, "NONE"),
        ("{% for x in task.input.l %}{{ x }},{% endfor %}", {"l": [1, 2]}, "1,2,"),
        ("{% if task.input.a == 'x' %}yes{% else %}no{% endif %}", {"a": "x"}, "yes"),
        ("{% if task.input.b %}yes{% else %}no{% endif %}", {"a": "x"}, "no"),
        ("{% assign a = task.input.b %}{{ a.c }}", {"b": {"c": 3}}, "3"),
        (
            "{% for x in task.input.l %}{% if x != 2 %}{{ x }}{% else %}-{% endif %}{% endfor %}",
            {"l": [1, 2, 3]},
            "1-3",
        ),
    ],
)
def test_a_template_is_rendered_with_a_task(
    client: Any, template: str, task: Any, content: str
) -> None:
    """Model, RenderUiTemplate and RenderableTask."""
    answer = render(client, task, UiTemplate={"Content": template})
    assert (answer["RenderedContent"], answer["Errors"]) == (content, [])


def test_a_kept_template_is_rendered(client: Any) -> None:
    """Model, RenderUiTemplate.HumanTaskUiArn."""
    answer = render(client, {"text": "good"}, HumanTaskUiArn=create_template(client))
    assert answer["RenderedContent"] == "<p>good</p>"
    with pytest.raises(client.exceptions.ResourceNotFound):
        render(client, {}, HumanTaskUiArn=f"{ARN}human-task-ui/none")


@pytest.mark.parametrize(
    ("template", "task", "said"),
    [
        (TEMPLATE, "{]", "not valid JSON"),
        ("{% if task.input.a %}", {}, "without {% endif %}"),
        ("{% for x in task.input.a %}", {}, "without {% endfor %}"),
        ("{% endif %}", {}, "nothing to close"),
        ("{% include 'other' %}", {}, "not supported"),
        ("{{ task.input.a | sparkle }}", {}, "sparkle"),
        ("{{ task.input.a", {}, "not closed"),
    ],
)
def test_what_is_wrong_with_a_template_is_told(
    client: Any, template: str, task: Any, said: str
) -> None:
    """Model, RenderUiTemplateResponse.Errors."""
    (error,) = render(client, task, UiTemplate={"Content": template})["Errors"]
    assert said in error["Message"]
    assert error["Code"]


def test_a_template_and_an_arn_are_exclusive(client: Any) -> None:
    """Model, RenderUiTemplate.HumanTaskUiArn."""
    arn = create_template(client)
    with pytest.raises(ClientError, match="Exactly one"):
        render(client, {}, UiTemplate={"Content": TEMPLATE}, HumanTaskUiArn=arn)
    with pytest.raises(ClientError, match="Exactly one"):
        render(client, {})


# Workforces -------------------------------------------------------------------------------------


def workforce(client: Any) -> dict[str, Any]:
    """The workforce as Describe reports it."""
    return dict(client.describe_workforce(**FORCE)["Workforce"])


@pytest.mark.fact(
    "metadata.Workforce.filled_in.OidcConfig-without-ClientSecret",
    "metadata.Workforce.status",
)
def test_a_workforce_of_an_own_provider_hides_the_secret(client: Any) -> None:
    """Facts: Workforce.filled_in, lifecycle and arn."""
    arn = client.create_workforce(**FORCE, OidcConfig=OIDC)["WorkforceArn"]
    assert arn == f"{ARN}workforce/default"
    seen = [workforce(client) for _ in range(2)]
    assert [one["Status"] for one in seen] == ["Initializing", "Active"]
    assert seen[1]["OidcConfig"] == {k: v for k, v in OIDC.items() if k != "ClientSecret"}
    assert seen[1]["SourceIpConfig"] == {"Cidrs": []}
    assert seen[1]["SubDomain"].endswith(".labeling.eu-west-1.sagemaker.aws")
    assert seen[1]["CreateDate"] <= seen[1]["LastUpdatedDate"]


def test_an_update_of_a_workforce_goes_by_way_of_updating(sm: World, client: Any) -> None:
    """Facts: Workforce.lifecycle.update."""
    client.create_workforce(**FORCE, CognitoConfig=POOL)
    sm.get("Workforce", "default").move_to("Active")
    answer = client.update_workforce(**FORCE, SourceIpConfig={"Cidrs": ["10.0.0.0/16"]})
    assert answer["Workforce"]["Status"] == "Updating"
    seen = [workforce(client) for _ in range(2)]
    assert [one["Status"] for one in seen] == ["Updating", "Active"]
    assert seen[1]["SourceIpConfig"] == {"Cidrs": ["10.0.0.0/16"]}
    assert seen[1]["CognitoConfig"] == POOL


@pytest.mark.fact(
    "metadata.Workforce.errors.second-workforce",
    "metadata.Workforce.identifier",
    "cross-cutting.5.Workforce",
)
def test_an_account_has_one_workforce(client: Any) -> None:
    """Facts: Workforce.errors (second workforce); terraform-provider-aws pull 20472."""
    client.create_workforce(**FORCE, CognitoConfig=POOL)
    with pytest.raises(ClientError) as caught:
        client.create_workforce(WorkforceName="other", CognitoConfig=POOL)
    assert refusal(caught) == (
        "ValidationException",
        (
            "Cannot create more than one workforce for account 123456789012. If you are trying to "
            "update existing workforce, please use UpdateWorkforce API"
        ),
    )


@pytest.mark.fact(
    "metadata.Workforce.preconditions.exactly-one-of-CognitoConfig-OidcConfig",
)
@pytest.mark.parametrize("given", [{}, {"CognitoConfig": POOL, "OidcConfig": OIDC}])
def test_a_workforce_has_one_identity_provider(client: Any, given: dict[str, Any]) -> None:
    """Facts: Workforce.preconditions."""
    with pytest.raises(ClientError, match="Exactly one of CognitoConfig and OidcConfig"):
        client.create_workforce(**FORCE, **given)


@pytest.mark.fact(
    "metadata.Workforce.errors.delete-with-work-teams",
)
def test_a_workforce_with_teams_is_not_deleted(sm: World, client: Any) -> None:
    """Facts: Workforce.errors (delete with work teams), lifecycle.delete and errors (missing)."""
    create_team(client)
    sm.get("Workforce", "default").move_to("Active")
    with pytest.raises(ClientError) as caught:
        client.delete_workforce(**FORCE)
    assert refusal(caught)[0] == "ResourceInUse"
    client.delete_workteam(**TEAM)
    client.delete_workforce(**FORCE)
    assert workforce(client)["Status"] == "Deleting"
    with pytest.raises(ClientError, match="No workforce"):
        workforce(client)


@pytest.mark.fact(
    "metadata.Workforce.errors.ListTags-AddTags-on-a-workforce-ARN",
    "metadata.Tags.errors.resource-kind-not-taggable",
    "cross-cutting.8.kind-that-cannot-be-tagged-ValidationException",
)
def test_a_workforce_is_not_tagged_by_its_arn(client: Any) -> None:
    """Facts: Workforce.errors; terraform-provider-aws pull 20065."""
    arn = client.create_workforce(**FORCE, CognitoConfig=POOL)["WorkforceArn"]
    with pytest.raises(ClientError, match="Invalid resource type: workforce"):
        client.list_tags(ResourceArn=arn)
    with pytest.raises(ClientError, match="Invalid resource type: workforce"):
        client.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])


# Work teams -------------------------------------------------------------------------------------


@pytest.mark.fact(
    "metadata.Workteam.arn",
    "metadata.Workteam.filled_in.WorkforceArn",
    "cross-cutting.6.work-team-workteam-private-crowd-name",
    "cross-cutting.6.workforce-workforce-name",
)
def test_a_team_joins_the_workforce(client: Any) -> None:
    """Facts: Workteam.filled_in and arn; model, DescribeWorkforceResponse.Workforce."""
    arn = create_team(client)
    team = client.describe_workteam(**TEAM)["Workteam"]
    assert arn == team["WorkteamArn"] == f"{ARN}workteam/private-crowd/A-team"
    own = workforce(client)
    assert team["WorkforceArn"] == own["WorkforceArn"] == f"{ARN}workforce/{own['WorkforceName']}"
    assert team["SubDomain"] == workforce(client)["SubDomain"]
    assert workforce(client)["CognitoConfig"] == POOL
    assert team["NotificationConfiguration"] == {}
    assert team["MemberDefinitions"] == [COGNITO]


@pytest.mark.fact(
    "metadata.Workteam.delete",
)
def test_a_team_is_updated_listed_and_deleted(client: Any) -> None:
    """Facts: Workteam.delete (answers Success) and errors (missing)."""
    create_team(client)
    create_team(client, "B-team")
    answer = client.update_workteam(**TEAM, Description="still the best")
    assert answer["Workteam"]["Description"] == "still the best"
    assert answer["Workteam"]["LastUpdatedDate"] >= answer["Workteam"]["CreateDate"]
    listed = client.list_workteams()["Workteams"]
    assert [one["WorkteamName"] for one in listed] == ["A-team", "B-team"]
    assert len(client.list_workteams(NameContains="B-t")["Workteams"]) == 1
    assert client.delete_workteam(**TEAM)["Success"] is True
    with pytest.raises(ClientError, match=r"The work team A-team does not exist\."):
        client.describe_workteam(**TEAM)


def test_the_name_of_a_team_is_taken_once(client: Any) -> None:
    """Facts: Workteam.errors (create existing)."""
    create_team(client)
    with pytest.raises(client.exceptions.ResourceInUse):
        create_team(client)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([COGNITO, {"OidcMemberDefinition": {"Groups": ["a"]}}], "both"),
        (
            [COGNITO, {"CognitoMemberDefinition": {**POOL, "ClientId": "b", "UserGroup": "g"}}],
            "same",
        ),
    ],
)
def test_the_members_of_a_team_are_of_one_sort(client: Any, members: list[Any], said: str) -> None:
    """Model, CreateWorkteamRequest.MemberDefinitions."""
    with pytest.raises(ClientError, match=said):
        create_team(client, MemberDefinitions=members)
    assert client.list_workteams()["Workteams"] == []


def test_a_workforce_keeps_to_its_provider_and_to_ten_ranges(sm: World, client: Any) -> None:
    """Model, UpdateWorkforceRequest.OidcConfig and SourceIpConfig."""
    client.create_workforce(**FORCE, CognitoConfig=POOL)
    sm.get("Workforce", "default").move_to("Active")
    with pytest.raises(ClientError, match="Cognito"):
        client.update_workforce(**FORCE, OidcConfig=OIDC)
    ranges = [f"10.{number}.0.0/16" for number in range(11)]
    with pytest.raises(ClientError, match="at most 10"):
        client.update_workforce(**FORCE, SourceIpConfig={"Cidrs": ranges})
    assert workforce(client)["SourceIpConfig"] == {"Cidrs": []}


@pytest.mark.fact(
    "metadata.Workteam.references.WorkforceName",
)
def test_a_team_of_an_unknown_workforce_is_refused(client: Any) -> None:
    """Facts: Workteam.references (WorkforceName)."""
    with pytest.raises(ClientError, match="No workforce"):
        create_team(client, WorkforceName="other")


@pytest.mark.fact(
    "metadata.SubscribedWorkteam.describe",
    "metadata.SubscribedWorkteam.errors.unknown-ARN",
    "metadata.SubscribedWorkteam.identifier",
    "metadata.SubscribedWorkteam.lifecycle.initial",
    "metadata.SubscribedWorkteam.notes.ListSubscribedWorkteams-is-empty-in-a-fresh",
)
def test_a_fresh_account_has_subscribed_to_no_team(sm: World, client: Any) -> None:
    """Facts: SubscribedWorkteam.notes and errors."""
    assert client.list_subscribed_workteams()["SubscribedWorkteams"] == []
    arn = "arn:aws:sagemaker:eu-west-1:111111111111:workteam/vendor-crowd/abc"
    with pytest.raises(ClientError, match="ValidationException"):
        client.describe_subscribed_workteam(WorkteamArn=arn)
    sm.add("SubscribedWorkteam", "eu-west-1", WorkteamArn=arn, SellerName="Vendor")
    shown = client.describe_subscribed_workteam(WorkteamArn=arn)["SubscribedWorkteam"]
    assert shown == {"WorkteamArn": arn, "SellerName": "Vendor"}
    listed = client.list_subscribed_workteams(NameContains="abc")["SubscribedWorkteams"]
    assert listed == [shown]
