"""SageMaker metrics: values that training reports to a trial component.

What is put shows up in the component's summary (`Metrics`) and, where its source is a training job, in
the job's FinalMetricDataList.

Source: API reference, Amazon SageMaker Metrics Service.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.engine.plane import Plane
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ROOM = "metrics"

SECONDS = {"OneMinute": 60, "FiveMinute": 300, "OneHour": 3600}
"""The length of each Period."""


class Point(NamedTuple):
    """One value of a metric.

    Args:
        name: The metric.
        time: Epoch seconds.
        step: The epoch or iteration; None when not given.
        value: The value.
    """

    name: str
    time: float
    step: int | None
    value: float


def _last(values: Sequence[float]) -> float:
    return values[-1]


def _count(values: Sequence[float]) -> float:
    return float(len(values))


STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Min": min,
    "Max": max,
    "Avg": fmean,
    "Count": _count,
    "StdDev": pstdev,
    "Last": _last,
}
"""MetricStatistic by name; values come in the order of their time."""


def points_of(context: Context, component: Resource) -> list[Point]:
    """Return the values that a trial component has, in the order in which they were put."""
    points: list[Point] = context.room(ROOM).setdefault(component.number, [])
    return points


def put_metrics(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep values for a trial component; one that is no number is reported.

    Raises:
        ServiceError: There is no such component (assumed: the model declares no error).
    """
    call = context.call
    assert call is not None
    name = str(parameters["TrialComponentName"])
    component = context.resource("TrialComponent", call, name)
    if component is None:
        arn = context.arn(f"experiment-trial-component/{name}", call)
        raise ServiceError("ValidationException", f"TrialComponent '{arn}' does not exist.")
    points = points_of(context, component)
    errors = []
    for index, given in enumerate(parameters["MetricData"]):
        value = float(given["Value"])
        if math.isfinite(value):
            points.append(
                Point(given["MetricName"], float(given["Timestamp"]), given.get("Step"), value)
            )
        else:
            errors.append({"Code": "VALIDATION_ERROR", "MetricIndex": index})
    show_metrics(context, component, points)
    return {"Errors": errors} if errors else {}


def show_metrics(context: Context, component: Resource, points: Sequence[Point]) -> None:
    """Set the summary of a component's metrics, and the final metrics of its training job."""
    source = component.document.get("Source", {}).get("SourceArn")
    names = dict.fromkeys(point.name for point in points)
    in_time = sorted(points, key=lambda point: point.time)
    series = {name: [point for point in in_time if point.name == name] for name in names}
    component.document["Metrics"] = [
        {
            "MetricName": name,
            "SourceArn": source or component.arn,
            "TimeStamp": found[-1].time,
            **{
                statistic: compute([point.value for point in found])
                for statistic, compute in STATISTICS.items()
            },
            "Count": len(found),
        }
        for name, found in series.items()
    ]
    context.registry.touch(component)
    job = context.resource("TrainingJob", component, source) if source else None
    if job is None:
        return
    final = {one["MetricName"]: one for one in job.document.get("FinalMetricDataList", ())}
    for name, found in series.items():
        last = found[-1]
        final[name] = {"MetricName": name, "Value": last.value, "Timestamp": last.time}
    job.document["FinalMetricDataList"] = list(final.values())
    context.registry.touch(job)


def get_metrics(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the result of each query, in order."""
    return {
        "MetricQueryResults": [result_of(context, asked) for asked in parameters["MetricQueries"]]
    }


def result_of(context: Context, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return one statistic of one metric along its axis.

    A query for a resource without metrics, or by time with a period of iterations, is a
    ValidationError of its own (text assumed).
    """
    component = component_of(context, asked["ResourceArn"])
    if component is None:
        return _refused(f"Resource {asked['ResourceArn']} does not exist or has no metrics.")
    by_step = asked["XAxisType"] == "IterationNumber"
    if by_step != (asked["Period"] == "IterationNumber"):
        return _refused(
            f"Period {asked['Period']} does not go with XAxisType {asked['XAxisType']}."
        )
    places: dict[int, list[Point]] = {}
    for point in points_of(context, component):
        place = point.step if by_step else _place(point.time, SECONDS[asked["Period"]])
        inside = place is not None and asked.get("Start", place) <= place <= asked.get("End", place)
        if point.name == asked["MetricName"] and place is not None and inside:
            places.setdefault(place, []).append(point)
    compute = STATISTICS[asked["MetricStat"]]
    axis = sorted(places)
    return {
        "Status": "Complete",
        "XAxisValues": axis,
        "MetricValues": [compute([p.value for p in sorted(places[x])]) for x in axis],
    }


def _place(time: float, period: int) -> int:
    return int(time) // period * period


def _refused(text: str) -> dict[str, Any]:
    return {"Status": "ValidationError", "Message": text, "XAxisValues": [], "MetricValues": []}


def component_of(context: Context, arn: str) -> Resource | None:
    """Return the trial component that an ARN names, or the one whose source it names."""
    call = context.call
    assert call is not None
    found = context.resource("TrialComponent", call, arn)
    if found is not None:
        return found
    components = context.resources("TrialComponent", call)
    return next(
        (c for c in components if c.document.get("Source", {}).get("SourceArn") == arn), None
    )


PLANE = Plane(functions={"BatchPutMetrics": put_metrics, "BatchGetMetrics": get_metrics})
