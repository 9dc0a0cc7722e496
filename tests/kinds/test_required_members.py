"""Each state of a job that a request has made shows every member that the model requires."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sagestub import World
from tests.kinds import (
    test_automl,
    test_edge,
    test_inference_experiments,
    test_labeling,
    test_newer_jobs,
    test_processing_and_transform,
    test_training,
    test_tuning,
)

NEWER = {case.kind: case for case in test_newer_jobs.CASES}

KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    "TrainingJob": test_training.request,
    "ProcessingJob": test_processing_and_transform.processing,
    "TransformJob": test_processing_and_transform.transform,
    "HyperParameterTuningJob": test_tuning.request,
    "AutoMLJob": test_automl.request,
    "AutoMLJobV2": test_automl.request_v2,
    "LabelingJob": test_labeling.request,
    "EdgePackagingJob": test_edge.package,
    "InferenceExperiment": test_inference_experiments.request,
    **{name: partial(dict, {**case.name, **case.members}) for name, case in NEWER.items()},
}

REFERRED_TO: list[tuple[str, dict[str, Any]]] = [
    ("Model", {"ModelName": "resnet"}),
    ("Endpoint", {"EndpointName": "live"}),
    ("Endpoint", {"EndpointName": "endpoint"}),
    ("CompilationJob", {"CompilationJobName": "compiled", "CompilationJobStatus": "COMPLETED"}),
    ("AIWorkloadConfig", {"AIWorkloadConfigName": "load"}),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["complete", "stop", "fail"])
def test_every_state_shows_what_the_model_requires(
    sm: World, client: Any, kind: str, way: str
) -> None:
    region = client.meta.region_name
    for name, members in REFERRED_TO:
        sm.add(name, region, **members)
    model = client.meta.service_model.operation_model(f"Describe{kind}")
    request = KINDS[kind]()
    names = {member: request[member] for member in model.input_shape.required_members}
    if way == "fail":
        sm.fail(kind)
    call = client._make_api_call
    call(f"Create{kind}", request)
    if way == "stop" and kind != "InferenceExperiment":
        call("StopAutoMLJob" if kind.startswith("AutoML") else f"Stop{kind}", names)
    for _ in range(9):
        answer = call(f"Describe{kind}", names)
        shape = model.output_shape
        if "TrainingSessionDetail" in answer:
            answer, shape = answer["TrainingSessionDetail"], shape.members["TrainingSessionDetail"]
        assert set(shape.required_members) <= set(answer)
        assert None not in answer.values()
