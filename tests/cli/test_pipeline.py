"""`python -m sagestub pipeline run`: what it prints, and with which exit code it ends."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

import sagestub
from sagestub.__main__ import main
from sagestub.cli.pipeline import Order, run
from sagestub.cli.pipeline_screens import LineScreen, TableScreen, screen_for

DEFINITIONS = Path(__file__).parents[1] / "pipelines" / "definitions"
GATE = str(DEFINITIONS / "train-and-gate.json")
OUTSIDE = str(DEFINITIONS / "outside.json")
ITEMS = str(DEFINITIONS / "items.json")

Printed = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def report(tmp_path: Path) -> str:
    """A property file in which the error is 2."""
    file = tmp_path / "evaluation.json"
    file.write_text(json.dumps({"regression_metrics": {"mse": {"value": 2.0}}}))
    return f"--property-file=Evaluate.Report={file}"


def events(text: str) -> list[tuple[str, ...]]:
    """Return step and status of each line that tells of an event."""
    lines = [line.split() for line in text.splitlines() if line.startswith("  ")]
    return [(words[1], words[3]) for words in lines]


def test_a_definition_runs_to_its_end(capsys: Printed, report: str) -> None:
    assert main(["pipeline", "run", GATE, report]) == 0
    out = capsys.readouterr().out
    assert events(out)[:2] == [("Prepare", "Executing"), ("Prepare", "Succeeded")]
    assert events(out)[-1] == ("Register", "Succeeded")
    assert "Succeeded  If" in out
    assert out.splitlines()[-1].startswith("Succeeded after ")
    assert out.splitlines()[-1].endswith(": 5 of 6 steps ran.")


def test_parameters_lead_into_the_other_branch(capsys: Printed, report: str) -> None:
    assert main(["pipeline", "run", GATE, report, "--param", "Threshold=1.5"]) == 1
    out = capsys.readouterr().out
    assert ("TooBad", "Failed") in events(out)
    assert "Error is above 1.5" in out
    assert out.splitlines()[-1].startswith("Failed after ")


def test_a_step_is_told_to_fail(capsys: Printed, report: str) -> None:
    assert main(["pipeline", "run", GATE, report, "--fail", "Tr*=no space left"]) == 1
    out = capsys.readouterr().out
    assert events(out)[-1] == ("Train", "Failed")
    assert "no space left" in out


def test_a_reason_stays_in_its_line(capsys: Printed, report: str) -> None:
    assert main(["pipeline", "run", GATE, report, "--fail", "Train=first\nsecond"]) == 1
    assert "first second" in capsys.readouterr().out.splitlines()[-2]


def test_outputs_of_steps_outside_sagemaker_are_given(capsys: Printed) -> None:
    outputs = ["--output=Count.rows=3", "--output=Count.place=s3://x", "--output=Ask.answer=no"]
    assert main(["pipeline", "run", OUTSIDE, "--param=Bucket=b", *outputs]) == 1
    assert events(capsys.readouterr().out)[-2:] == [("Enough", "Succeeded"), ("Stop", "Failed")]


@pytest.mark.parametrize(("auc", "branch"), [("0.95", "If"), ("0.5", "Else")])
def test_metrics_of_training_steps_are_given(
    capsys: Printed, tmp_path: Path, auc: str, branch: str
) -> None:
    definition = json.loads(Path(GATE).read_text())
    train = definition["Steps"][1]
    del train["Arguments"]["InputDataConfig"]
    reached = {"Get": "Steps.Train.FinalMetricDataList['val:auc'].Value"}
    gate = {"Type": "GreaterThan", "LeftValue": reached, "RightValue": 0.9}
    definition["Steps"] = [
        train,
        {"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": [gate]}},
    ]
    file = tmp_path / "metric.json"
    file.write_text(json.dumps(definition))
    assert main(["pipeline", "run", str(file), f"--metric=Train.val:auc={auc}"]) == 0
    assert f"Succeeded  {branch}" in capsys.readouterr().out


def test_steps_of_a_foreach_step_are_shown(capsys: Printed) -> None:
    items = json.dumps([{"name": "a"}, {"name": "b"}])
    outputs = [f"List.items={items}", "Load.place=x", "Score.score=0.5"]
    given = [f"--output={output}" for output in outputs]
    assert main(["pipeline", "run", ITEMS, *given]) == 0
    shown = events(capsys.readouterr().out)
    for name in ("Load-0", "Load-1", "Score-0", "Score-1", "Each", "Tell"):
        assert (name, "Succeeded") in shown
    assert shown.index(("Score-1", "Succeeded")) < shown.index(("Each", "Succeeded"))


def test_a_step_of_a_body_is_told_to_fail(capsys: Printed) -> None:
    items = json.dumps([{"name": "a"}, {"name": "b"}])
    outputs = [f"--output=List.items={items}", "--output=Load.place=x"]
    assert main(["pipeline", "run", ITEMS, *outputs, "--fail=Load-1=gone"]) == 1
    assert ("Load-1", "Failed") in events(capsys.readouterr().out)


def test_what_describe_pipeline_returns_can_be_run(capsys: Printed, tmp_path: Path) -> None:
    described = {"PipelineName": "gate", "PipelineDefinition": Path(GATE).read_text()}
    file = tmp_path / "described.json"
    file.write_text(json.dumps(described))
    assert main(["pipeline", "run", str(file), "--fail=Prepare"]) == 1
    assert events(capsys.readouterr().out)[-1] == ("Prepare", "Failed")


def test_a_picture_is_written(tmp_path: Path, report: str) -> None:
    picture = tmp_path / "run.svg"
    assert main(["pipeline", "run", GATE, report, "--svg", str(picture)]) == 0
    assert picture.read_text().startswith("<svg ")


def test_a_picture_that_cannot_be_written(capsys: Printed, tmp_path: Path, report: str) -> None:
    picture = tmp_path / "nowhere" / "run.svg"
    assert main(["pipeline", "run", GATE, report, "--svg", str(picture)]) == 2
    assert f"{picture} cannot be written" in capsys.readouterr().err


def test_nothing_is_left_behind(report: str) -> None:
    main(["pipeline", "run", GATE, report])
    with sagestub.mock_sagemaker() as sm:
        assert sm.resources() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([GATE, "--param", "Threshold"], "'Threshold' is not of the form NAME=VALUE"),
        ([GATE, "--fail", "=x"], "'=x' is not of the form STEP or STEP=REASON"),
        ([GATE, "--property-file", "Report=x"], "is not of the form STEP.FILE=PATH"),
        ([GATE, "--property-file", "A.B="], "names no file"),
        ([GATE, "--output", "A=1"], "'A=1' is not of the form STEP.NAME=VALUE"),
        ([GATE, "--metric", "Train.auc=high"], "'high' in 'Train.auc=high' is no number"),
        ([], "the following arguments are required: DEFINITION"),
    ],
)
def test_words_that_are_not_understood(capsys: Printed, words: list[str], told: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["pipeline", "run", *words])
    assert left.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere.json"], "nowhere.json cannot be read"),
        ([GATE, "--param", "Other=1"], "Parameters [Other] are not defined"),
        ([GATE, "--param", "InstanceCount=many"], "is not of type [Integer]"),
        ([GATE, "--fail", "Nobody"], "There is no step 'Nobody'"),
        ([GATE, "--output", "Nobody.a=1"], "There is no step 'Nobody'"),
        ([GATE, "--property-file", "Train.Report=x"], "There is no property file of step 'Train'"),
        ([GATE, "--property-file", "Evaluate.Report=nowhere"], "nowhere cannot be read"),
        ([GATE, "--output", "Train.a=1"], "Training"),
        ([__file__], "Unable to parse pipeline definition."),
    ],
)
def test_orders_that_cannot_be_followed(capsys: Printed, words: list[str], told: str) -> None:
    assert main(["pipeline", "run", *words]) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert printed.err.startswith("python -m sagestub pipeline run: ")
    assert printed.out == ""


def test_pipeline_without_an_action_says_what_there_is(capsys: Printed) -> None:
    with pytest.raises(SystemExit) as left:
        main(["pipeline"])
    assert left.value.code == 2
    assert "action" in capsys.readouterr().err


def order(file: str, **members: Any) -> Order:
    ordered: dict[str, Any] = {"parameters": [], "failures": [], "property_files": []}
    return Order(
        Path(file), **{**ordered, "outputs": [], "metrics": [], "region": "eu-west-1", **members}
    )


def test_a_terminal_gets_a_table_that_changes() -> None:
    pytest.importorskip("rich")
    output = Terminal()
    assert not run(order(GATE, failures=[("Train", "full")]), TableScreen(output, pause=0))
    text = output.getvalue()
    assert "Prepare" in text
    assert "full" in text
    assert "Failed after" in text


def test_of_many_steps_the_table_shows_those_that_tell_something(tmp_path: Path) -> None:
    pytest.importorskip("rich")
    steps = [
        {"Name": f"Call{n}", "Type": "Lambda", "FunctionArn": "arn", "Arguments": {}}
        for n in range(60)
    ]
    file = tmp_path / "many.json"
    file.write_text(json.dumps({"Steps": steps}))
    output = Terminal()
    run(order(str(file), failures=[("Call7", "full")]), TableScreen(output, pause=0))
    text = output.getvalue()
    assert "of 60 steps have ended" in text
    assert "Call7 " in text
    assert "Call59" not in text.rpartition("Call7 ")[2]


def test_a_pipe_and_a_dumb_terminal_get_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich")
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(screen_for(io.StringIO()), LineScreen)
    assert isinstance(screen_for(Terminal()), TableScreen)
    assert isinstance(screen_for(Terminal(), plain=True), LineScreen)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(screen_for(Terminal()), LineScreen)


def test_the_region_is_that_of_the_session(capsys: Printed, report: str) -> None:
    main(["pipeline", "run", GATE, report, "--region", "ap-south-1"])
    assert ":ap-south-1:" in capsys.readouterr().out.splitlines()[0]
