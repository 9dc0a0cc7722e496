"""What hears of every move in a world, and lets happen what follows from it outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sagestub import moto
from sagestub.effects.changes import Events
from sagestub.effects.clients import Clients, quietly

if TYPE_CHECKING:
    from sagestub.effects.containers import Registered
    from sagestub.effects.storage import Storage
    from sagestub.effects.transitions import Hearer
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ROOM = "effects"

RUNNING = frozenset({"TrainingJob", "ProcessingJob", "TransformJob", "CompilationJob"})
"""The kinds of job in which something runs: those of `jobs.JOBS`, which is not loaded to know that."""

LOGGING = RUNNING | {"InferenceRecommendationsJob"}
"""The kinds that write a log: those of `jobs.LOGGING`."""

LEAVING = RUNNING | {"AutoMLJob", "AutoMLJobV2", "LabelingJob"}
"""The kinds that leave something in S3 when they end."""


class Effects:
    """The effects of one world.

    Args:
        context: What they work with.
        key_of: Returns an access key of an account.
    """

    def __init__(self, context: Context, key_of: Callable[[str], str]) -> None:
        self._context = context
        self.clients = Clients(key_of)
        self.events = Events(context, self.clients)
        self.containers: list[Registered] = []
        self.hearers: list[Hearer] = []

    def heard(self, resource: Resource, left: str, entered: str) -> None:
        """Hear of a move.

        A job that ends leaves its artifacts first, so that they are there for whoever hears of it.
        """
        name = resource.kind.name
        if name in LEAVING:
            lifecycle = resource.kind.lifecycle
            if lifecycle is not None and lifecycle.is_end(entered):
                self._ended(resource)
        self.events.moved(resource, left, entered)
        if self.hearers:
            from sagestub.effects.transitions import tell

            tell(self._context, self.hearers, resource, left, entered)
            if resource.state != entered:
                return
        if name not in LOGGING or not (self.containers or self.clients.there):
            return
        from sagestub.effects.jobs import LOGGING as JOBS

        if entered == JOBS[name].running and not _goes_on(resource):
            if name in RUNNING:
                self._run(resource)
            elif self.clients.there:
                self._log(resource, [silence_of(resource)], self._context.clock.time())

    def storage(self, resource: Resource) -> Storage | None:
        """Return the S3 of a resource's account and region; None without Moto."""
        if not self.clients.there:
            return None
        who = f"{resource.kind.name} {resource.name}"
        with quietly(f"{who}: S3"):
            from sagestub.effects.storage import Storage

            return Storage(self.clients.client("s3", resource), who)
        return None

    def _run(self, resource: Resource) -> None:
        """Let the function run that stands for a job's container, and log what it says."""
        there = self.clients.there
        if not self.containers and not there:
            return
        from sagestub.effects import containers

        context = self._context
        function = containers.function_for(context, self.containers, resource)
        needed = function is not None or resource.kind.name == "TransformJob"
        storage = self.storage(resource) if needed else None
        if function is None and storage is not None:
            from sagestub.effects.invocations import transformer

            function = transformer(context, resource, storage)
        started = context.clock.time()
        lines = [silence_of(resource)]
        if function is not None:
            run = containers.run(context, function, resource, storage)
            lines = run.lines or [f"{resource.kind.name} {resource.name} printed nothing."]
        if there:
            self._log(resource, lines, started)

    def _log(self, resource: Resource, lines: list[str], started: float) -> None:
        from sagestub.effects import logs

        with quietly(f"{resource.kind.name} {resource.name}: logs"):
            logs.say(self.clients.client("logs", resource), resource, lines, started)

    def _ended(self, resource: Resource) -> None:
        context = self._context
        context.motion.doomed.pop(resource, None)
        # A test without buckets need not pay for a client of S3, which is slow to make.
        storage = self.storage(resource) if moto.has_buckets() else None
        if storage is not None:
            from sagestub.effects import artifacts

            with quietly(f"{resource.kind.name} {resource.name}: what it leaves"):
                artifacts.leave(context, resource, storage)
        if self.containers:
            from sagestub.effects import containers

            containers.note_exit(context, resource)


def _goes_on(resource: Resource) -> bool:
    """Return whether a job is back in a state that it has left for one other state only.

    What ran there goes on: an update does not start a container anew.
    """
    passed = [state for state, _ in resource.past[-3:]]
    return len(passed) == 3 and passed[0] == passed[2]  # noqa: PLR2004


def silence_of(resource: Resource) -> str:
    """Return what is in the log of a job for which no function runs."""
    return f"{resource.kind.name} {resource.name}: sagestub computes nothing here."


def effects_of(context: Context) -> Any:
    """Return the effects of a world."""
    return context.room(ROOM)["effects"]()
