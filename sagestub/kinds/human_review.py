"""FlowDefinition and HumanTaskUi: how people review, and what they see.

Source: facts, metadata.yaml, FlowDefinition and HumanTaskUi.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.liquid import TemplateError, rendered

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


# FlowDefinition ---------------------------------------------------------------------------------


def check_people_and_template(context: Context, resource: Resource) -> None:
    """Refuse a flow whose team or template does not exist in its account.

    The public crowd and vendors' teams are not of the account; whoever names them has access.

    Source: data-science-on-aws/data-science-on-aws#37 (text of the team's); the other is assumed.
    """
    config = resource.document.get("HumanLoopConfig", {})
    team = config.get("WorkteamArn", "")
    if ":workteam/private-crowd/" in team and context.lacks("Workteam", resource, team):
        raise ServiceError(
            "ValidationException",
            f"The specified Workteam '{team}' does not exist or you do not have access to it.",
        )
    template = config.get("HumanTaskUiArn", "")
    own = f":{resource.account}:human-task-ui/" in template
    if own and context.lacks("HumanTaskUi", resource, template):
        raise ServiceError(
            "ValidationException",
            f"The specified HumanTaskUi '{template}' does not exist or you do not have access to "
            "it.",
        )


def check_conditions(context: Context, resource: Resource) -> None:
    """Refuse conditions that are no JSON.

    Source: model, HumanLoopActivationConditionsConfig; text assumed.
    """
    config = resource.document.get("HumanLoopActivationConfig", {})
    inner = config.get("HumanLoopActivationConditionsConfig", {})
    conditions = inner.get("HumanLoopActivationConditions")
    if not isinstance(conditions, str):
        return
    try:
        json.loads(conditions)
    except ValueError as error:
        raise ServiceError(
            "ValidationException", f"HumanLoopActivationConditions is not valid JSON: {error}"
        ) from None


FLOW_DEFINITION = Kind(
    name="FlowDefinition",
    arn="flow-definition/{FlowDefinitionName}",
    lifecycle=Lifecycle(
        path="Initializing > Active",
        fail="Failed",
        delete="Deleting",
        delete_from="Active > Failed > Deleting",
        seconds={"Initializing": 60, "Deleting": 30},
    ),
    defaults={"HumanLoopConfig.TaskTimeLimitInSeconds": 3600},
    checks=(check_conditions, check_people_and_template),
    not_found=Message(
        code="ResourceNotFound",
        text="FlowDefinition {name} does not exist.",
        source="model; Developer Guide, a2i-delete-flow-definition (code); text assumed",
    ),
    exists=Message(
        code="ResourceInUse",
        text="FlowDefinition {name} already exists ({arn}).",
        source="model (code); text assumed",
    ),
    cannot_delete=Message(
        code="ResourceInUse",
        text="FlowDefinition {name} is in status {status} and cannot be deleted.",
        source="model, DeleteFlowDefinition (code); text assumed",
    ),
    source="facts, metadata.yaml, FlowDefinition",
)


# HumanTaskUi ------------------------------------------------------------------------------------


def seal_template(context: Context, resource: Resource) -> None:
    """Keep the template's text apart: Describe tells its digest only.

    Where the service keeps it (UiTemplate.Url) cannot be known, and is left out.

    Source: model, UiTemplateInfo.
    """
    document = resource.document
    content = document.setdefault("UiTemplate", {}).get("Content")
    if content is not None:
        document["TemplateContent"] = content
        document["UiTemplate"] = {"ContentSha256": sha256(content.encode()).hexdigest()}


HUMAN_TASK_UI = Kind(
    name="HumanTaskUi",
    arn="human-task-ui/{HumanTaskUiName}",
    lifecycle=Lifecycle(path="Active", other="Deleting"),
    on_create=(seal_template,),
    not_found=Message(
        code="ResourceNotFound",
        text="HumanTaskUi {name} does not exist.",
        source="hashicorp/terraform-provider-aws, human_task_ui.go (code); text assumed",
    ),
    exists=Message(
        code="ResourceInUse",
        text="HumanTaskUi {name} already exists ({arn}).",
        source="model (code); text assumed",
    ),
    source="facts, metadata.yaml, HumanTaskUi",
)


def render_template(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a template with a task's input put in, and what is wrong with them.

    Source: model, RenderUiTemplate; codes and texts of the errors are assumed.

    Raises:
        ServiceError: The ARN leads nowhere.
    """
    given, arn = parameters.get("UiTemplate"), parameters.get("HumanTaskUiArn")
    content = given["Content"] if given is not None else template_of(context, str(arn))
    try:
        task_input = json.loads(parameters["Task"]["Input"])
    except ValueError as error:
        return _failed("InvalidTaskInput", f"Task.Input is not valid JSON: {error}")
    try:
        return {"RenderedContent": rendered(content, {"task": {"input": task_input}}), "Errors": []}
    except TemplateError as error:
        return _failed("InvalidTemplate", str(error))


def _failed(code: str, text: str) -> dict[str, Any]:
    return {"RenderedContent": "", "Errors": [{"Code": code, "Message": text}]}


def template_of(context: Context, arn: str) -> str:
    """Return the text of a template that is kept.

    Raises:
        ServiceError: There is none.
    """
    assert context.call is not None
    template = context.resource("HumanTaskUi", context.call, arn)
    if template is None:
        name = arn.rpartition("/")[2]
        raise ServiceError("ResourceNotFound", f"HumanTaskUi {name} does not exist.")
    return str(template.document.get("TemplateContent", ""))
