"""Plain HTTP: requests to a SageMaker host that no client of botocore's has made.

Signed by hand, or presigned. Knows the hosts and how such a request names its operation; the doors
for `requests` and for botocore's own HTTP session share it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from sagestub.errors import NotAnsweredError
from sagestub.hooks import stack
from sagestub.hooks.signatures import signature_of

if TYPE_CHECKING:
    from sagestub.hooks.doors import Door
    from sagestub.types import Answer

HOST = (
    r"(?:(?P<front>[a-z0-9.-]+)\.)?(?P<service>sagemaker(?:-[a-z]+)*)"
    r"\.(?P<region>[a-z]+(?:-[a-z]+)+-\d+)\.(?:vpce\.)?"
    r"(?:amazonaws\.com|api\.aws|api\.amazonwebservices\.com)(?:\.cn)?"
)
"""The hosts of all SageMaker services, `api.sagemaker.{region}.amazonaws.com` above all."""

PAGE_HOST = r"[a-z0-9.-]+\.sagemaker\.aws"
"""The hosts of the web pages that presigned URLs open: of a domain, a notebook instance, MLflow."""


def host_of(url: str) -> re.Match[str] | None:
    """Return the parts of a SageMaker host; None for every other address."""
    if "sagemaker" not in url.lower():
        return None
    host = urlsplit(url).hostname or ""
    return re.fullmatch(HOST, host, re.IGNORECASE) or re.fullmatch(PAGE_HOST, host, re.IGNORECASE)


def answer_to(
    method: str, url: str, headers: Mapping[str, Any], body: Any, host: re.Match[str]
) -> Answer:
    """Return the answer to a request to a SageMaker host.

    Raises:
        NotAnsweredError: The host is of a service that sagestub cannot answer over plain HTTP.
    """
    from sagestub.model.service import load_service
    from sagestub.types import Answer, Request

    door = stack.active()
    assert door is not None
    if "service" not in host.re.groupindex:
        return page_at(url, door)
    service = service_at(host)
    if service != "sagemaker":
        raise NotAnsweredError(
            f"sagestub cannot answer {method} {urlsplit(url).path} of {service} over plain HTTP yet;"
            " nothing was sent.\nCall the operation through a boto3 client."
        )
    query = parse_qs(urlsplit(url).query)
    target = _text(headers.get("X-Amz-Target")) or "".join(query.get("X-Amz-Target", ()))
    model = load_service("sagemaker")
    prefix, _, operation = target.rpartition(".")
    if prefix != model.target_prefix:
        # Another service's target stays whole, so that no operation has its name.
        operation = target if prefix else "".join(query.get("Action", ()))
    access_key, region = signature_of(headers.get("Authorization"))
    if not access_key:
        scope = "".join(query.get("X-Amz-Credential", ()))
        access_key, region = signature_of(f"Credential={scope}")
    if method == "GET" and not operation:
        page = json.dumps({"message": "Missing operation"}).encode()
        return Answer(404, {"Content-Type": "application/json"}, page)
    if body is not None and not isinstance(body, (bytes, bytearray, str)):
        body = body.read()
    return door.answer(Request(model, operation, access_key, region or host["region"], body))


def page_at(url: str, door: Door) -> Answer:
    """Return what a browser gets: a page for a URL that a call has returned, else a refusal.

    The service would redirect to the application's own pages, of which there are none here (assumed).
    """
    from sagestub.types import Answer

    headers = {"Content-Type": "text/html; charset=utf-8"}
    if door.has_given(url):
        return Answer(200, headers, b"<!doctype html><title>sagestub</title>")
    return Answer(403, headers, b"<!doctype html><title>Forbidden</title>")


def service_at(host: re.Match[str]) -> str:
    """Return the name of the service at a host, as botocore calls it."""
    front = (host["front"] or "api").rpartition(".")[2].removesuffix("-fips").lower()
    service = host["service"].lower().removesuffix("-fips")
    return service if front in ("api", "sagemaker") else f"{service}-{front}"


def _text(header: str | bytes | None) -> str:
    return header.decode("latin-1") if isinstance(header, bytes) else header or ""
