"""Creating one resource of any kind with generated input, for the tests that go through all kinds.

The world holds a finished resource of each kind, so that what is created has something to name.
Generated inputs are tried, the fullest first, until the service accepts one. What no generator can
know stands in `GIVEN`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker
from tests import covered
from tests.conftest import shared_session
from tests.model.shapes import Steady, input_from
from tests.model.test_every_operation import model, names_in, placed, required_members

REGION = "eu-west-1"
TRIES = 40
SEED = 5
"""What generated inputs grow from. It was chosen so that they take every kind along its usual way.

No choice depends on the others (`Steady`), so that members of a newer botocore change none of them.
"""

ALONE = {
    "Workforce": "an account has one of them",
    "ClusterExtension": "a cluster has one of a name, and few names exist",
}
"""Kinds of which the world holds none before the test makes one, each with the reason."""

ADDED: dict[str, dict[str, Any]] = {
    # An ARN that other kinds' patterns insist on, and what extensions need.
    "Cluster": {
        "ClusterArn": f"arn:aws:sagemaker:{REGION}:123456789012:cluster/abcdefghijkl",
        "Orchestrator": {"Slurm": {}},
        "NodeProvisioningMode": "Continuous",
    }
}
"""Members of the resources that the world holds, each with the reason."""

GIVEN: dict[str, dict[str, Any]] = {
    # A name that no inference component of the world says it is deployed at.
    "Endpoint": {"EndpointName": "created"},
    # A name that the fleet of no other plan has.
    "EdgeDeploymentPlan": {"EdgeDeploymentPlanName": "created"},
    # The older name of KmsKeyId, which shows what that one says.
    "Domain": {"HomeEfsFileSystemKmsKeyId": None},
    # Variants of one sort: what goes with serverless ones, with asynchronous ones and shadows differs.
    "EndpointConfig": {
        "ProductionVariants": [
            {
                "VariantName": "all",
                "ModelName": "model-1",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
        "ShadowProductionVariants": None,
        "AsyncInferenceConfig": None,
        "CrossRegionTrafficConfig": None,
    },
    # One of two members, and the other one reads from S3, which nothing plays here.
    "Pipeline": {
        "PipelineDefinition": '{"Version": "2020-12-01", "Steps": []}',
        "PipelineDefinitionS3Location": None,
    },
    # Names that differ, and one of the two stores.
    "FeatureGroup": {
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "at",
        "FeatureDefinitions": [
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "at", "FeatureType": "Fractional"},
        ],
        "OnlineStoreConfig": {"EnableOnlineStore": True},
        "OfflineStoreConfig": None,
    },
    # The service has few extensions, in few versions.
    "ClusterExtension": {
        "ExtensionName": "sagemaker-observability",
        "ExtensionVersion": None,
        "ConfigurationValues": None,
    },
    # A role and clusters of the caller's account and partition, and weights that sum to 1.
    "GlobalInferenceGateway": {
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/gateway",
        "Gateways": [
            {
                "ClusterArn": f"arn:aws:sagemaker:{REGION}:123456789012:cluster/abcdefghijkl",
                "Namespace": "default",
                "Name": "created",
            }
        ],
        "Routing": {
            "Weights": {
                "KVHeadroom": 0.25,
                "QueueDepth": 0.25,
                "RegionProximity": 0.25,
                "ErrorRate": 0.25,
            }
        },
    },
    # Exactly one of them.
    "App": {"SpaceName": None},
    # Scripts in base64.
    "NotebookInstanceLifecycleConfig": {
        "OnCreate": [{"Content": "ZWNobyAxCg=="}],
        "OnStart": [{"Content": "ZWNobyAyCg=="}],
    },
    "StudioLifecycleConfig": {"StudioLifecycleConfigContent": "ZWNobyAxCg=="},
    # An image or an algorithm; spot training and preferences of instances with what belongs to them.
    "TrainingJob": {
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1",
            "TrainingInputMode": "File",
        },
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "EnableManagedSpotTraining": True,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120},
    },
    # One of two members for the definition, and within it much that goes together or not at all.
    "HyperParameterTuningJob": {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1"}]
            },
        },
        "TrainingJobDefinition": {
            "AlgorithmSpecification": {
                "TrainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1",
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "auc", "Regex": "auc=(.*)"}],
            },
            "RoleArn": "arn:aws:iam::123456789012:role/tuning",
            "OutputDataConfig": {"S3OutputPath": "s3://bucket/tuning"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
        "TrainingJobDefinitions": None,
        "WarmStartConfig": None,
    },
    # Its usual way; what is asked for beside it would make it another one.
    "AutoMLJob": {"GenerateCandidateDefinitionsOnly": False, "ModelDeployConfig": None},
    # The alias that comes with it is to be seen.
    "DeviceFleet": {"EnableIotRoleAlias": True},
    # An image in a registry of the region.
    "ProcessingJob": {
        "AppSpecification": {
            "ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/clean:1",
        },
    },
    # A model or a package of one.
    "InferenceRecommendationsJob": {"InputConfig": {"ModelName": "model-1"}},
    # Objects that are there: a job that waits for more of them does not complete.
    "LabelingJob": {
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://bucket/manifest"}}}
    },
    # Two variants, of which one is the shadow of the other.
    "InferenceExperiment": {
        "ModelVariants": [
            {
                "ModelName": "model-1",
                "VariantName": name,
                "InfrastructureConfig": {
                    "InfrastructureType": "RealTimeInference",
                    "RealTimeInferenceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
                },
            }
            for name in ("one", "two")
        ],
        "ShadowModeConfig": {
            "SourceModelVariantName": "one",
            "ShadowModelVariants": [{"ShadowModelVariantName": "two", "SamplingPercentage": 50}],
        },
    },
    # A model or a container, or a base component that exists.
    "InferenceComponent": {
        "Specification": {
            "Container": {"Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/resnet:2"},
            "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 1024},
        },
        "Specifications": None,
    },
    # An endpoint of the world.
    "AIBenchmarkJob": {"BenchmarkTarget": {"Endpoint": {"Identifier": "endpoint-1"}}},
    # JSON, an object.
    "Job": {"JobConfigDocument": "{}"},
    # JSON of a published schema, in which every member may be absent.
    "ModelCard": {"Content": "{}"},
    # Exactly one of them.
    "Workforce": {
        "OidcConfig": None,
        "CognitoConfig": {"UserPool": "eu-west-1_pool", "ClientId": "c1"},
    },
}
"""Members that the generated input of a kind is given or (None) loses, each with the reason."""


class Created(NamedTuple):
    """A resource that a call has made."""

    parameters: dict[str, Any]
    answer: dict[str, Any]
    resource: Any

    def naming(self, operation: Any) -> dict[str, Any]:
        """Return the parameters by which an operation names the resource."""
        resource = self.resource
        document = {"Identifier": resource.arn, **resource.document}
        wanted = {*operation.required_input, *resource.kind.identifier}
        return {m: document[m] for m in operation.input_members if m in wanted and m in document}

    def shown_in(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return the members in a Describe response; of few kinds they stand within a structure."""
        kind = self.resource.kind
        inner = answer.get(kind.wrapper or "ExtensionDetails", {})
        return {**answer, **inner}


def kinds_created() -> tuple[str, ...]:
    """Return the kinds that a call creates."""
    with mock_sagemaker() as sm:
        known = covered.kinds(sm.kinds)
        return tuple(kind for kind in known if sm._kind(kind).create is not None)


@contextmanager
def populated(without: str = "", **options: Any) -> Iterator[tuple[World, Any]]:
    """A mock whose world has one finished resource of each kind, and a client."""
    with mock_sagemaker(**options) as sm:
        for name in covered.kinds(sm.kinds):
            if name == without and name in ALONE:
                continue
            kind = sm._kind(name)
            made = {*kind.identifier, kind.arn_member, kind.status_member, "CreationTime"}
            values = {} if kind.wrapper else required_members(name)
            members = {m: v for m, v in values.items() if m not in made}
            if kind.lifecycle is not None and kind.status_member in kind.members:
                members[kind.status_member] = kind.lifecycle.path[-1].partition("/")[0]
            sm.add(name, region=REGION, **{**members, **ADDED.get(name, {})})
        yield sm, shared_session().client("sagemaker", region_name=REGION)


@cache
def inputs_of(operation_name: str) -> list[dict[str, Any]]:
    """Return generated inputs of an operation, always the same ones.

    The first one has every member that there is, each further one a smaller share of them.
    """
    operation = model("sagemaker").operation_model(operation_name)
    shares = [1 - number / TRIES for number in range(TRIES)]
    sources = [Steady(f"{operation_name} {SEED} {share}", share) for share in shares]
    return [input_from(operation, source) for source in sources]


def create(sm: World, client: Any, kind_name: str) -> Created:
    """Create a resource of a kind with the first generated input that is accepted.

    Raises:
        AssertionError: None is accepted; the refusals are told.
    """
    kind = sm._kind(kind_name)
    assert kind.create is not None
    before = {id(resource) for resource in sm.resources(kind_name)}
    own = frozenset({f"{kind_name}Name", kind.name_member})
    parameters, answer = accepted(sm, client, kind.create.name, own, GIVEN.get(kind_name, {}))
    made = [r for r in sm.resources(kind_name) if id(r) not in before]
    return Created(parameters, answer, made[-1])


def accepted(
    sm: World, client: Any, operation: str, own: frozenset[str], fixed: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Call an operation until it accepts the input; the input, and the answer.

    Args:
        sm: The world, whose resources the input is made to name.
        client: The client.
        operation: The operation's name.
        own: Members whose generated value stays, though the world has a resource of that name.
        fixed: Members that are given or, with None, left out.
    """
    known = names_in(sm)
    known.update(
        {f"{m.removesuffix('Arn')}Identifier": v for m, v in known.items() if m.endswith("Arn")}
    )
    known.pop("Name", None)
    refusals = []
    for generated in inputs_of(operation):
        parameters = {**placed(generated, known, own), **fixed}
        if isinstance(parameters.get("Tags"), list):
            parameters["Tags"] = [{"Key": "team", "Value": "vision"}]
        parameters = {m: v for m, v in parameters.items() if v is not None}
        try:
            return parameters, client._make_api_call(operation, parameters)
        except ClientError as refusal:
            refusals.append(str(refusal))
    raise AssertionError("nothing was accepted:\n" + "\n".join(dict.fromkeys(refusals)))
