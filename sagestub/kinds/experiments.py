"""Experiment, Trial and TrialComponent, and which component belongs to which trial.

Source: facts, metadata.yaml, Experiment, Trial, TrialComponent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LINEAGE_GROUP = "lineage-group/sagemaker-default-lineage-group"


def show_name(context: Context, resource: Resource) -> None:
    """Let the display name be the name where none is given."""
    resource.document.setdefault("DisplayName", resource.name)


def join_lineage_group(context: Context, resource: Resource) -> None:
    """Set the lineage group, of which an account has one by default.

    Source: Developer Guide, xaccount-lineage-tracking.
    """
    prefix = resource.arn.rsplit(":", 1)[0]
    resource.document["LineageGroupArn"] = f"{prefix}:{LINEAGE_GROUP}"


def missing(kind: str) -> Message:
    """Return the error for a missing entity of a kind. Source: getmoto/moto (the form for Trial)."""
    return Message(code="ResourceNotFound", text=f"{kind} '{{arn}}' does not exist.")


def taken(kind: str) -> Message:
    """Return the error for a name that exists. Source: aws/deep-learning-containers#155 (Trial)."""
    text = (
        f"{kind} names must be unique within an AWS account and region. "
        f"{kind} with name ({{name}}) already exists."
    )
    return Message(code="ValidationException", text=text)


def keep_experiment_of_trials(context: Context, resource: Resource) -> None:
    """Refuse to delete an experiment that has trials. Source: model, DeleteExperiment (text assumed)."""
    if context.resources("Trial", resource, ExperimentName=resource.key):
        raise ServiceError(
            "ValidationException",
            f"Experiment '{resource.arn}' has 1 or more trials and cannot be deleted.",
        )


def drop_empty_description(context: Context, resource: Resource) -> None:
    """Remove a description that an update has made empty. Source: model, UpdateExperiment."""
    if resource.document.get("Description") == "":
        del resource.document["Description"]


EXPERIMENT = Kind(
    name="Experiment",
    arn="experiment/{ExperimentName}",
    any_case=True,
    on_create=(show_name,),
    on_update=(drop_empty_description,),
    delete_checks=(keep_experiment_of_trials,),
    summary={"ExperimentSource": "Source"},
    not_found=missing("Experiment"),
    exists=taken("Experiment"),
    source="facts, metadata.yaml, Experiment",
)


def keep_trial_of_components(context: Context, resource: Resource) -> None:
    """Refuse to delete a trial with components. Source: model, DeleteTrial (text assumed)."""
    if resource.document.get("TrialComponentNames"):
        raise ServiceError(
            "ValidationException",
            f"Trial '{resource.arn}' has 1 or more trial components and cannot be deleted.",
        )


TRIAL = Kind(
    name="Trial",
    arn="experiment-trial/{TrialName}",
    any_case=True,
    parents={"ExperimentName": "Experiment", "TrialComponentName": "TrialComponent"},
    on_create=(show_name,),
    delete_checks=(keep_trial_of_components,),
    summary={"TrialSource": "Source"},
    filters={"TrialComponentName": "TrialComponentNames[]"},
    not_found=missing("Trial"),
    exists=taken("Trial"),
    source="facts, metadata.yaml, Trial",
)


# TrialComponent -----------------------------------------------------------------------------------


def trial_of(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Resource | None:
    """Return the trial that a call names; None for one that is missing and need not be there.

    Raises:
        ServiceError: There is none.
    """
    name = str(parameters["TrialName"])
    trial = context.resource("Trial", resource, name)
    if trial is None and context.checks_references:
        prefix = resource.arn.rsplit(":", 1)[0]
        arn = name if name.startswith("arn:") else f"{prefix}:experiment-trial/{name}"
        raise ServiceError("ResourceNotFound", f"Trial '{arn}' does not exist.")
    return trial


def associate(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Put a component into a trial; doing it again changes nothing."""
    return {
        "TrialComponentArn": resource.arn,
        "TrialArn": _link(context, resource, parameters, linked=True),
    }


def disassociate(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Take a component out of a trial."""
    return {
        "TrialComponentArn": resource.arn,
        "TrialArn": _link(context, resource, parameters, linked=False),
    }


def _link(
    context: Context, component: Resource, parameters: Mapping[str, Any], *, linked: bool
) -> str:
    """Note on both sides whether they belong together; return the trial's ARN."""
    trial = trial_of(context, component, parameters)
    if trial is None:
        name = str(parameters["TrialName"]).rpartition("/")[2]
        _note_trial(component, (name, ""), linked=linked)
        return context.arn(f"experiment-trial/{name}", component)
    components = dict.fromkeys(trial.document.get("TrialComponentNames", ()))
    if linked:
        components[component.key] = None
    else:
        components.pop(component.key, None)
    document = {**trial.document, "TrialComponentNames": tuple(components)}
    if context.quotas is not None:
        context.quotas.check_document(trial, document)
    trial.document = document
    context.registry.touch(trial)
    here = (trial.key, str(trial.document.get("ExperimentName", "")))
    _note_trial(component, here, linked=linked)
    return trial.arn


def _note_trial(component: Resource, trial: tuple[str, str], *, linked: bool) -> None:
    """Note in a component whether it belongs to a trial, given by its and its experiment's name."""
    parents = {
        (parent["TrialName"], parent["ExperimentName"])
        for parent in component.document.get("Parents", ())
    }
    ordered = sorted(parents | {trial} if linked else parents - {trial})
    component.document.update(
        {
            "Parents": [{"TrialName": t, "ExperimentName": e} for t, e in ordered],
            "TrialNames": tuple(t for t, _ in ordered),
            "ExperimentNames": tuple(e for _, e in ordered),
        }
    )
    component.motion.context.registry.touch(component)


def keep_linked_component(context: Context, resource: Resource) -> None:
    """Refuse to delete a component that belongs to a trial.

    Source: aws/sagemaker-python-sdk pull 1515 (text).
    """
    if resource.document.get("Parents"):
        raise ServiceError(
            "ValidationException",
            f"TrialComponent '{resource.arn}' is linked to 1 or more trials and cannot be deleted.",
        )


def one_filter(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuse a list that is filtered by more than one of three members (text assumed).

    Source: model, ListTrialComponentsRequest.
    """
    given = [member for member in EXCLUSIVE if member in parameters]
    if len(given) > 1:
        raise invalid(f"Only one of {', '.join(EXCLUSIVE)} can be specified.")
    return parameters


EXCLUSIVE = ("ExperimentName", "TrialName", "SourceArn")
"""Filters of ListTrialComponents of which a call gives one."""

MOST_ENTRIES = {"Parameters": 300, "InputArtifacts": 60, "OutputArtifacts": 60}
"""How many entries the maps of a component hold. Source: model, CreateTrialComponentRequest."""


def check_maps(context: Context, resource: Resource) -> None:
    """Refuse more parameters or artifacts than a component holds.

    The model limits what one request brings; an update adds to what is there (text assumed).
    """
    for member, most in MOST_ENTRIES.items():
        if len(resource.document.get(member, ())) > most:
            raise invalid(f"A trial component can have at most {most} {member}.")


TRIAL_COMPONENT = Kind(
    name="TrialComponent",
    field_rules=FieldRules("registry.TRIAL_COMPONENT"),
    absent={
        "Sources": "the service fills it for components with several sources; which have some is not known",
    },
    arn="experiment-trial-component/{TrialComponentName}",
    any_case=True,
    parents={"ExperimentName": "Experiment", "TrialName": "Trial"},
    on_create=(show_name, join_lineage_group),
    merges=tuple(MOST_ENTRIES),
    checks=(check_maps,),
    asked=one_filter,
    delete_checks=(keep_linked_component,),
    operations={
        "AssociateTrialComponent": associate,
        "DisassociateTrialComponent": disassociate,
    },
    summary={"TrialComponentSource": "Source"},
    filters={
        "ExperimentName": "ExperimentNames[]",
        "TrialName": "TrialNames[]",
        "SourceArn": "Source.SourceArn",
    },
    not_found=missing("TrialComponent"),
    exists=taken("TrialComponent"),
    source="facts, metadata.yaml, TrialComponent",
)
