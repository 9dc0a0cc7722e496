"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

import sagestub
from sagestub.__main__ import main
from sagestub.cli.screens import PlainScreen, TerminalScreen, screen_for


class Terminal(io.StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    return capsys


def states_in(text: str) -> list[str]:
    """Return the states of a demo's plain lines, in order."""
    lines = [line.split() for line in text.splitlines() if line.startswith("  ")]
    return [words[1] for words in lines]


def test_the_demo_shows_the_states_as_they_pass(printed: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    assert states_in(printed.readouterr().out) == [
        *("STARTING", "INPROGRESS", "COMPLETED"),
        *("STARTING", "INPROGRESS", "FAILED"),
        *("Executing", "Succeeded"),
    ]


def test_the_demo_says_why_a_job_has_failed(printed: pytest.CaptureFixture[str]) -> None:
    main(["demo"])
    assert "FailureReason: ClientError: no kernel for int8 on ml_c5" in printed.readouterr().out


def test_the_demo_names_its_region(printed: pytest.CaptureFixture[str]) -> None:
    main(["demo", "--region", "ap-south-1"])
    assert printed.readouterr().out.splitlines()[0].endswith("ap-south-1")


def test_the_demo_leaves_nothing_behind(printed: pytest.CaptureFixture[str]) -> None:
    main(["demo"])
    with sagestub.mock_sagemaker() as sm:
        assert sm.resources() == []


def test_a_terminal_gets_tables() -> None:
    pytest.importorskip("rich")
    from sagestub.cli.demo import demo

    output = Terminal()
    demo(TerminalScreen(output, pause=0), "eu-west-1")
    assert "CompilationJob resnet" in output.getvalue()
    assert "Succeeded" in output.getvalue()


def test_a_terminal_without_rich_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich", None)
    assert isinstance(screen_for(Terminal()), PlainScreen)


def test_a_dumb_terminal_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(screen_for(Terminal()), PlainScreen)


def test_plain_text_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(screen_for(Terminal(), plain=True), PlainScreen)


def test_the_version(printed: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert printed.readouterr().out == f"sagestub {sagestub.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dmeo"], "there is no command 'dmeo'. Did you mean 'demo'?"),
        (["demo", "--pause", "soon"], "'soon' is no number of seconds from 0 to 60"),
        (["demo", "--pause", "nan"], "'nan' is no number of seconds from 0 to 60"),
        (["demo", "--pause"], "expected one argument"),
        (["demo", "--fast"], "unrecognized arguments: --fast"),
        (["--verison"], "unrecognized arguments: --verison"),
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_explained(
    arguments: list[str], said: str, printed: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    message = printed.readouterr().err
    assert said in message
    assert "--help" in message


def test_no_command_shows_the_help(printed: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "demo" in printed.readouterr().err


def test_the_help_of_the_demo_names_its_options(printed: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["demo", "--help"])
    assert left.value.code == 0
    help_text = printed.readouterr().out
    assert all(option in help_text for option in ("--plain", "--pause", "--region"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this Python and return what it printed."""
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_the_module_can_be_run() -> None:
    finished = run("-m", "sagestub", "demo")
    assert finished.returncode == 0
    assert finished.stderr == ""
    assert states_in(finished.stdout)[-1] == "Succeeded"


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    script = (
        "import subprocess, sys\n"
        "demo = subprocess.Popen([sys.executable, '-m', 'sagestub', 'demo'],"
        " stdout=subprocess.PIPE, stderr=subprocess.PIPE)\n"
        "demo.stdout.close()\n"
        "print(demo.wait(), demo.stderr.read())\n"
    )
    assert run("-c", script).stdout == "0 b''\n"


def test_help_needs_no_boto3() -> None:
    script = (
        "import sys\n"
        "from sagestub.__main__ import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "assert 'botocore' not in sys.modules and 'boto3' not in sys.modules\n"
    )
    assert run("-c", script).returncode == 0
