"""Botocore's data files are parsed once a process while mocks are active, and by nobody else's rules."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.loaders import JSONFileLoader

from sagestub import mock_sagemaker
from sagestub.model import files


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file has been parsed; nothing is remembered from other tests."""
    counts: Counter[str] = Counter()
    load_file = JSONFileLoader.load_file

    def counting(self: Any, file_path: str) -> Any:
        document = load_file(self, file_path)
        if document is not None:
            counts[Path(file_path).relative_to(Path(file_path).parents[2]).as_posix()] += 1
        return document

    monkeypatch.setattr(files, "_documents", {})
    monkeypatch.setattr(JSONFileLoader, "load_file", counting)
    return counts


def client(session: Any = None) -> Any:
    return (session or boto3.Session()).client("sagemaker", region_name="eu-west-1")


MODEL = "sagemaker/2017-07-24/service-2"


def test_sessions_made_in_a_mock_parse_the_service_model_once(parsed: Counter[str]) -> None:
    with mock_sagemaker():
        models = {id(client().meta.service_model.metadata) for _ in range(3)}
    assert parsed[MODEL] == 1
    assert len(models) == 1


def test_the_next_mock_parses_nothing_again(parsed: Counter[str]) -> None:
    for _ in range(2):
        with mock_sagemaker():
            client()
    assert set(parsed.values()) == {1}


def test_the_handle_and_clients_share_one_parsed_model(parsed: Counter[str]) -> None:
    with mock_sagemaker() as sm:
        sm.add("CompilationJob", CompilationJobName="resnet", region="eu-west-1")
        described = client().describe_compilation_job(CompilationJobName="resnet")
    assert described["CompilationJobName"] == "resnet"
    assert parsed[MODEL] == 1


def test_leaving_gives_botocore_its_own_loader_back(parsed: Counter[str]) -> None:
    own = JSONFileLoader.load_file
    with mock_sagemaker(), mock_sagemaker():
        assert JSONFileLoader.load_file is not own
    assert JSONFileLoader.load_file is own


def test_a_session_made_after_the_mock_parses_for_itself(parsed: Counter[str]) -> None:
    with mock_sagemaker():
        inside = client().meta.service_model.metadata
    outside = client().meta.service_model.metadata
    assert parsed[MODEL] == 2
    assert outside == inside
    assert outside is not inside


def test_a_loader_that_somebody_has_put_on_top_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_sagemaker():
        ours = JSONFileLoader.load_file

        def theirs(self: Any, file_path: str) -> Any:
            return ours(self, file_path)

        monkeypatch.setattr(JSONFileLoader, "load_file", theirs)
        client()
    assert JSONFileLoader.load_file is theirs
    monkeypatch.undo()


@pytest.fixture
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's own models, in which the test writes a service `mine`."""
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    folder = tmp_path / "mine" / "2020-01-01"
    folder.mkdir(parents=True)
    return folder / "service-2.json"


def test_files_of_a_data_path_are_read_each_time(own_models: Path) -> None:
    with mock_sagemaker():
        for version in ("1", "2"):
            own_models.write_text(json.dumps({"metadata": {"uid": version}}))
            loader = botocore.session.Session().get_component("data_loader")
            assert loader.load_service_model("mine", "service-2")["metadata"]["uid"] == version


def test_a_data_path_may_extend_sagemaker_itself(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    folder = tmp_path / "sagemaker" / "2017-07-24"
    folder.mkdir(parents=True)
    extra = {"version": 1, "merge": {"metadata": {"signingName": "mine"}}}
    (folder / "service-2.sdk-extras.json").write_text(json.dumps(extra))
    with mock_sagemaker():
        assert client().meta.service_model.signing_name == "mine"
    monkeypatch.delenv("AWS_DATA_PATH")
    with mock_sagemaker():
        assert client().meta.service_model.signing_name == "sagemaker"
