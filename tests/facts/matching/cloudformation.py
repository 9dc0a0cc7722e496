"""The rules of aws-cloudformation/aws-cloudformation-resource-providers-sagemaker.

Its `ExceptionMapper` and `Translator` of each resource say what an error means to CloudFormation. Its
rule "Model Package already exists" is not here: the Python SDK looks for "ModelPackage already exists".
"""

from __future__ import annotations

from tests.facts.matching.rules import IN_USE, NOT_FOUND, VALIDATION, Refused, Rule, Way, states

BY_CODE = ("App", "AppImageConfig", "Domain", "FeatureGroup", "Image", "UserProfile")
"""Resources whose handlers go by the modelled codes alone."""

MISSING = [
    *(Rule("CFN Translator", kind, "describe", NOT_FOUND) for kind in BY_CODE),
    *(Rule("CFN Translator", kind, "delete", NOT_FOUND) for kind in BY_CODE),
    Rule("CFN Translator", "DataQualityJobDefinition", "describe", NOT_FOUND),
    Rule("CFN Translator", "ModelBiasJobDefinition", "describe", NOT_FOUND),
    Rule("CFN Translator", "ModelExplainabilityJobDefinition", "describe", NOT_FOUND),
    Rule("CFN Translator", "ModelQualityJobDefinition", "describe", NOT_FOUND),
    Rule("CFN Translator", "MonitoringSchedule", "delete", NOT_FOUND),
    Rule("CFN Translator", "Pipeline", "describe", NOT_FOUND),
    Rule("CFN ExceptionMapper", "ModelPackage", "describe", VALIDATION, begins="ModelPackage ",
         contains=" does not exist"),
    Rule("CFN ExceptionMapper", "ModelPackageGroup", "describe", VALIDATION,
         begins="ModelPackageGroup ", contains=" does not exist"),
    Rule("CFN ExceptionMapper", "Project", "describe", VALIDATION, begins="Project ",
         contains=" does not exist"),
]  # fmt: skip
"""Rules for what is not there."""

TAKEN = [
    *(Rule("CFN Translator", kind, "create", IN_USE) for kind in BY_CODE),
    Rule("CFN ExceptionMapper", "ModelPackageGroup", "create", VALIDATION,
         contains="Model Package Group already exists"),
    Rule("CFN Translator", "Pipeline", "create", VALIDATION,
         contains="names must be unique within an AWS account and region"),
    Rule("CFN ExceptionMapper", "Project", "create", VALIDATION, contains="Project already exists"),
]  # fmt: skip
"""Rules for a name that is taken."""

REFUSED = [
    Refused(
        Rule("CFN ExceptionMapper", "ModelPackageGroup", "policy", VALIDATION,
             contains="Cannot find Model Package Group:"),
        "GetModelPackageGroupPolicy",
        {"ModelPackageGroupName": "no-such-one"},
    ),
    Refused(
        Rule("CFN ExceptionMapper", "ModelPackageGroup", "describe badly", VALIDATION,
             contains="validation error detected"),
        "DescribeModelPackageGroup",
        {"ModelPackageGroupName": "-"},
    ),
]  # fmt: skip
"""Rules for what is refused."""

WAYS = [
    Way("CFN DeleteHandler", "MonitoringSchedule", "delete", states("Pending"), frozenset()),
]
"""What it takes for unfinished and for done."""
