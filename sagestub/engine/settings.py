"""What a test has set for some resources: rules, paths, failures."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource
    from sagestub.engine.rules import Rule


class Selection(NamedTuple):
    """Which resources a setting is about; None selects all."""

    kind: str | None = None
    name: str | None = None

    def covers(self, resource: Resource) -> bool:
        """Return whether the resource is meant."""
        if self.kind is not None and resource.kind.name != self.kind:
            return False
        if self.name is None or fnmatchcase(resource.name, self.name):
            return True
        # What is named by its ARN alone is also meant by what it is shown as.
        own = resource.kind.name_member.endswith("Arn")
        return own and any(fnmatchcase(name, self.name) for name in resource.names)


class Setting:
    """A path or a rule that a test has set for a selection.

    Args:
        selection: What it is about.
        rule: The rule; None when it sets a path.
        state: Only while in this state; None for every state.
        path: The states from the first to the last; None when it sets a rule.
    """

    __slots__ = ("path", "rule", "selection", "state")

    def __init__(
        self,
        selection: Selection,
        rule: Rule | None = None,
        state: str | None = None,
        path: tuple[str, ...] | None = None,
    ) -> None:
        self.selection = selection
        self.rule = rule
        self.state = state
        self.path = path


# Neither this nor `Setting` is a dataclass or a named tuple: making such a class takes longer than the
# rest of the module, at every import.
class Failure:
    """A failure that a test has ordered.

    Args:
        selection: What fails.
        reason: Why; None for what the kind says of the state in which it fails.
        at: In which state; None for the last one before success.
        times: How many resources are still to fail; infinity for all.
    """

    __slots__ = ("at", "reason", "selection", "times")

    def __init__(
        self, selection: Selection, reason: str | None, at: str | None, times: float
    ) -> None:
        self.selection = selection
        self.reason = reason
        self.at = at
        self.times = times
