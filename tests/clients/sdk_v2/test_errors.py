"""The session reads errors: what it takes for an answer, and what it raises."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from sagemaker.experiments.experiment import Experiment
from sagemaker.session import _create_resource, _deployment_entity_exists

from sagestub import World
from tests.clients.names import IMAGE, REGION, ROLE

CONTAINER = {"Image": IMAGE, "Environment": {}, "ModelDataUrl": "s3://training-data/model.tar.gz"}


def test_a_model_that_exists_is_used(session: Any) -> None:
    assert session.create_model("forest", ROLE, CONTAINER) == "forest"
    assert session.create_model("forest", ROLE, CONTAINER) == "forest"


def test_what_is_missing_is_not_deployed(session: Any) -> None:
    client = session.sagemaker_client
    assert session.endpoint_in_service_or_not("no-such-one") is False
    assert not _deployment_entity_exists(
        lambda: client.describe_endpoint(EndpointName="no-such-one")
    )
    with pytest.raises(ValueError, match="does not exist"):
        session.update_endpoint("no-such-one", "config")


def test_a_group_that_exists_is_used(session: Any) -> None:
    create = session.sagemaker_client.create_model_package_group
    made = [_create_resource(lambda: create(ModelPackageGroupName="models")) for _ in range(2)]
    assert made == [True, False]


def test_a_job_that_has_ended_needs_no_stop(sm: World, session: Any) -> None:
    sm.add("HyperParameterTuningJob", region=REGION, HyperParameterTuningJobName="search")
    sm.get("HyperParameterTuningJob", "search").move_to("Completed")
    session.stop_tuning_job("search")
    with pytest.raises(ClientError, match="can't find a tuning job"):
        session.stop_tuning_job("no-such-one")


def test_an_experiment_that_exists_is_loaded(session: Any) -> None:
    made = [
        Experiment._load_or_create("study", sagemaker_session=session).experiment_name
        for _ in range(2)
    ]
    assert made == ["study", "study"]


def test_a_component_is_waited_for_until_it_is_gone(sm: World, session: Any) -> None:
    sm.add("InferenceComponent", region=REGION, InferenceComponentName="adapter")
    sm.get("InferenceComponent", "adapter").move_to("InService")
    session.delete_inference_component("adapter", wait=True)
    assert sm.resources("InferenceComponent") == []
