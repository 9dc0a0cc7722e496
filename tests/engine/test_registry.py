"""The registry against a model of it, through a real client: whatever the order of calls."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sagestub import World, mock_sagemaker

NAMES = st.sampled_from(["a", "ab", "B", "b-1", "b-10"])
ENDED = ("COMPLETED", "FAILED", "STOPPED")
NEXT = {"STARTING": "INPROGRESS", "INPROGRESS": "COMPLETED", "STOPPING": "STOPPED"}


class Jobs(RuleBasedStateMachine):
    """Compilation jobs, as a dict from name to status and tags, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.mock = mock_sagemaker()
        self.sm: World = self.mock.start()
        self.client: Any = boto3.client(
            "sagemaker",
            region_name="eu-west-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        self.jobs: dict[str, tuple[str, dict[str, str]]] = {}

    def teardown(self) -> None:
        self.mock.stop()

    def refused(self, code: str, call: Any, **parameters: Any) -> None:
        with pytest.raises(ClientError) as raised:
            call(**parameters)
        assert raised.value.response["Error"]["Code"] == code

    @rule(name=NAMES, tags=st.dictionaries(st.sampled_from("xyz"), st.sampled_from("12")))
    def create(self, name: str, tags: dict[str, str]) -> None:
        request = {
            "CompilationJobName": name,
            "RoleArn": "arn:aws:iam::123456789012:role/sagemaker",
            "InputConfig": {"S3Uri": "s3://bucket/model.tar.gz", "Framework": "XGBOOST"},
            "OutputConfig": {"S3OutputLocation": "s3://bucket/out", "TargetDevice": "ml_c5"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 900},
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        if name in self.jobs:
            self.refused("ResourceInUse", self.client.create_compilation_job, **request)
        else:
            self.client.create_compilation_job(**request)
            self.jobs[name] = ("STARTING", dict(tags))

    @rule(name=NAMES)
    def describe(self, name: str) -> None:
        call = self.client.describe_compilation_job
        if name not in self.jobs:
            self.refused("ResourceNotFound", call, CompilationJobName=name)
            return
        status, tags = self.jobs[name]
        assert call(CompilationJobName=name)["CompilationJobStatus"] == status
        self.jobs[name] = (NEXT.get(status, status), tags)

    @rule(name=NAMES)
    def stop(self, name: str) -> None:
        call = self.client.stop_compilation_job
        status, tags = self.jobs.get(name, ("", {}))
        if not status:
            self.refused("ResourceNotFound", call, CompilationJobName=name)
        elif status in ("STARTING", "INPROGRESS"):
            call(CompilationJobName=name)
            self.jobs[name] = ("STOPPING", tags)
        else:
            self.refused("ValidationException", call, CompilationJobName=name)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        call = self.client.delete_compilation_job
        if name not in self.jobs:
            self.refused("ResourceNotFound", call, CompilationJobName=name)
        elif self.jobs[name][0] in ENDED:
            call(CompilationJobName=name)
            del self.jobs[name]
        else:
            self.refused("ValidationException", call, CompilationJobName=name)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), tags=st.dictionaries(st.sampled_from("xyz"), st.sampled_from("34")))
    def add_tags(self, data: Any, tags: dict[str, str]) -> None:
        name = data.draw(st.sampled_from(sorted(self.jobs)))
        arn = f"arn:aws:sagemaker:eu-west-1:123456789012:compilation-job/{name}"
        given = [{"Key": key, "Value": value} for key, value in tags.items()]
        self.client.add_tags(ResourceArn=arn, Tags=given)
        self.jobs[name][1].update(tags)

    @rule(name=NAMES, key=st.sampled_from("xyz"))
    def delete_tag(self, name: str, key: str) -> None:
        arn = f"arn:aws:sagemaker:eu-west-1:123456789012:compilation-job/{name}"
        if name not in self.jobs:
            parameters = {"ResourceArn": arn, "TagKeys": [key]}
            self.refused("ValidationException", self.client.delete_tags, **parameters)
            return
        self.client.delete_tags(ResourceArn=arn, TagKeys=[key])
        self.jobs[name][1].pop(key, None)

    @rule(
        sort_by=st.sampled_from(["Name", "CreationTime", "Status"]),
        order=st.sampled_from(["Ascending", "Descending"]),
        status=st.sampled_from([None, "STARTING", "COMPLETED", "STOPPED"]),
        contains=st.sampled_from([None, "b", "1", "a"]),
        size=st.integers(1, 4),
    )
    def list(
        self, sort_by: str, order: str, status: str | None, contains: str | None, size: int
    ) -> None:
        parameters: dict[str, Any] = {"SortBy": sort_by, "SortOrder": order}
        if status is not None:
            parameters["StatusEquals"] = status
        if contains is not None:
            parameters["NameContains"] = contains
        pages = self.client.get_paginator("list_compilation_jobs").paginate(
            **parameters, PaginationConfig={"PageSize": size}
        )
        found = [s["CompilationJobName"] for page in pages for s in page["CompilationJobSummaries"]]
        expected = [
            name
            for name, (actual, _) in self.jobs.items()
            if status in (None, actual) and (contains or "") in name
        ]
        # Ties stand in the order of creation, and are turned around with the rest.
        if sort_by != "CreationTime":
            expected.sort(key=lambda name: name if sort_by == "Name" else self.jobs[name][0])
        if order == "Descending":
            expected.reverse()
        assert found == expected

    @invariant()
    def handle_and_tags_agree(self) -> None:
        resources = self.sm.resources("CompilationJob")
        assert {job.name: (job.status, job.tags) for job in resources} == self.jobs
        for job in resources:
            tags = self.client.list_tags(ResourceArn=job.arn)["Tags"]
            assert {tag["Key"]: tag["Value"] for tag in tags} == job.tags


TestJobs = Jobs.TestCase
TestJobs.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
