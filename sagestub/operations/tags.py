"""AddTags, ListTags and DeleteTags, for every resource by its ARN.

Source: facts, cross-cutting, section 8.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.operations.plan import Plan, Verb
    from sagestub.types import Call, Document

MOST_TAGS = 50


def add_tags(context: Context, plan: Plan, call: Call) -> Document | None:
    """Add tags or overwrite them by key; answer all tags of the resource.

    Raises:
        ServiceError: The resource is not there or takes no tags, or would have too many.
    """
    resource = _tagged(context, call)
    for check in resource.kind.kind.tag_checks:
        check(context, resource)
    resource.tags = with_more_tags(resource, call.parameters["Tags"])
    return {"Tags": tag_list(resource.tags)}


def list_tags(context: Context, plan: Plan, call: Call) -> Document | None:
    """Return all tags of the resource; there are never more than one page."""
    return {"Tags": tag_list(_tagged(context, call).tags)}


def delete_tags(context: Context, plan: Plan, call: Call) -> Document | None:
    """Take tags away by key; unknown keys are ignored."""
    resource = _tagged(context, call)
    gone = set(call.parameters["TagKeys"])
    resource.tags = {key: value for key, value in resource.tags.items() if key not in gone}
    return {}


def tags_of(tags: Any) -> dict[str, str]:
    """Return a list of `{Key, Value}` as a dict."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Return tags as the API lists them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def with_more_tags(resource: Resource, given: Any) -> dict[str, str]:
    """Return a resource's tags with others added, or overwritten by key.

    Raises:
        ServiceError: There would be more than 50 (text assumed).
    """
    merged = {**resource.tags, **tags_of(given)}
    if len(merged) > MOST_TAGS:
        raise ServiceError("ValidationException", f"A resource can have at most {MOST_TAGS} tags.")
    return merged


def with_checked_tags(verb: Verb) -> Verb:
    """Return a verb of an operation that takes tags; wrong ones are refused before anything is done."""

    @wraps(verb)
    def answer(context: Context, plan: Plan, call: Call) -> Document | None:
        check_tags(call.parameters.get("Tags", ()))
        return verb(context, plan, call)

    return answer


def check_tags(given: Any) -> None:
    """Refuse tags that the service refuses (texts: assumed).

    Args:
        given: A list of `{Key, Value}`, as the control plane has it, or a map, as its siblings have it.

    Raises:
        ServiceError: A key is reserved or given twice.
    """
    keys = list(given) if isinstance(given, dict) else [tag["Key"] for tag in given]
    for key in keys:
        if key.lower().startswith("aws:"):
            raise ServiceError(
                "ValidationException",
                f"Tag keys starting with 'aws:' are reserved for system use: {key}",
            )
    if len(set(keys)) != len(keys):
        raise ServiceError("ValidationException", "Tag keys must be unique per resource.")


def _tagged(context: Context, call: Call) -> Resource:
    """Return the resource that the call's ARN names.

    Raises:
        ServiceError: There is none, or it is of another region.
    """
    arn = call.parameters["ResourceArn"]
    region = arn.split(":")[3]
    if region and region != call.region:
        raise ServiceError(
            "ValidationException", f"ARN should be scoped to correct region: {call.region}"
        )
    resource = context.registry.by_arn(arn)
    # Letter case counts. Source: boto/boto3 issue 4606.
    if resource is None or resource.account != call.account or resource.arn != arn:
        raise ServiceError("ValidationException", "Resource does not exist.")
    if resource.status == "Deleted":
        # Source: aws/amazon-sagemaker-feedback issue 108 (of apps; the message is empty).
        raise ServiceError("ValidationException")
    if not resource.kind.kind.taggable:
        # Source: hashicorp/terraform-provider-aws pull 20065.
        sort = arn.split(":")[5].partition("/")[0]
        raise ServiceError("ValidationException", f"Invalid resource type: {sort}")
    return resource
