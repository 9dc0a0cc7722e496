"""SageMaker geospatial: Earth observation and vector enrichment jobs, raster data collections, tiles.

Source: API reference, Amazon SageMaker geospatial capabilities.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.plane import Plane, by_name
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LIFE = Lifecycle(
    path="INITIALIZING > IN_PROGRESS > COMPLETED",
    fail="FAILED",
    stop="STOPPING > STOPPED",
    delete="DELETING",
    delete_from="COMPLETED > FAILED > STOPPED",
    other="DELETED",
    seconds={"INITIALIZING": 30, "IN_PROGRESS": 600, "STOPPING": 30, "DELETING": 10},
)

COLLECTIONS = {
    "public/nmqj48dcu3g7ayw8": (
        "Sentinel 2 L2A COGs",
        "Sentinel-2a and Sentinel-2b imagery, processed to Level 2A, as cloud-optimized GeoTIFFs.",
        "https://registry.opendata.aws/sentinel-2-l2a-cogs",
        ("blue", "green", "red", "nir", "nir08", "nir09", "swir16", "swir22"),
    ),
    "public/gmqa64dcu2g9ayx1": (
        "USGS Landsat 8 Collection 2 Level 2",
        "Landsat 8 Collection 2 Level-2 surface reflectance.",
        "https://registry.opendata.aws/usgs-landsat",
        ("coastal", "blue", "green", "red", "nir08", "swir16", "swir22"),
    ),
}
"""Public raster data collections: name, description, page, bands.

Source: Developer Guide, "Geospatial data collections"; the list there is longer.
"""

OWNER_ACCOUNT = "378778860802"
"""The account that owns the public collections. Source: Developer Guide, "Geospatial"."""

FILTERS = [
    {"Name": "EoCloudCover", "Type": "number", "Minimum": 0.0, "Maximum": 100.0},
    {"Name": "Platform", "Type": "string"},
]

OPERATION_TYPES = {
    "BandMathConfig": "BAND_MATH",
    "CloudMaskingConfig": "CLOUD_MASKING",
    "CloudRemovalConfig": "CLOUD_REMOVAL",
    "GeoMosaicConfig": "GEOMOSAIC",
    "LandCoverSegmentationConfig": "LAND_COVER_SEGMENTATION",
    "ResamplingConfig": "RESAMPLING",
    "StackConfig": "STACKING",
    "TemporalStatisticsConfig": "TEMPORAL_STATISTICS",
    "ZonalStatisticsConfig": "ZONAL_STATISTICS",
}
"""OperationType of a summary by the job's configuration."""

ENRICHMENT_TYPES = {
    "MapMatchingConfig": "MAP_MATCHING",
    "ReverseGeocodingConfig": "REVERSE_GEOCODING",
}


def open_job(context: Context, resource: Resource) -> None:
    """Set what a job's configuration says about its sort, and that no time has passed yet."""
    document = resource.document
    config = next(iter(document.get("JobConfig", {"": None})), "")
    document["OperationType"] = OPERATION_TYPES.get(config, "")
    if config in ENRICHMENT_TYPES:
        document["Type"] = ENRICHMENT_TYPES[config]
    document["DurationInSeconds"] = 0
    source = document.get("InputConfig", {})
    query = source.get("RasterDataCollectionQuery")
    if query is not None:
        name = collection_called(str(query["RasterDataCollectionArn"]))["Name"]
        named = {**query, "RasterDataCollectionName": name}
        document["InputConfig"] = {**source, "RasterDataCollectionQuery": named}


def note_duration(context: Context, resource: Resource) -> None:
    """Set how long a job has run when it ends."""
    ran = context.clock.time() - resource.document.get("CreationTime", context.clock.time())
    resource.document["DurationInSeconds"] = int(ran)


def show_tags(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the tags, which are a map here and part of the answer."""
    return {"Tags": dict(resource.tags)} if resource.tags else {}


def export(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Export a job's results; it is done at once, as far as a test can see.

    Raises:
        ServiceError: The job has not completed.
    """
    if resource.status != "COMPLETED":
        raise ServiceError(
            "ConflictException", f"Job {resource.arn} is in status {resource.status}.", 409
        )
    resource.document["ExportStatus"] = "SUCCEEDED"
    return {
        **{m: v for m, v in parameters.items() if m != "ClientToken"},
        "CreationTime": context.clock.time(),
        "ExportStatus": "IN_PROGRESS",
    }


def job_kind(name: str, slug: str) -> Kind:
    """Return the declaration of one of the two sorts of job."""
    missing = Message(code="ResourceNotFoundException", text=f"{name} {{name}} does not exist.")
    busy = Message(code="ConflictException", text=f"{name} {{arn}} is in status {{status}}.")
    return Kind(
        name=name,
        arn=f"{slug}/{{id}}",
        arn_service="sagemaker-geospatial",
        identifier=("Arn",),
        create=f"Start{name}",
        describe=f"Get{name}",
        start="-",
        lifecycle=LIFE,
        on_create=(open_job,),
        on_enter=dict.fromkeys(("COMPLETED", "FAILED", "STOPPED"), (note_duration,)),
        on_describe=show_tags,
        operations={f"Export{name}": export},
        not_found=missing,
        cannot_stop=busy,
        cannot_delete=busy,
        source="API reference, Amazon SageMaker geospatial capabilities",
    )


# Raster data collections ------------------------------------------------------------------------


def collection_called(arn: str) -> dict[str, Any]:
    """Return a public raster data collection by its ARN.

    Raises:
        ServiceError: There is none.
    """
    for path, (name, description, page, bands) in COLLECTIONS.items():
        if arn.endswith(f"raster-data-collection/{path}"):
            return {
                "Arn": arn,
                "Name": name,
                "Type": "PUBLIC",
                "Description": description,
                "DescriptionPageUrl": page,
                "SupportedFilters": FILTERS,
                "ImageSourceBands": list(bands),
            }
    raise ServiceError("ResourceNotFoundException", f"{arn} does not exist.", 404)


def list_collections(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the public raster data collections."""
    assert context.call is not None
    prefix = f"arn:aws:sagemaker-geospatial:{context.call.region}:{OWNER_ACCOUNT}"
    arns = [f"{prefix}:raster-data-collection/{path}" for path in COLLECTIONS]
    listed = [collection_called(arn) for arn in arns]
    kept = [{m: v for m, v in one.items() if m != "ImageSourceBands"} for one in listed]
    return {"RasterDataCollectionSummaries": kept}


def get_collection(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return one raster data collection."""
    return collection_called(parameters["Arn"])


def search_collection(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return no items: no imagery exists here, and none is made up."""
    collection_called(parameters["Arn"])
    return {"ApproximateResultCount": 0, "Items": []}


def get_tile(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an empty tile: a transparent PNG of one pixel.

    Raises:
        ServiceError: The job does not exist.
    """
    _job(context, parameters["Arn"])
    return {"BinaryFile": EMPTY_TILE}


def _png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = struct.pack("!I", zlib.crc32(name + data))
        return struct.pack("!I", len(data)) + name + data + checksum

    header = struct.pack("!IIBBBBB", 1, 1, 8, 6, 0, 0, 0)
    pixel = zlib.compress(b"\x00" * 5)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


EMPTY_TILE = _png()


# Tags -------------------------------------------------------------------------------------------


def _job(context: Context, arn: str) -> Resource:
    found = context.registry.by_arn(arn)
    assert context.call is not None
    if found is None or found.account != context.call.account:
        raise ServiceError("ResourceNotFoundException", f"{arn} does not exist.", 404)
    return found


def list_tags(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a job's tags."""
    return {"Tags": dict(_job(context, parameters["ResourceArn"]).tags)}


def tag(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add tags to a job."""
    job = _job(context, parameters["ResourceArn"])
    job.tags = {**job.tags, **parameters["Tags"]}
    return {}


def untag(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take tags from a job; unknown keys are ignored."""
    job = _job(context, parameters["ResourceArn"])
    job.tags = {k: v for k, v in job.tags.items() if k not in parameters["TagKeys"]}
    return {}


PLANE = Plane(
    kinds=by_name(
        job_kind("EarthObservationJob", "earth-observation-job"),
        job_kind("VectorEnrichmentJob", "vector-enrichment-job"),
    ),
    functions={
        "ListRasterDataCollections": list_collections,
        "GetRasterDataCollection": get_collection,
        "SearchRasterDataCollection": search_collection,
        "GetTile": get_tile,
        "ListTagsForResource": list_tags,
        "TagResource": tag,
        "UntagResource": untag,
    },
)
