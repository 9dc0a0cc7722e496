"""Endpoints that run, and what is deployed on them: what reports say about changes of their sort."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.facts.reports.refusals import IMAGE, REGION, ROLE, Refusal, check, rows

ON_INSTANCES = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 4096, "MaxConcurrency": 5}}
ASYNC: dict[str, Any] = {
    "AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://bucket/out"}}
}
HALVES: dict[str, Any] = {
    "InstanceType": "ml.p4d.24xlarge",
    "InitialInstanceCount": 1,
    "AcceleratorPartitionLayouts": [{"AcceleratorPartitionTypes": ["mig-3g.20gb", "mig-4g.20gb"]}],
}
TURNED: dict[str, Any] = {
    **HALVES,
    "AcceleratorPartitionLayouts": [{"AcceleratorPartitionTypes": ["mig-4g.20gb", "mig-3g.20gb"]}],
}
UPDATE = {"EndpointName": "live", "EndpointConfigName": "new"}
ROLLING = {
    "RollingUpdatePolicy": {
        "MaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": 50},
        "WaitIntervalInSeconds": 60,
    }
}
Given = list[tuple[str, dict[str, Any]]]


def config(name: str, variant: dict[str, Any], **members: Any) -> tuple[str, dict[str, Any]]:
    one = {"VariantName": members.pop("VariantName", "one"), "ModelName": "trees", **variant}
    return (
        "EndpointConfig",
        {"EndpointConfigName": name, "ProductionVariants": [one], **members},
    )


MODEL = ("Model", {"ModelName": "trees", "PrimaryContainer": {"Image": IMAGE}})
LIVE = ("Endpoint", {"EndpointName": "live", "EndpointConfigName": "old"})


def live(old: tuple[str, dict[str, Any]], *new: tuple[str, dict[str, Any]]) -> Given:
    """Return an endpoint with its config, and the config that it is to have."""
    return [MODEL, old, *new, LIVE]


def component(copies: int = 1, **needs: Any) -> dict[str, Any]:
    return {
        "InferenceComponentName": "part",
        "EndpointName": "live",
        "VariantName": "one",
        "Specification": {
            "Container": {"Image": IMAGE},
            "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 1024, **needs},
        },
        "RuntimeConfig": {"CopyCount": copies},
    }


def host(**variant: Any) -> Given:
    """Return an endpoint that inference components can be deployed on."""
    bare = {"VariantName": "one", **variant}
    members = {
        "EndpointConfigName": "old",
        "ExecutionRoleArn": ROLE,
        "ProductionVariants": [bare],
    }
    return [
        ("EndpointConfig", members),
        ("Endpoint", {**LIVE[1], "EndpointStatus": "InService"}),
    ]


PARTITION: dict[str, Any] = {
    "NumberOfAcceleratorDevicesRequired": 1,
    "AcceleratorPartitionType": "mig-3g.20gb",
}
OTHER: dict[str, Any] = {**PARTITION, "AcceleratorPartitionType": "mig-7g.40gb"}

UPDATES = [
    Refusal("reports.Endpoint.errors.update-to-a-config-without-AsyncInferenceConfig-of-an-endpoint",
            "UpdateEndpoint", UPDATE,
            live(config("old", ON_INSTANCES, **ASYNC), config("new", ON_INSTANCES)),
            {"endpoint": "live"}),
    Refusal("reports.Endpoint.errors.update-of-an-endpoint-on-instances-to-a-serverless",
            "UpdateEndpoint", UPDATE,
            live(config("old", ON_INSTANCES), config("new", SERVERLESS))),
    Refusal("reports.Endpoint.errors.update-that-changes-AcceleratorPartitionLayouts-of-a-variant",
            "UpdateEndpoint", UPDATE, live(config("old", HALVES), config("new", TURNED))),
    Refusal("reports.Endpoint.errors.DeploymentConfig-of-an-update-to-variants-of-other-names",
            "UpdateEndpoint", {**UPDATE, "DeploymentConfig": ROLLING},
            live(config("old", ON_INSTANCES), config("new", ON_INSTANCES, VariantName="two"))),
]  # fmt: skip
COMPONENTS = [
    Refusal("reports.InferenceComponent.errors.create-with-no-copy",
            "CreateInferenceComponent", component(0), host(**ON_INSTANCES)),
    Refusal("reports.InferenceComponent.errors.partition-that-no-layout-of-the-variant-has",
            "CreateInferenceComponent", component(**OTHER), host(**HALVES)),
    Refusal("reports.InferenceComponent.errors.partition-that-no-layout-of-the-variant-has",
            "CreateInferenceComponent", component(**PARTITION), host(**ON_INSTANCES)),
    Refusal("reports.InferenceComponent.errors.no-partition-where-the-variant-has-a-layout",
            "CreateInferenceComponent", component(), host(**HALVES)),
]  # fmt: skip


@pytest.mark.parametrize("row", rows(COMPONENTS))
def test_a_component_is_refused_as_reported(row: Refusal, sm: World) -> None:
    check(row, sm)


PART = {"InferenceComponentName": "part"}
COPIES = {**PART, "DesiredRuntimeConfig": {"CopyCount": 2}}
CHANGING = [
    Refusal("reports.InferenceComponent.errors.delete-while-the-number-of-copies-changes",
            "DeleteInferenceComponent", PART),
    Refusal("reports.InferenceComponent.errors.another-number-of-copies-while-that-number-changes",
            "UpdateInferenceComponentRuntimeConfig", COPIES),
]  # fmt: skip


@pytest.mark.parametrize("row", rows(CHANGING))
def test_copies_on_their_way_are_waited_for(row: Refusal, sm: World, client: Any) -> None:
    for kind, members in host(**ON_INSTANCES):
        sm.add(kind, REGION, **members)
    hosted: dict[str, Any] = {
        **PART,
        "EndpointName": "live",
        "InferenceComponentStatus": "InService",
    }
    sm.add("InferenceComponent", REGION, **hosted)
    client.update_inference_component_runtime_config(**COPIES)
    check(row, sm)


STARTING = Refusal(
    "reports.InferenceComponent.errors.delete-while-its-container-starts",
    "DeleteInferenceComponent", PART,
)  # fmt: skip


@pytest.mark.parametrize("row", rows([STARTING]))
def test_a_component_that_starts_is_not_deleted(row: Refusal, sm: World, client: Any) -> None:
    for kind, members in host(**ON_INSTANCES):
        sm.add(kind, REGION, **members)
    client.create_inference_component(**component())
    check(row, sm)


def start(sm: World, client: Any, given: Given) -> None:
    """Put configs there, and let an endpoint come up with the first."""
    for kind, members in given[:-1]:
        sm.add(kind, REGION, **members)
    client.create_endpoint(**LIVE[1])
    client.get_waiter("endpoint_in_service").wait(EndpointName="live")


@pytest.mark.parametrize("row", rows(UPDATES))
def test_an_update_is_refused_as_reported(row: Refusal, sm: World, client: Any) -> None:
    start(sm, client, list(row.given))
    check(row._replace(given=()), sm)
    assert client.describe_endpoint(EndpointName="live")["EndpointStatus"] == "InService"


@pytest.mark.parametrize(
    ("given", "more"),
    [
        (live(config("old", SERVERLESS), config("new", ON_INSTANCES)), {}),
        (live(config("old", SERVERLESS), config("new", SERVERLESS)), {}),
        (live(config("old", ON_INSTANCES), config("new", ON_INSTANCES, **ASYNC)), {}),
        (live(config("old", ON_INSTANCES, **ASYNC), config("new", ON_INSTANCES, **ASYNC)), {}),
        (live(config("old", HALVES), config("new", HALVES)), {"DeploymentConfig": ROLLING}),
        (live(config("old", ON_INSTANCES), config("new", ON_INSTANCES, VariantName="two")), {}),
    ],
)
def test_an_update_that_no_report_speaks_of_is_accepted(
    sm: World, client: Any, given: Given, more: dict[str, Any]
) -> None:
    start(sm, client, given)
    client.update_endpoint(**UPDATE, **more)
    client.get_waiter("endpoint_in_service").wait(EndpointName="live")
    assert client.describe_endpoint(EndpointName="live")["EndpointConfigName"] == "new"


@pytest.mark.parametrize(("variant", "needs"), [(HALVES, PARTITION), (ON_INSTANCES, {})])
def test_a_component_takes_a_partition_or_a_whole_accelerator(
    sm: World, client: Any, variant: dict[str, Any], needs: dict[str, Any]
) -> None:
    for kind, members in host(**variant):
        sm.add(kind, REGION, **members)
    assert client.create_inference_component(**component(**needs))["InferenceComponentArn"]


def test_serverless_memory_has_a_quota(sm: World) -> None:
    sm.quotas.on()
    given = live(config("old", SERVERLESS))[:-1]
    fact = "reports.Endpoint.errors.serverless-memory-above-that-of-the-account"
    check(Refusal(fact, "CreateEndpoint", LIVE[1], given), sm)
