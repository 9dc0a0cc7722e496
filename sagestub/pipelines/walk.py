"""The walk of one execution: which steps are under way, and what becomes of them.

    pump ── a step that can start ── attempt ── outcome ─┬─ waits: for a resource, for time, for a call
      ▲                                                  └─ has ended: what waited for it can start
      └──────── what a step waited for has come ◄────────────────┘

Steps start as soon as they can, whatever the rules say. Rules say when the steps' resources move; what
under `clock` happens by itself, `tick` does under the others. Nothing here recurses: what comes while the
pump is at work is put in a queue.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from sagestub.effects.listening import effects_of
from sagestub.errors import ServiceError
from sagestub.pipelines import caching, lineage, retries, selection
from sagestub.pipelines.attempts import Attempt, finished, may_stop, rests
from sagestub.pipelines.definition import Definition, Step, own_arguments, parsed
from sagestub.pipelines.expressions import UnresolvedError, resolved
from sagestub.pipelines.failures import failure_for
from sagestub.pipelines.iterations import Iterations
from sagestub.pipelines.records import (
    EXECUTING,
    FAILED,
    KEPT,
    STARTING,
    STEPS,
    STOPPED,
    STOPPING,
    SUCCEEDED,
    Record,
    Records,
    closed,
    opened,
    records_of,
    wire_of,
)
from sagestub.pipelines.scheduling import SUCCESS, Edges, Schedule
from sagestub.pipelines.scope import ExecutionScope, StepScope, resource_at
from sagestub.pipelines.step import (
    NOTHING,
    Branch,
    Failed,
    Iterating,
    Outcome,
    Running,
    StepRun,
    StepType,
    Stopped,
    Succeeded,
    Waiting,
)
from sagestub.pipelines.steps import STEP_TYPES

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ROOM = "pipeline walks"
JOBS, TOKENS, WALKS = "jobs", "tokens", "walks"


class Walk:
    """An execution on its way.

    Args:
        context: The world's context.
        execution: The resource of the execution. Its records of steps that have succeeded are kept; the
            other steps start anew.
    """

    def __init__(self, context: Context, execution: Resource) -> None:
        self.context = context
        self.execution = execution
        self.definition: Definition = parsed(execution.document["PipelineDefinition"])
        self.steps: dict[str, Step] = dict(self.definition.steps)
        self.scope = ExecutionScope(self)
        self.attempts: dict[str, Attempt] = {}
        self.iterations = Iterations(self)
        self.halted = self.stopping = self.handled = self.timed_out = False
        self.asleep = True
        """Whether somebody else sees to it that the execution takes its next step."""
        self._arrived: deque[Callable[[], None]] = deque()
        self._pumping = False
        self._room = context.room(ROOM)
        done = {n: r for n, r in records_of(execution).items() if r["StepStatus"] == SUCCEEDED}
        done = {n: r for n, r in done.items() if n in self.steps}
        names = tuple(self.steps)
        if "SelectiveExecutionConfig" in execution.document:
            config = execution.document["SelectiveExecutionConfig"]
            chosen = selection.selected(self.definition, config)
            names = chosen.names + chosen.reused
            done = {**selection.taken_over(context, execution, chosen), **done}
        execution.document[STEPS] = done
        self.schedule = Schedule(self._edges(names))
        for name, record in done.items():
            self._release(name, record)

    def _edges(self, names: tuple[str, ...]) -> Edges:
        needs, steps = self.definition.predecessors, self.steps
        return {n: {m: steps[n].triggers.get(m, SUCCESS) for m in needs[n]} for n in names}

    def _release(self, name: str, record: Mapping[str, Any]) -> None:
        """Let what waits for a step that has succeeded start, but for the branch that is not taken."""
        taken = record[KEPT].get("Branch")
        if taken is not None:
            member = "ElseSteps" if taken else "IfSteps"
            left_out = self.steps[name].arguments.get(member) or ()
            self.schedule.skip(step["Name"] for step in left_out)
        self.schedule.end(name, SUCCEEDED)

    # What is asked from outside -----------------------------------------------------------------

    @property
    def records(self) -> Records:
        """The records of the steps; replaced one by one as the walk goes on."""
        return records_of(self.execution)

    @property
    def is_done(self) -> bool:
        """Whether no step is under way, and none will start."""
        return not self.attempts

    def type_of(self, step: Step) -> StepType:
        """Return the type of a step."""
        return STEP_TYPES[step.type]

    def run_of(self, name: str) -> StepRun:
        """Return the last attempt of a step: as it is under way, or from the step's record."""
        attempt = self.attempts.get(name)
        if attempt is not None:
            return attempt.run
        record = self.records[name]
        kept = record[KEPT]
        return StepRun(
            context=self.context,
            execution=self.execution,
            definition=self.definition,
            step=self.steps[name],
            arguments=kept.get("Arguments", {}),
            scope=self.scope,
            attempt=record["AttemptCount"],
            record=kept.get("Room", {}),
            resource=resource_at(self, kept.get("Resource")),
            outputs=kept.get("Outputs", NOTHING),
        )

    def result(self, planned: str) -> str:
        """Return the status in which the execution ends.

        Args:
            planned: `Succeeded`, or `Stopped` for one that is being stopped.
        """
        if planned == STOPPED:
            return FAILED if self.timed_out else STOPPED
        statuses = {record["StepStatus"] for record in self.records.values()}
        if self.halted:
            return FAILED if FAILED in statuses else STOPPED
        return "CompletedWithFailures" if self.handled else planned

    # The pump -----------------------------------------------------------------------------------

    def arrive(self, action: Callable[[], None]) -> None:
        """Do something about a step, now or when the pump gets to it; then go on."""
        self._arrived.append(action)
        self.pump()

    def pump(self) -> None:
        """Do what has come, start what can start, until there is nothing left to do."""
        if self._pumping:
            return
        self._pumping = True
        try:
            while True:
                if self._arrived:
                    self._arrived.popleft()()
                    continue
                name = self._next()
                if name is not None:
                    self._open(name)
                elif not self.iterations.close():
                    break
        finally:
            self._pumping = False
        if self.is_done and not self.asleep:
            self._move_on()

    def _move_on(self) -> None:
        """Let the execution end, where its rule does not wait for anybody."""
        rule = self.execution.rule
        by_itself = rule is not None and (
            rule.name == "immediate" or (rule.name == "clock" and rule.seconds is None)
        )
        if by_itself and self.execution.way:
            self.context.motion.step(self.execution)

    def _next(self) -> str | None:
        """Return the next step that may start, None for none."""
        if self.halted or self.stopping:
            return None
        config = self.execution.document.get("ParallelismConfiguration", NOTHING)
        most = config.get("MaxParallelExecutionSteps")
        if most is not None and len(self.attempts) - self.iterations.count >= most:
            return None
        return self.iterations.next(self.schedule)

    # Attempts -----------------------------------------------------------------------------------

    def _open(self, name: str) -> None:
        now = self.context.clock.time()
        step = self.steps[name]
        record = opened(step, now)
        context = self.iterations.context_of(name)
        if context is not None:
            record["IterationContext"] = context
        self._put(name, record)
        self.attempts[name] = Attempt(self._new_run(step, 1), now)
        self._start(self.attempts[name])

    def _new_run(self, step: Step, number: int) -> StepRun:
        run = StepRun(
            context=self.context,
            execution=self.execution,
            definition=self.definition,
            step=step,
            arguments={},
            scope=self.scope,
            attempt=number,
            failure=failure_for(self.context, self.execution, step.name),
        )
        run.scope = StepScope(self, self.scope, run)
        return run

    def _start(self, attempt: Attempt) -> None:
        run = attempt.run
        kind = STEP_TYPES.get(run.step.type)
        if kind is None:
            self.take(attempt, Failed(f"Step type '{run.step.type}' is not supported."))
            return
        outcome: Outcome
        try:
            run.arguments = resolved(own_arguments(run.step), run.scope)
            if kind.cacheable and caching.is_on(run):
                key = caching.key_of(run)
                hit = caching.hit_for(run, key) if run.failure is None else None
                if hit is not None:
                    self._reuse(attempt, hit)
                    return
                self._keep(attempt, Key=key)
            outcome = kind.start(run)
        except ServiceError as error:
            outcome = retries.refused(run, error)
        except UnresolvedError as error:
            outcome = Failed(f"ClientError: {error}")
        except Exception as error:
            # A test's own check, or misuse of sagestub: the test hears of it, and the step is no longer open.
            self._close(attempt, FAILED, NOTHING, f"ClientError: {type(error).__name__}: {error}")
            raise
        self.take(attempt, self._befallen(run, outcome))

    def _befallen(self, run: StepRun, outcome: Outcome) -> Outcome:
        """Return the outcome of an attempt that a test may have ordered to fail."""
        failure = run.failure
        if failure is None:
            return outcome
        if isinstance(outcome, Failed):
            return Failed(outcome.reason, failure.error or outcome.error, outcome.metadata)
        if failure.placed:
            return outcome
        if isinstance(outcome, Running) and outcome.resource.way:
            failure.place(run, outcome.resource.kind.name, outcome.resource.name)
            return outcome
        return Failed(failure.reason, failure.error)

    def _reuse(self, attempt: Attempt, record: dict[str, Any]) -> None:
        context = self.iterations.context_of(attempt.name)
        own = {} if context is None else {"IterationContext": context}
        self._put(attempt.name, {**record, **own})
        self._ended(attempt, SUCCEEDED)

    def take(self, attempt: Attempt, outcome: Outcome) -> None:
        """Go on with a step by what its type says of it."""
        if self.attempts.get(attempt.name) is not attempt:
            return
        attempt.due = attempt.then = None
        attempt.between = attempt.for_a_call = False
        if isinstance(outcome, Running):
            self._run(attempt, outcome)
        elif isinstance(outcome, Waiting):
            self._wait(attempt, outcome)
        elif isinstance(outcome, Succeeded):
            self._succeed(attempt, outcome)
        elif isinstance(outcome, Failed):
            self._fail(attempt, outcome)
        elif isinstance(outcome, Branch):
            self._branch(attempt, outcome)
        elif isinstance(outcome, Iterating):
            self.iterations.open(attempt, outcome)
        else:
            self._close(attempt, STOPPED, outcome.metadata)

    def _run(self, attempt: Attempt, outcome: Running) -> None:
        run, resource = attempt.run, outcome.resource
        run.resource = resource
        attempt.waited = True
        member = self.type_of(run.step).metadata_member
        metadata = outcome.metadata or {member: {"Arn": resource.arn}}
        lifecycle = resource.kind.lifecycle
        first = lifecycle is not None and len(lifecycle.path) > 2 and len(resource.past) == 1  # noqa: PLR2004 - one state before the last running one
        self.note(
            attempt,
            Metadata=dict(metadata),
            StepStatus=STARTING if first else EXECUTING,
            Kept={"Resource": resource.arn},
        )
        if rests(resource):
            self.rested(attempt)
        else:
            self._room[JOBS][resource] = self, attempt

    def rested(self, attempt: Attempt) -> None:
        """Go on with a step whose resource has come to rest."""
        run = attempt.run
        assert run.resource is not None, "a step that runs has a resource"
        finish = self.type_of(run.step).finish or finished
        outcome = self.guarded(run, partial(finish, run, run.resource))
        if isinstance(outcome, Failed) and run.failure is not None and run.failure.error:
            outcome = Failed(outcome.reason, run.failure.error, outcome.metadata)
        self.take(attempt, outcome)

    def gone(self, attempt: Attempt) -> None:
        """Go on with a step whose resource somebody has deleted (text assumed)."""
        resource = attempt.run.resource
        assert resource is not None, "a step that runs has a resource"
        words = resource.kind.words.capitalize()
        self.take(attempt, Failed(f"ClientError: {words} {resource.name} has been deleted."))

    def _wait(self, attempt: Attempt, outcome: Waiting) -> None:
        attempt.waited = True
        token = outcome.metadata.get("Callback", NOTHING).get("CallbackToken")
        if token is not None:
            execution = self.execution
            attempt.for_a_call = True
            self._room[TOKENS][execution.account, execution.region, token] = self, attempt
        shown = outcome.metadata or self.records[attempt.name]["Metadata"]
        self.note(attempt, Metadata=dict(shown), StepStatus=EXECUTING)
        until = outcome.until
        if until is None and outcome.seconds is not None:
            until = self.context.clock.time() + outcome.seconds
        if until is not None:
            self._later(attempt, until, partial(self._resume, attempt))

    def _resume(self, attempt: Attempt) -> None:
        run, resume = attempt.run, self.type_of(attempt.run.step).resume
        outcome = Succeeded() if resume is None else self.guarded(run, partial(resume, run))
        self.timed_out |= self.stopping and isinstance(outcome, Failed)
        self.take(attempt, outcome)

    def guarded(self, run: StepRun, function: Callable[[], Outcome]) -> Outcome:
        """Return an outcome; what the service refuses, or does not resolve, is a failure."""
        try:
            return function()
        except ServiceError as error:
            return retries.refused(run, error)
        except UnresolvedError as error:
            return Failed(f"ClientError: {error}")

    def _later(self, attempt: Attempt, until: float, then: Callable[[], None]) -> None:
        """Let something happen to a step at a time, unless something else does before."""
        attempt.due, attempt.then = until, then
        self.context.motion.at(until, partial(self._time_is_up, attempt, then))

    def _time_is_up(self, attempt: Attempt, then: Callable[[], None]) -> None:
        if attempt.then is then and self.attempts.get(attempt.name) is attempt:
            attempt.due = attempt.then = None
            self.arrive(then)

    # Ends ---------------------------------------------------------------------------------------

    def _succeed(self, attempt: Attempt, outcome: Succeeded) -> None:
        run = attempt.run
        if outcome.resource is not None:
            run.resource = outcome.resource
            self._keep(attempt, Resource=outcome.resource.arn)
        if outcome.seconds and not attempt.waited:
            attempt.waited = True
            self.note(attempt, Metadata=dict(outcome.metadata), StepStatus=EXECUTING)
            until = self.context.clock.time() + outcome.seconds
            self._later(attempt, until, partial(self.take, attempt, outcome))
            return
        run.outputs = outcome.outputs
        key = self.records[attempt.name][KEPT].get("Key")
        if key is not None:
            caching.keep(run, key)
        self._close(attempt, SUCCEEDED, outcome.metadata)

    def _branch(self, attempt: Attempt, outcome: Branch) -> None:
        shown = {"Condition": {"Outcome": str(outcome.outcome)}}
        attempt.run.outputs = {"Outcome": outcome.outcome}
        self._keep(attempt, Branch=outcome.outcome)
        self._close(attempt, SUCCEEDED, outcome.metadata or shown)

    def _fail(self, attempt: Attempt, failure: Failed) -> None:
        run = attempt.run
        policy = retries.policy_for(run, failure.error)
        if policy is not None and not self.stopping and not self.halted:
            before = attempt.retries.get(id(policy), 0)
            waited = self.context.clock.time() - attempt.started
            delay = retries.delay_of(policy, before, waited)
            if delay is not None:
                attempt.retries[id(policy)] = before + 1
                attempt.between = attempt.waited = True
                shown = failure.metadata or self.records[attempt.name]["Metadata"]
                self.note(attempt, Metadata=dict(shown), StepStatus=EXECUTING)
                until = self.context.clock.time() + delay
                self._later(attempt, until, partial(self._again, attempt))
                return
        reason = retries.final_reason(run, failure, policy is not None)
        self._close(attempt, FAILED, failure.metadata, reason)

    def _again(self, attempt: Attempt) -> None:
        number = attempt.run.attempt + 1
        attempt.run = self._new_run(attempt.run.step, number)
        attempt.between = attempt.waited = False
        self.note(attempt, AttemptCount=number, StepStatus=STARTING)
        self._start(attempt)

    def _close(
        self, attempt: Attempt, status: str, metadata: Mapping[str, Any], reason: str = ""
    ) -> None:
        run, now = attempt.run, self.context.clock.time()
        record = closed(self.records[attempt.name], now, status, metadata, reason)
        record[KEPT] = {
            **record[KEPT],
            "Arguments": run.arguments,
            "Outputs": run.outputs,
            "Room": run.record,
        }
        self._put(attempt.name, record)
        self._ended(attempt, status)

    def _ended(self, attempt: Attempt, status: str) -> None:
        name, resource = attempt.name, attempt.run.resource
        del self.attempts[name]
        if resource is not None:
            self._room[JOBS].pop(resource, None)
        if status == SUCCEEDED:
            self._release(name, self.records[name])
            lineage.note_step(attempt.run)
        else:
            minded = self.schedule.minds(name, status)
            self.schedule.end(name, status)
            if minded:
                self.handled = True
            elif not self.iterations.is_child(name):
                self.halted = True
        self.iterations.child_ended(name, status)

    def note(self, attempt: Attempt, **changes: Any) -> None:
        """Change the record of a step that is under way; what is kept is added to what there is."""
        before = self.records[attempt.name]
        if KEPT in changes:
            changes[KEPT] = {**before[KEPT], **changes[KEPT]}
        self._put(attempt.name, {**before, **changes})

    def _put(self, name: str, record: Record) -> None:
        """Keep the record of a step; another status is told as an event."""
        before = self.records.get(name, NOTHING).get("StepStatus")
        self.records[name] = record
        if record["StepStatus"] != before:
            told = {**wire_of(record), "StepType": self.steps[name].type}
            effects_of(self.context).events.step_moved(self.execution, told, before)

    def _keep(self, attempt: Attempt, **members: Any) -> None:
        self.note(attempt, Kept=members)

    # Stop ---------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the steps that are under way, as far as they can be stopped; start no other."""
        self.stopping = True
        for attempt in list(self.attempts.values()):
            self.arrive(partial(self._stop, attempt))

    def _stop(self, attempt: Attempt) -> None:
        run = attempt.run
        if self.attempts.get(attempt.name) is not attempt or self.iterations.is_open(attempt.name):
            return
        kind = self.type_of(run.step)
        if attempt.between:
            self.take(attempt, Stopped())
        elif kind.stop is not None:
            outcome = kind.stop(run)
            if outcome is not None:
                self.take(attempt, outcome)
        elif run.resource is not None and may_stop(run.resource):
            self.note(attempt, StepStatus=STOPPING)
            lifecycle = run.resource.kind.lifecycle
            assert lifecycle is not None, "what may stop has a lifecycle"
            self.context.motion.go(run.resource, lifecycle.stop)

    def abandon(self) -> None:
        """Leave the steps that are under way, as the execution has ended without them."""
        self.halted = True
        self.asleep = True
        for attempt in list(self.attempts.values()):
            resource = attempt.run.resource
            attempt.due = attempt.then = None
            self._close(attempt, STOPPED, NOTHING)
            if resource is not None and not rests(resource) and may_stop(resource):
                lifecycle = resource.kind.lifecycle
                assert lifecycle is not None, "what may stop has a lifecycle"
                self.context.motion.go(resource, lifecycle.stop)


def walk_of(context: Context, execution: Resource) -> Walk | None:
    """Return the walk of an execution that is on its way; None for one that is not, or has no steps."""
    walks = context.room(ROOM).get(WALKS)
    return None if walks is None else cast("Walk | None", walks.get(execution))
