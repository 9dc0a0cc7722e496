"""Geospatial jobs, collections, tiles and tags. Source: API reference, SageMaker geospatial."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from sagestub import mock_sagemaker
from tests.conftest import shared_session

ROLE = "arn:aws:iam::123456789012:role/earth"
COLLECTION = (
    "arn:aws:sagemaker-geospatial:us-west-2:378778860802:raster-data-collection/public/"
    "nmqj48dcu3g7ayw8"
)


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_sagemaker():
        yield shared_session().client("sagemaker-geospatial", region_name="us-west-2")


def start(client: Any, **more: Any) -> str:
    times = {"StartTime": datetime(2024, 1, 1, tzinfo=timezone.utc)}
    times["EndTime"] = datetime(2024, 2, 1, tzinfo=timezone.utc)
    query = {"RasterDataCollectionArn": COLLECTION, "TimeRangeFilter": times}
    answer = client.start_earth_observation_job(
        Name="clouds",
        ExecutionRoleArn=ROLE,
        InputConfig={"RasterDataCollectionQuery": query},
        JobConfig={"CloudMaskingConfig": {}},
        **more,
    )
    return str(answer["Arn"])


def states(client: Any, arn: str, count: int) -> list[str]:
    return [client.get_earth_observation_job(Arn=arn)["Status"] for _ in range(count)]


def test_a_job_moves_is_exported_listed_and_deleted(client: Any) -> None:
    arn = start(client)
    assert arn.startswith("arn:aws:sagemaker-geospatial:us-west-2:123456789012:earth-observation-")
    assert states(client, arn, 3) == ["INITIALIZING", "IN_PROGRESS", "COMPLETED"]
    described = client.get_earth_observation_job(Arn=arn)
    query = described["InputConfig"]["RasterDataCollectionQuery"]
    assert query["RasterDataCollectionName"] == "Sentinel 2 L2A COGs"
    assert described["DurationInSeconds"] > 0
    output = {"S3Data": {"S3Uri": "s3://earth/out"}}
    client.export_earth_observation_job(Arn=arn, ExecutionRoleArn=ROLE, OutputConfig=output)
    assert client.get_earth_observation_job(Arn=arn)["ExportStatus"] == "SUCCEEDED"
    listed = client.list_earth_observation_jobs(StatusEquals="COMPLETED")
    summary = listed["EarthObservationJobSummaries"][0]
    assert (summary["Name"], summary["OperationType"]) == ("clouds", "CLOUD_MASKING")
    client.delete_earth_observation_job(Arn=arn)
    assert states(client, arn, 1) == ["DELETING"]
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_earth_observation_job(Arn=arn)


def test_a_job_stops_and_a_stopped_one_is_not_exported(client: Any) -> None:
    arn = start(client)
    client.stop_earth_observation_job(Arn=arn)
    assert states(client, arn, 2) == ["STOPPING", "STOPPED"]
    with pytest.raises(client.exceptions.ConflictException):
        client.export_earth_observation_job(
            Arn=arn, ExecutionRoleArn=ROLE, OutputConfig={"S3Data": {"S3Uri": "s3://earth/out"}}
        )


def test_tags_are_a_map(client: Any) -> None:
    arn = start(client, Tags={"team": "a"})
    assert client.get_earth_observation_job(Arn=arn)["Tags"] == {"team": "a"}
    client.tag_resource(ResourceArn=arn, Tags={"stage": "test"})
    client.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": "test"}


def test_collections_and_tiles(client: Any) -> None:
    listed = client.list_raster_data_collections()["RasterDataCollectionSummaries"]
    arn = listed[0]["Arn"]
    assert "nir" in client.get_raster_data_collection(Arn=arn)["ImageSourceBands"]
    tile = client.get_tile(Arn=start(client), ImageAssets=["red"], Target="INPUT", x=0, y=0, z=1)
    assert tile["BinaryFile"].read().startswith(b"\x89PNG")


def test_a_vector_job_knows_its_type(client: Any) -> None:
    answer = client.start_vector_enrichment_job(
        Name="roads",
        ExecutionRoleArn=ROLE,
        InputConfig={
            "DocumentType": "CSV",
            "DataSourceConfig": {"S3Data": {"S3Uri": "s3://roads/in"}},
        },
        JobConfig={"ReverseGeocodingConfig": {"XAttributeName": "x", "YAttributeName": "y"}},
    )
    assert answer["Type"] == "REVERSE_GEOCODING"
