"""The arguments of a step beside the request of the operation that the step stands for.

Knows the service's model. An argument of a wrong form would fail the step's Create call in each run; the
service refuses it with the definition.

Source: docs/facts/pipelines.md, Definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError, invalid
from sagestub.pipelines.definition import Definition, Step, unparsable
from sagestub.pipelines.expressions import GET, PARAMETERS, is_expression, reference_of

if TYPE_CHECKING:
    from sagestub.model.service import Service

OPERATIONS: Mapping[str, str] = {
    "AutoML": "CreateAutoMLJob",
    "ClarifyCheck": "CreateProcessingJob",
    "Compilation": "CreateCompilationJob",
    "CreateModel": "CreateModel",
    "Endpoint": "CreateEndpoint",
    "EndpointConfig": "CreateEndpointConfig",
    "InferenceComponent": "CreateInferenceComponent",
    "Model": "CreateModel",
    "Processing": "CreateProcessingJob",
    "QualityCheck": "CreateProcessingJob",
    "RegisterModel": "CreateModelPackage",
    "Training": "CreateTrainingJob",
    "Transform": "CreateTransformJob",
    "Tuning": "CreateHyperParameterTuningJob",
}
"""The operation whose request a step's arguments are, by the step's type.

Not that of Job: definitions of the SDK's give it members that CreateJob does not have.
"""

MADE = frozenset(
    {
        "AutoMLJobName",
        "CompilationJobName",
        "EndpointConfigName",
        "EndpointName",
        "HyperParameterTuningJobName",
        "InferenceComponentName",
        "ModelName",
        "ProcessingJobName",
        "TrainingJobName",
        "TransformJobName",
    }
)
"""Names that the service makes when the arguments give none."""

NEEDED = {
    "Endpoint": {"EndpointConfigName"},
    "InferenceComponent": {"EndpointName"},
    "Transform": {"ModelName"},
}
"""Those of them that some types need all the same: they name what is there already."""

UNKNOWN = {"RegisterModel": {"ModelPackageName"}}
"""Members of requests that definitions cannot have.

Source: aws/sagemaker-python-sdk pull request 3472.
"""

TYPES = {
    "String": frozenset({"string", "blob", "timestamp"}),
    "Integer": frozenset({"integer", "long", "float", "double", "timestamp"}),
    "Float": frozenset({"float", "double", "timestamp"}),
    "Boolean": frozenset({"boolean"}),
}
"""The types of members that a parameter can be given to, by its own type.

Source: aws/sagemaker-python-sdk issues 2631 and 4867 for Integer and Float beside String; the others
assumed.
"""


def check_arguments(step: Step, definition: Definition, service: Service) -> None:
    """Refuse arguments that the operation behind a step cannot take.

    Raises:
        ServiceError: A member is unknown, missing or of a wrong form; a value is none of its
            enumeration; a parameter is of another type than the member.
    """
    operation = OPERATIONS.get(step.type, "")
    if step.type == "AutoML" and "AutoMLJobInputDataConfig" in step.arguments:
        operation = "CreateAutoMLJobV2"
    if operation not in service:
        return
    shape = service.operation(operation).input_shape
    for member in UNKNOWN.get(step.type, ()):
        if member in step.arguments:
            raise unknown_member(member)
    Arguments(step, definition).check(step.arguments, shape, made=MADE)


def unknown_member(member: str) -> ServiceError:
    """Return the refusal of an argument that the service does not know."""
    return unparsable(f"Unknown Argument member '{member}'.")


class Arguments:
    """The arguments of one step on their way through the shapes of a request."""

    def __init__(self, step: Step, definition: Definition) -> None:
        self._parameters = definition.parameters
        self._needed = NEEDED.get(step.type, set())

    def check(self, value: Any, shape: Any, made: frozenset[str] = frozenset()) -> None:
        """Refuse a value that is none of a shape.

        Args:
            value: A value of the definition.
            shape: botocore's shape.
            made: Members that are not required, although the model says so.
        """
        if value is None:
            return
        if shape.type_name == "list":
            self._check_list(value, shape)
        elif shape.type_name == "map":
            if not isinstance(value, Mapping):
                raise unparsable("Expecting start of Json Object.")
            if not is_expression(value):
                for item in value.values():
                    self.check(item, shape.value)
        elif shape.type_name == "structure":
            self._check_structure(value, shape, made)
        else:
            self._check_scalar(value, shape)

    def _check_list(self, value: Any, shape: Any) -> None:
        if not isinstance(value, list):
            raise unparsable("Expecting start of Json Array.")
        most = shape.metadata.get("max")
        if most is not None and len(value) > most:
            raise unparsable(
                f"Model Validation failed: '{shape.name}' failed to satisfy constraint: "
                f"Member must have length less than or equal to {most}"
            )
        for item in value:
            self.check(item, shape.member)

    def _check_structure(self, value: Any, shape: Any, made: frozenset[str]) -> None:
        if not isinstance(value, Mapping):
            raise unparsable("Expecting start of Json Object.")
        if getattr(shape, "is_document_type", False):
            return
        for member, item in value.items():
            if member not in shape.members:
                raise unknown_member(member)
            self.check(item, shape.members[member])
        for member in shape.required_members:
            if value.get(member) is None and (member not in made or member in self._needed):
                raise unparsable(f"Missing required field '{member}'")

    def _check_scalar(self, value: Any, shape: Any) -> None:
        if is_expression(value):
            self._check_parameter(value, shape)
        elif isinstance(value, (Mapping, list)):
            raise unparsable(f"Expecting a value of type [{type_of(shape)}].")
        elif isinstance(value, str):
            values = shape.metadata.get("enum")
            if values and value not in values:
                raise unparsable(
                    f"Model Validation failed: Value '{value}' for '{shape.name}' failed to satisfy "
                    f"enum value set: [{', '.join(values)}]"
                )

    def _check_parameter(self, value: Mapping[str, Any], shape: Any) -> None:
        reference = reference_of(value[GET]) if GET in value else None
        if reference is None or reference.room != PARAMETERS:
            return
        parameter = self._parameters.get(reference.name)
        accepting = TYPES.get(parameter.type) if parameter is not None else None
        if accepting is not None and shape.type_name not in accepting:
            raise invalid(
                f"Cannot assign property reference [{reference.text}] to argument of type "
                f"[{type_of(shape)}]."
            )


def type_of(shape: Any) -> str:
    """Return what the service calls the type of a scalar, `String`."""
    return str(shape.type_name).capitalize()
