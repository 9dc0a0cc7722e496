"""What the service itself lists: metadata of well-known models, and resource catalogs.

Neither can be created through the API. What the service lists is its own and changes; an account of
a test begins with nothing, and a test puts there what it wants to find: `sm.add("ModelMetadata", …)`.

Source: model, ListModelMetadata and ListResourceCatalogs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind

if TYPE_CHECKING:
    from sagestub.engine.context import Context

MODEL_METADATA = Kind(
    name="ModelMetadata",
    arn="-",
    shape="ModelMetadataSummary",
    identifier=("Framework", "FrameworkVersion", "Task", "Model"),
    source="model, ModelMetadataSummary",
)

RESOURCE_CATALOG = Kind(
    name="ResourceCatalog",
    arn="resource-catalog/{ResourceCatalogName}",
    shape="ResourceCatalog",
    identifier=("ResourceCatalogName",),
    source="model, ResourceCatalog",
)


def list_model_metadata(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the models that match all filters, in the order in which they were added."""
    assert context.call is not None
    filters = parameters.get("SearchExpression", {}).get("Filters", ())
    wanted = {asked["Name"]: asked["Value"] for asked in filters}
    found = context.resources("ModelMetadata", context.call, **wanted)
    return {"ModelMetadataSummaries": [one.kind.described(one.document) for one in found]}
