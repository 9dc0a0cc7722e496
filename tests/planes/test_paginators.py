"""botocore's paginators of the services beside the control plane."""

from __future__ import annotations

from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError

from sagestub import World
from tests import covered

REGION = "us-west-2"
FLOW = f"arn:aws:sagemaker:{REGION}:123456789012:flow-definition/review"

ADDED: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("sagemaker-geospatial", "list_earth_observation_jobs"): ("EarthObservationJob", {}),
    ("sagemaker-geospatial", "list_vector_enrichment_jobs"): ("VectorEnrichmentJob", {}),
    ("sagemaker-a2i-runtime", "list_human_loops"): ("HumanLoop", {"FlowDefinitionArn": FLOW}),
}
"""What each paginator lists, with the members that its items need. Collections are there already."""


def paginators() -> list[tuple[str, str]]:
    """Return every paginator of the siblings, by service and method."""
    session = botocore.session.get_session()
    found = []
    for service in covered.services():
        if service == "sagemaker":
            continue
        try:
            model: Any = session.get_paginator_model(service)
        except (UnknownServiceError, botocore.exceptions.DataNotFoundError):
            continue
        found += [
            (service, botocore.xform_name(operation))
            for operation in sorted(model._paginator_config)
            if operation in covered.operations(service)
        ]
    return found


def test_every_paginator_is_tried() -> None:
    others = {
        ("sagemaker-geospatial", "list_raster_data_collections"),
        ("sagemaker-featurestore-runtime", "list_records"),
    }
    assert set(paginators()) <= set(ADDED) | others


@pytest.mark.parametrize(("service", "method"), ADDED)
def test_a_paginator_yields_all_in_pages(sm: World, service: Any, method: Any) -> None:
    kind, members = ADDED[service, method]
    sm.add("FlowDefinition", region=REGION, FlowDefinitionName="review")
    for _ in range(5):
        sm.add(kind, region=REGION, **members)
    client = boto3.client(service, region_name=REGION)
    asked = {"FlowDefinitionArn": FLOW} if kind == "HumanLoop" else {}
    paginator = client.get_paginator(method)
    pages = list(paginator.paginate(**asked, PaginationConfig={"PageSize": 2}))
    result = paginator.result_keys[0].parsed["value"]
    assert [len(page[result]) for page in pages] == [2, 2, 1]
    assert len({str(item) for page in pages for item in page[result]}) == 5


def test_the_collections_are_paged(sm: World) -> None:
    client = boto3.client("sagemaker-geospatial", region_name=REGION)
    paginator = client.get_paginator("list_raster_data_collections")
    whole = client.list_raster_data_collections()["RasterDataCollectionSummaries"]
    pages = list(paginator.paginate(PaginationConfig={"PageSize": 1}))
    assert [item for page in pages for item in page["RasterDataCollectionSummaries"]] == whole


def test_records_are_paged(sm: World) -> None:
    control = boto3.client("sagemaker", region_name=REGION)
    sm.transitions(rule="immediate")
    control.create_feature_group(
        FeatureGroupName="customers",
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="time",
        FeatureDefinitions=[
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "time", "FeatureType": "Fractional"},
        ],
        OnlineStoreConfig={"EnableOnlineStore": True},
    )
    store: Any = boto3.client("sagemaker-featurestore-runtime", region_name=REGION)
    for number in range(5):
        record = {"id": str(number), "time": "1"}
        store.put_record(
            FeatureGroupName="customers",
            Record=[{"FeatureName": n, "ValueAsString": v} for n, v in record.items()],
        )
    pages = store.get_paginator("list_records").paginate(
        FeatureGroupName="customers", PaginationConfig={"PageSize": 2}
    )
    assert [page["RecordIdentifiers"] for page in pages] == [["0", "1"], ["2", "3"], ["4"]]
