"""Lambda: calls a function, and takes its outputs from the result.

Source: Developer Guide, "Lambda step"; aws/sagemaker-python-sdk, workflow/lambda_step.py. What the
service says of a function that fails is assumed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sagestub.pipelines import outside
from sagestub.pipelines.expressions import resolved, text_of
from sagestub.pipelines.step import Failed, Outcome, StepRun, StepType, Succeeded, Waiting

SECONDS = 2.0
"""How long a function takes, in virtual seconds; assumed."""

LONGEST = 600.0
"""How long a step waits for a function, in virtual seconds.

Source: Developer Guide, "Lambda step" (ten minutes at most).
"""


def truth_of(value: Any) -> bool:
    """Return a truth value, or the one that text spells."""
    text = str(value).lower()
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def whole_number_of(value: Any) -> int:
    """Return a whole number, or the one that text spells."""
    number = int(value)
    if isinstance(value, float) and value != number:
        raise ValueError(str(value))
    return number


TYPES_OF_OUTPUTS: Mapping[str, Callable[[Any], Any]] = {
    "String": text_of,
    "Integer": whole_number_of,
    "Float": float,
    "Boolean": truth_of,
}


def start(run: StepRun) -> Outcome:
    """Call the function; without anything that plays Lambda, succeed without outputs."""
    arn = str(resolved(run.step.raw.get("FunctionArn"), run.scope))
    metadata = {"Lambda": {"Arn": arn}}
    declared = declared_outputs(run)
    function = outside.function_for(run, arn)
    try:
        if function is not None:
            result = outside.called(run, function, run.arguments, arn)
        else:
            lambdas = outside.client(run, "lambda")
            if lambdas is None:
                return Succeeded(metadata=metadata, seconds=SECONDS)
            result = invoked(lambdas, arn, run.arguments)
    except outside.FunctionFailedError as error:
        reason = f"ClientError: Failed to invoke lambda:InvokeFunction. Error Details: {error}"
        if isinstance(error.__cause__, TimeoutError):
            run.record["Reason"] = reason
            return Waiting(metadata, seconds=LONGEST)
        return Failed(reason, metadata=metadata)
    try:
        outputs = outputs_of(declared, result)
    except ValueError as error:
        return Failed(f"ClientError: {error}", metadata=metadata)
    shown = shown_outputs(outputs)
    if shown:
        metadata["Lambda"]["OutputParameters"] = shown  # type: ignore[assignment]
    return Succeeded({"OutputParameters": outputs}, metadata, SECONDS)


def time_out(run: StepRun) -> Outcome:
    """Fail a step whose function has not answered in time."""
    return Failed(str(run.record["Reason"]))


def properties(run: StepRun) -> Mapping[str, Any]:
    """Return the outputs; where nothing has played the function, asking for one says so."""
    nothing = outside.NoOutputs(run.step.name, run.step.type)
    return {"OutputParameters": nothing, **run.outputs}


def invoked(lambdas: Any, arn: str, event: Any) -> Any:
    """Return what a function of Moto's Lambda returns.

    Raises:
        FunctionFailedError: It does not exist, or fails, or Moto cannot run it.
    """
    try:
        # Moto's functions that run no code exist under every name.
        lambdas.get_function(FunctionName=arn)
        answer = lambdas.invoke(FunctionName=arn, Payload=json.dumps(event).encode())
        payload = answer["Payload"].read().decode()
    except Exception as error:
        raise outside.FunctionFailedError(
            f"{error} (a function registered with sm.pipelines.on('Lambda', ...) is called instead "
            "of Moto's)"
        ) from error
    if "FunctionError" in answer:
        raise outside.FunctionFailedError(payload)
    try:
        return json.loads(payload) if payload else None
    except ValueError:
        return payload


# Outputs ----------------------------------------------------------------------------------------


def declared_outputs(run: StepRun) -> dict[str, str]:
    """Return the types of the outputs that a step declares, by name; a name alone is a String."""
    declared = {}
    for output in run.step.raw.get("OutputParameters") or ():
        if isinstance(output, Mapping):
            declared[str(output.get("OutputName"))] = str(output.get("OutputType") or "String")
        else:
            declared[str(output)] = "String"
    return declared


def outputs_of(declared: Mapping[str, str], result: Any) -> dict[str, Any]:
    """Return the declared outputs from the result of a function, each of its type.

    Raises:
        ValueError: One is missing, or is not of its type.
    """
    values = result if isinstance(result, Mapping) else {}
    outputs = {}
    for name, kind in declared.items():
        if name not in values:
            raise ValueError(f"Output parameter '{name}' is missing in the response.")
        try:
            convert: Callable[[Any], Any] = TYPES_OF_OUTPUTS.get(kind, text_of)
            outputs[name] = convert(values[name])
        except (TypeError, ValueError):
            raise ValueError(
                f"Output parameter '{name}' is not of type {kind}: {text_of(values[name])}"
            ) from None
    return outputs


def shown_outputs(outputs: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return outputs as Metadata lists them."""
    return [{"Name": name, "Value": text_of(value)} for name, value in outputs.items()]


def typed_outputs(
    declared: Mapping[str, str], given: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return outputs that a call gives as text, each of the type that the step declares."""
    values = {output["Name"]: output["Value"] for output in given}
    return outputs_of({n: kind for n, kind in declared.items() if n in values}, values)


TYPES = (
    StepType(
        name="Lambda",
        start=start,
        resume=time_out,
        properties=properties,
        cacheable=True,
        metadata_member="Lambda",
    ),
)
