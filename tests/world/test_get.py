"""Resources found again: by name, by ARN, by kind."""

from __future__ import annotations

from typing import Any

from sagestub import NoSuchResourceError, World
from tests.world.handle import message


def test_get_by_name_and_by_arn(sm: World) -> None:
    job = sm.add("CompilationJob", CompilationJobName="resnet")
    assert sm.get("CompilationJob", "resnet") is job
    assert sm.get("CompilationJob", job.arn) is job


def test_a_missing_name_lists_what_exists_nearest_first(sm: World) -> None:
    for name in ("vgg-16", "resnet-50", "resnet-101"):
        sm.add("CompilationJob", CompilationJobName=name)
    text = message(lambda: sm.get("CompilationJob", "resnet-5"), NoSuchResourceError)
    assert text == (
        "There is no CompilationJob 'resnet-5'.\nWhat exists: resnet-50, resnet-101, vgg-16."
    )


def test_an_empty_world_says_so(sm: World) -> None:
    text = message(lambda: sm.get("CompilationJob", "resnet"), NoSuchResourceError)
    assert text == "There is no CompilationJob 'resnet'.\nWhat exists: none."


def test_a_name_in_two_regions_needs_the_region(sm: World) -> None:
    for region in ("eu-west-1", "us-east-1"):
        sm.add("CompilationJob", region=region, CompilationJobName="resnet")
    text = message(lambda: sm.get("CompilationJob", "resnet"), NoSuchResourceError)
    assert "in 123456789012/eu-west-1, 123456789012/us-east-1" in text
    assert "region=" in text
    assert sm.get("CompilationJob", "resnet", region="us-east-1").region == "us-east-1"


def test_a_name_of_another_region_is_pointed_out(sm: World) -> None:
    sm.add("CompilationJob", region="eu-west-1", CompilationJobName="resnet")

    def get() -> Any:
        return sm.get("CompilationJob", "resnet", region="us-east-1")

    assert "It is in 123456789012/eu-west-1." in message(get, NoSuchResourceError)


def test_an_execution_is_found_by_display_name_and_by_its_pipeline(sm: World) -> None:
    sm.add("Pipeline", PipelineName="Train")
    run = sm.add("PipelineExecution", PipelineExecutionDisplayName="nightly")
    assert sm.get("PipelineExecution", "nightly") is run
    assert sm.get("PipelineExecution", "Train") is run
    sm.add("PipelineExecution", PipelineName="Train")
    text = message(lambda: sm.get("PipelineExecution", "Train"), NoSuchResourceError)
    assert "by its ARN" in text
    assert run.arn in text


def test_resources_oldest_first_with_filters(sm: World) -> None:
    first = sm.add("CompilationJob", region="us-east-1")
    second = sm.add("Pipeline", region="eu-west-1")
    third = sm.add("CompilationJob", region="eu-west-1", account_id="000000000001")
    assert sm.resources() == [first, second, third]
    assert sm.resources("CompilationJob") == [first, third]
    assert sm.resources(region="eu-west-1") == [second, third]
    assert sm.resources("CompilationJob", account_id="000000000001") == [third]
