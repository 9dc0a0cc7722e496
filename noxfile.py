"""The checks under the names that people guess; `.ci/run` runs the same on a fresh machine."""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "typing", "tests"]
nox.options.reuse_existing_virtualenvs = True

CLIENTS = ["aioboto3", "airflow", "awscli", "sdk_v2", "sdk_v3"]
"""What `tests/clients` has suites for: the folder, and the extra that installs the client."""

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; with arguments, those."""
    session.install(".[terminal,test]")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, format and the direction of imports."""
    session.install("--editable", ".[lint]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")


@nox.session
def typing(session: nox.Session) -> None:
    """Check types, strictly, in the package and in the tests."""
    session.install("--editable", ".[lint,terminal,test]")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Run all code in README, docs and docstrings, and check that the reference is whole."""
    session.install(".[terminal,test]")
    session.run("pytest", "tests/docs", "tests/test_public_names.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the cost of calls against Moto and against the floor."""
    session.install(".[terminal,test]")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session
def oldest(session: nox.Session) -> None:
    """Run the tests that hold on every botocore on the oldest one."""
    session.run("bash", ".ci/run", "oldest", external=True)


@nox.session
def newest(session: nox.Session) -> None:
    """Run the tests on the newest botocore that the index has, pre-releases included."""
    session.install(".[terminal,test]")
    session.install("--upgrade", "--pre", "boto3", "botocore")
    session.run("pytest", *session.posargs)


@nox.session
def aiobotocore(session: nox.Session) -> None:
    """Run the tests of aiobotocore's clients, with a botocore that it accepts."""
    session.run("bash", ".ci/run", "aiobotocore", external=True)


@nox.session
@nox.parametrize("name", CLIENTS)
def client(session: nox.Session, name: str) -> None:
    """Run the suite of one client in an environment of its own: `nox -s "client(name='airflow')"`."""
    # One after the other: all at once sends pip looking through every release of what clients pin.
    session.install(f".[{name.replace('_', '-')}]")
    session.install(".[test]")
    pages = "tests/docs/test_examples.py"
    session.run("pytest", f"tests/clients/{name}", pages, *session.posargs)
