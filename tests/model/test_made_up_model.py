"""A service model that nobody has seen: kinds come and go with it, without a declaration.

A copy of the installed `sagemaker` model gets a further kind, or loses some, and is read by an
ordinary session from `AWS_DATA_PATH`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from sagestub import NotAnsweredError, UnknownNameError, World, mock_sagemaker

REGION = "eu-west-1"
ARN = f"arn:aws:sagemaker:{REGION}:123456789012:widget/"


def structure(*required: str, **members: str) -> dict[str, Any]:
    """Return a structure shape whose members are of the named shapes."""
    shapes = {name: {"shape": shape} for name, shape in members.items()}
    return {"type": "structure", "required": list(required), "members": shapes}


IDENTIFIED = structure("WidgetName", WidgetName="WidgetName")

SHAPES: dict[str, Any] = {
    "WidgetName": {"type": "string", "min": 1, "max": 20, "pattern": "[a-z][a-z0-9-]*"},
    "WidgetArn": {"type": "string", "max": 256},
    "WidgetStatus": {
        "type": "string",
        "enum": ["Pending", "InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting"],
    },
    "WidgetColour": {"type": "string", "enum": ["Red", "Blue"]},
    "CreateWidgetRequest": structure(
        "WidgetName", "Colour", WidgetName="WidgetName", Colour="WidgetColour", Tags="TagList"
    ),
    "WidgetArnResponse": structure("WidgetArn", WidgetArn="WidgetArn"),
    "WidgetNameRequest": IDENTIFIED,
    "UpdateWidgetRequest": structure("WidgetName", WidgetName="WidgetName", Colour="WidgetColour"),
    "DescribeWidgetResponse": structure(
        "WidgetName",
        "WidgetArn",
        "WidgetStatus",
        "CreationTime",
        WidgetName="WidgetName",
        WidgetArn="WidgetArn",
        WidgetStatus="WidgetStatus",
        Colour="WidgetColour",
        CreationTime="Timestamp",
        LastModifiedTime="Timestamp",
        FailureReason="FailureReason",
    ),
    "WidgetSummary": structure(
        "WidgetName",
        "WidgetArn",
        "WidgetStatus",
        "CreationTime",
        WidgetName="WidgetName",
        WidgetArn="WidgetArn",
        WidgetStatus="WidgetStatus",
        CreationTime="Timestamp",
    ),
    "WidgetSummaries": {"type": "list", "member": {"shape": "WidgetSummary"}},
    "ListWidgetsRequest": structure(
        NextToken="NextToken",
        MaxResults="MaxResults",
        NameContains="WidgetName",
        StatusEquals="WidgetStatus",
        CreationTimeAfter="Timestamp",
        SortOrder="SortOrder",
    ),
    "ListWidgetsResponse": structure(
        "WidgetSummaries", WidgetSummaries="WidgetSummaries", NextToken="NextToken"
    ),
}
"""The shapes of a kind `Widget`; those that are not here are the model's own."""

OPERATIONS = {
    "CreateWidget": ("CreateWidgetRequest", "WidgetArnResponse"),
    "DescribeWidget": ("WidgetNameRequest", "DescribeWidgetResponse"),
    "ListWidgets": ("ListWidgetsRequest", "ListWidgetsResponse"),
    "UpdateWidget": ("UpdateWidgetRequest", "WidgetArnResponse"),
    "StopWidget": ("WidgetNameRequest", ""),
    "DeleteWidget": ("WidgetNameRequest", ""),
}
"""Input and output shapes of its operations."""


@cache
def installed() -> dict[str, Any]:
    """Return the installed model, which the tests copy."""
    document: dict[str, Any] = Loader().load_service_model("sagemaker", "service-2")
    return document


def with_widgets() -> dict[str, Any]:
    """Return the installed model with a kind more."""
    document = deepcopy(installed())
    document["shapes"].update(deepcopy(SHAPES))
    for name, (given, answered) in OPERATIONS.items():
        operation: dict[str, Any] = {
            "name": name,
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": given},
            "errors": [
                {"shape": "ResourceInUse" if name == "CreateWidget" else "ResourceNotFound"}
            ],
        }
        if answered:
            operation["output"] = {"shape": answered}
        document["operations"][name] = operation
    return document


def without(*kinds: str) -> dict[str, Any]:
    """Return the installed model without the operations about some kinds."""
    document = deepcopy(installed())
    for name in list(document["operations"]):
        if any(kind in name for kind in kinds):
            del document["operations"][name]
    return document


@pytest.fixture
def client_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], Any]:
    """Make a client of a service model, which an ordinary session reads from a data path."""

    def make(document: dict[str, Any]) -> Any:
        version = document["metadata"]["apiVersion"]
        folder = tmp_path / "sagemaker" / version
        folder.mkdir(parents=True)
        (folder / "service-2.json").write_text(json.dumps(document))
        for file in Path(Loader.BUILTIN_DATA_PATH, "sagemaker", version).iterdir():
            if not file.name.startswith("service-2"):
                shutil.copy(file, folder)
        monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
        return boto3.Session().client("sagemaker", region_name=REGION)

    return make


@pytest.fixture
def widgets(sm: World, client_of: Callable[[dict[str, Any]], Any]) -> Any:
    """A client of a service that has widgets."""
    return client_of(with_widgets())


def statuses(client: Any, name: str, times: int) -> list[str]:
    return [client.describe_widget(WidgetName=name)["WidgetStatus"] for _ in range(times)]


def test_a_new_kind_moves_by_its_statuses_own_words(widgets: Any) -> None:
    answer = widgets.create_widget(WidgetName="a", Colour="Red")
    assert answer["WidgetArn"] == f"{ARN}a"
    assert statuses(widgets, "a", 4) == ["Pending", "InProgress", "Completed", "Completed"]


def test_a_new_kind_shows_what_was_given_and_when(sm: World, widgets: Any) -> None:
    widgets.create_widget(WidgetName="a", Colour="Red")
    shown = widgets.describe_widget(WidgetName="a")
    assert shown["Colour"] == "Red"
    assert shown["CreationTime"] == shown["LastModifiedTime"]
    assert "FailureReason" not in shown


def test_names_of_a_new_kind_are_unique(widgets: Any) -> None:
    widgets.create_widget(WidgetName="a", Colour="Red")
    with pytest.raises(widgets.exceptions.ResourceInUse, match="Widget name must be unique"):
        widgets.create_widget(WidgetName="a", Colour="Blue")


def test_an_unknown_name_of_a_new_kind_is_not_found(widgets: Any) -> None:
    for call in (widgets.describe_widget, widgets.stop_widget, widgets.delete_widget):
        with pytest.raises(widgets.exceptions.ResourceNotFound, match="widget called a"):
            call(WidgetName="a")


def test_input_of_a_new_kind_is_checked(widgets: Any) -> None:
    with pytest.raises(ClientError) as refusal:
        widgets.create_widget(WidgetName="A", Colour="Green")
    assert refusal.value.response["Error"]["Message"].startswith("2 validation errors detected: ")


def test_a_new_kind_is_listed_by_name_status_and_page(widgets: Any) -> None:
    for name in ("a-1", "a-2", "b-1"):
        widgets.create_widget(WidgetName=name, Colour="Red")
    statuses(widgets, "a-1", 3)

    def names(**filters: Any) -> list[str]:
        page = widgets.list_widgets(**filters)["WidgetSummaries"]
        return [entry["WidgetName"] for entry in page]

    assert names() == ["b-1", "a-2", "a-1"]
    assert names(SortOrder="Ascending", NameContains="a") == ["a-1", "a-2"]
    assert names(StatusEquals="Completed") == ["a-1"]
    token = widgets.list_widgets(MaxResults=2)["NextToken"]
    assert names(MaxResults=2, NextToken=token) == ["a-1"]


def test_a_new_kind_is_updated_stopped_and_deleted(widgets: Any) -> None:
    widgets.create_widget(WidgetName="a", Colour="Red")
    widgets.update_widget(WidgetName="a", Colour="Blue")
    widgets.stop_widget(WidgetName="a")
    assert statuses(widgets, "a", 2) == ["Stopping", "Stopped"]
    assert widgets.describe_widget(WidgetName="a")["Colour"] == "Blue"
    widgets.delete_widget(WidgetName="a")
    assert statuses(widgets, "a", 1) == ["Deleting"]
    with pytest.raises(widgets.exceptions.ResourceNotFound):
        widgets.describe_widget(WidgetName="a")
    assert widgets.list_widgets()["WidgetSummaries"] == []


def test_a_finished_resource_of_a_new_kind_is_not_stopped(widgets: Any) -> None:
    widgets.create_widget(WidgetName="a", Colour="Red")
    statuses(widgets, "a", 3)
    with pytest.raises(ClientError, match="the widget is in status Completed"):
        widgets.stop_widget(WidgetName="a")


def test_a_new_kind_is_tagged(widgets: Any) -> None:
    widgets.create_widget(WidgetName="a", Colour="Red", Tags=[{"Key": "team", "Value": "x"}])
    widgets.add_tags(ResourceArn=f"{ARN}a", Tags=[{"Key": "cost", "Value": "1"}])
    tags = widgets.list_tags(ResourceArn=f"{ARN}a")["Tags"]
    assert tags == [{"Key": "team", "Value": "x"}, {"Key": "cost", "Value": "1"}]


def test_the_handle_knows_a_new_kind_once_a_client_has_brought_it(sm: World, widgets: Any) -> None:
    widgets.list_widgets()
    sm.fail("Widget", reason="no wood")
    sm.add("Widget", region=REGION, WidgetName="done", WidgetStatus="Completed")
    widgets.create_widget(WidgetName="a", Colour="Red")
    assert statuses(widgets, "a", 3) == ["Pending", "InProgress", "Failed"]
    assert widgets.describe_widget(WidgetName="a")["FailureReason"] == "no wood"
    assert statuses(widgets, "done", 1) == ["Completed"]


def needs_an_id(document: dict[str, Any]) -> None:
    response = document["shapes"]["DescribeWidgetResponse"]
    response["members"]["WidgetId"] = {"shape": "WidgetName"}
    response["required"] = [*response["required"], "WidgetId"]


def goes_by_an_identifier(document: dict[str, Any]) -> None:
    document["shapes"]["WidgetNameRequest"] = structure("Identifier", Identifier="WidgetName")


@pytest.mark.parametrize("change", [needs_an_id, goes_by_an_identifier])
def test_a_new_kind_that_convention_does_not_suffice_for_is_not_answered(
    sm: World,
    client_of: Callable[[dict[str, Any]], Any],
    change: Callable[[dict[str, Any]], None],
) -> None:
    document = with_widgets()
    change(document)
    widgets = client_of(document)
    with pytest.raises(NotAnsweredError, match="cannot answer sagemaker"):
        widgets.create_widget(WidgetName="a", Colour="Red")
    with pytest.raises(NotAnsweredError):
        widgets.list_widgets()
    assert "Widget" not in sm.kinds


def test_a_model_that_lacks_kinds_answers_the_others(
    sm: World, client_of: Callable[[dict[str, Any]], Any], compilation_job: Any
) -> None:
    client = client_of(without("Model", "Hub", "Endpoint", "TrainingJob", "Domain", "Image"))
    client.create_compilation_job(**compilation_job("a"))
    client.create_processing_job(
        ProcessingJobName="p",
        RoleArn="arn:aws:iam::123456789012:role/sagemaker",
        AppSpecification={"ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/image:1"},
        ProcessingResources={
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
    )
    assert client.describe_processing_job(ProcessingJobName="p")["ProcessingJobName"] == "p"
    assert [
        job["CompilationJobName"]
        for job in client.list_compilation_jobs()["CompilationJobSummaries"]
    ] == ["a"]
    assert not hasattr(client, "create_model")
    assert not {"Model", "Hub", "Endpoint", "TrainingJob", "Domain", "Image"} & {*sm.kinds}
    with pytest.raises(UnknownNameError):
        sm.add("Endpoint")


def test_the_handle_knows_the_model_before_any_client_is_made(
    client_of: Callable[[dict[str, Any]], Any],
) -> None:
    client_of(with_widgets())
    with mock_sagemaker() as sm:
        assert sm.add("Widget", WidgetName="a", Colour="Red").arn.endswith(":widget/a")


def test_the_next_mock_has_the_installed_model_again(
    client_of: Callable[[dict[str, Any]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_sagemaker() as sm:
        client_of(with_widgets()).list_widgets()
        assert "Widget" in sm.kinds
    monkeypatch.delenv("AWS_DATA_PATH")
    with mock_sagemaker() as sm:
        assert "Widget" not in sm.kinds
        assert not hasattr(boto3.client("sagemaker", region_name=REGION), "list_widgets")
