"""Global inference gateways."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, ROLE, Row

IN_CLUSTER = {
    "ClusterArn": "arn:aws:sagemaker:eu-west-1:123456789012:cluster/abcdefghijkl",
    "Namespace": "serving",
    "Name": "gateway",
}
WEIGHTS = {"KVHeadroom": 0.4, "QueueDepth": 0.35, "RegionProximity": 0.25, "ErrorRate": 0}

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateGlobalInferenceGateway": {
        "Name": "llm",
        "ExecutionRoleArn": ROLE,
        "Gateways": [IN_CLUSTER],
        "Routing": {"Weights": WEIGHTS},
    },
    "UpdateGlobalInferenceGateway": {"Identifier": "llm", "Routing": {"Weights": WEIGHTS}},
}

CREATE, UPDATE = REQUESTS
TOGETHER = "KVHeadroom, QueueDepth, RegionProximity and ErrorRate must be specified together."
SUM = "The routing weights must sum to 1.0, within 0.001; they sum to {}."

ROWS = [
    Row(
        CREATE,
        {"Name": "abcdefgh1234"},
        "The name abcdefgh1234 has the format of a global inference gateway ID: exactly 12 lowercase "
        "letters or digits.",
    ),
    *(
        row
        for operation in REQUESTS
        for row in (
            Row(operation, {"Routing.Weights.ErrorRate": ABSENT}, TOGETHER),
            Row(operation, {"Routing.Weights.ErrorRate": 0.002}, SUM.format(1.002)),
            Row(operation, {"Routing.Weights.KVHeadroom": 0.398}, SUM.format(0.998)),
        )
    ),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    (CREATE, {"Name": "abcdefgh123"}),
    (CREATE, {"Name": "Abcdefgh1234"}),
    (CREATE, {"Routing": ABSENT}),
    (CREATE, {"Routing.Weights": {}}),
    (UPDATE, {"Routing.Weights.ErrorRate": 0.001}),
]
