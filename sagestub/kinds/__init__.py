"""The catalogue: what each sort of resource does that the service model does not say.

One declaration a kind, and small functions hung on it. Kinds know the engine; never the operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind
from sagestub.kinds.ai_jobs import AI_BENCHMARK_JOB, AI_RECOMMENDATION_JOB, AI_WORKLOAD_CONFIG
from sagestub.kinds.algorithms import ALGORITHM
from sagestub.kinds.apps import APP, APP_IMAGE_CONFIG, STUDIO_LIFECYCLE_CONFIG
from sagestub.kinds.automl import AUTO_ML_JOB, AUTO_ML_JOB_V2
from sagestub.kinds.cluster_extensions import CLUSTER_EXTENSION
from sagestub.kinds.cluster_extensions import list_versions as list_extension_versions
from sagestub.kinds.cluster_nodes import CLUSTER_NODE
from sagestub.kinds.cluster_operations import CLUSTER_EVENT, CLUSTER_OPERATION
from sagestub.kinds.cluster_policies import CLUSTER_SCHEDULER_CONFIG, COMPUTE_QUOTA
from sagestub.kinds.clusters import CLUSTER
from sagestub.kinds.code_repositories import CODE_REPOSITORY
from sagestub.kinds.compilation import COMPILATION_JOB
from sagestub.kinds.devices import DEVICE, DEVICE_FLEET
from sagestub.kinds.edge_deployment import EDGE_DEPLOYMENT_PLAN, EDGE_DEPLOYMENT_STAGE
from sagestub.kinds.edge_packaging import EDGE_PACKAGING_JOB
from sagestub.kinds.endpoint_configs import ENDPOINT_CONFIG
from sagestub.kinds.endpoints import ENDPOINT
from sagestub.kinds.experiments import EXPERIMENT, TRIAL, TRIAL_COMPONENT
from sagestub.kinds.feature_groups import FEATURE_GROUP, FEATURE_METADATA
from sagestub.kinds.hubs import HUB, HUB_CONTENT, create_reference, list_contents
from sagestub.kinds.hubs import list_versions as list_hub_content_versions
from sagestub.kinds.human_review import FLOW_DEFINITION, HUMAN_TASK_UI, render_template
from sagestub.kinds.images import IMAGE, IMAGE_VERSION, list_aliases
from sagestub.kinds.inference_components import INFERENCE_COMPONENT
from sagestub.kinds.inference_experiments import INFERENCE_EXPERIMENT
from sagestub.kinds.inference_recommendations import INFERENCE_RECOMMENDATIONS_JOB
from sagestub.kinds.inference_routers import INFERENCE_ROUTER
from sagestub.kinds.job_definitions import (
    DATA_QUALITY_JOB_DEFINITION,
    MODEL_BIAS_JOB_DEFINITION,
    MODEL_EXPLAINABILITY_JOB_DEFINITION,
    MODEL_QUALITY_JOB_DEFINITION,
)
from sagestub.kinds.jobs import JOB, describe_schema_version, list_schema_versions
from sagestub.kinds.labeling import LABELING_JOB
from sagestub.kinds.lineage import (
    ACTION,
    ARTIFACT,
    ASSOCIATION,
    CONTEXT,
    LINEAGE_GROUP_KIND,
    add_association,
    delete_association,
    list_groups,
    query_lineage,
)
from sagestub.kinds.mlflow import MLFLOW_APP, MLFLOW_TRACKING_SERVER
from sagestub.kinds.model_card_exports import MODEL_CARD_EXPORT_JOB
from sagestub.kinds.model_cards import MODEL_CARD
from sagestub.kinds.model_registry import MODEL_PACKAGE, MODEL_PACKAGE_GROUP, batch_describe
from sagestub.kinds.models import MODEL
from sagestub.kinds.monitoring import MONITORING_SCHEDULE
from sagestub.kinds.monitoring_alerts import MONITORING_ALERT, MONITORING_ALERT_HISTORY
from sagestub.kinds.monitoring_executions import MONITORING_EXECUTION
from sagestub.kinds.notebooks import NOTEBOOK_INSTANCE, NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG
from sagestub.kinds.optimization import OPTIMIZATION_JOB
from sagestub.kinds.partner_apps import PARTNER_APP
from sagestub.kinds.pipeline_executions import PIPELINE_EXECUTION
from sagestub.kinds.pipelines import PIPELINE
from sagestub.kinds.processing import PROCESSING_JOB
from sagestub.kinds.projects import PROJECT, portfolio_setter, portfolio_status
from sagestub.kinds.remote_sessions import start_session
from sagestub.kinds.scaling import recommend_scaling
from sagestub.kinds.service_catalogues import MODEL_METADATA, RESOURCE_CATALOG, list_model_metadata
from sagestub.kinds.studio import DOMAIN, SPACE, USER_PROFILE
from sagestub.kinds.training import TRAINING_JOB
from sagestub.kinds.training_plans import (
    RESERVED_CAPACITY,
    TRAINING_PLAN,
    TRAINING_PLAN_EXTENSION_OFFERING,
    TRAINING_PLAN_OFFERING,
    extend,
    extension_history,
    list_plans,
    search_offerings,
)
from sagestub.kinds.training_sessions import TRAINING_SESSION
from sagestub.kinds.transform import TRANSFORM_JOB
from sagestub.kinds.tuning import HYPER_PARAMETER_TUNING_JOB
from sagestub.kinds.workforces import SUBSCRIBED_WORKTEAM, WORKFORCE, WORKTEAM

if TYPE_CHECKING:
    from sagestub.engine.context import Context

KINDS: tuple[Kind, ...] = (
    COMPILATION_JOB,
    PIPELINE,
    PIPELINE_EXECUTION,
    MODEL,
    ENDPOINT,
    ENDPOINT_CONFIG,
    DEVICE_FLEET,
    DEVICE,
    EXPERIMENT,
    TRIAL,
    TRIAL_COMPONENT,
    ACTION,
    ARTIFACT,
    CONTEXT,
    ASSOCIATION,
    LINEAGE_GROUP_KIND,
    MODEL_PACKAGE_GROUP,
    MODEL_PACKAGE,
    FEATURE_GROUP,
    FEATURE_METADATA,
    NOTEBOOK_INSTANCE,
    NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG,
    PROCESSING_JOB,
    TRANSFORM_JOB,
    TRAINING_JOB,
    HYPER_PARAMETER_TUNING_JOB,
    DOMAIN,
    USER_PROFILE,
    SPACE,
    APP,
    APP_IMAGE_CONFIG,
    STUDIO_LIFECYCLE_CONFIG,
    AUTO_ML_JOB,
    AUTO_ML_JOB_V2,
    IMAGE,
    IMAGE_VERSION,
    INFERENCE_COMPONENT,
    INFERENCE_ROUTER,
    LABELING_JOB,
    EDGE_PACKAGING_JOB,
    EDGE_DEPLOYMENT_PLAN,
    EDGE_DEPLOYMENT_STAGE,
    MLFLOW_APP,
    MLFLOW_TRACKING_SERVER,
    PARTNER_APP,
    HUB,
    HUB_CONTENT,
    OPTIMIZATION_JOB,
    INFERENCE_RECOMMENDATIONS_JOB,
    AI_WORKLOAD_CONFIG,
    AI_BENCHMARK_JOB,
    AI_RECOMMENDATION_JOB,
    MODEL_CARD_EXPORT_JOB,
    TRAINING_SESSION,
    INFERENCE_EXPERIMENT,
    TRAINING_PLAN,
    RESERVED_CAPACITY,
    TRAINING_PLAN_OFFERING,
    TRAINING_PLAN_EXTENSION_OFFERING,
    JOB,
    DATA_QUALITY_JOB_DEFINITION,
    MODEL_QUALITY_JOB_DEFINITION,
    MODEL_BIAS_JOB_DEFINITION,
    MODEL_EXPLAINABILITY_JOB_DEFINITION,
    MONITORING_SCHEDULE,
    MONITORING_EXECUTION,
    MONITORING_ALERT,
    MONITORING_ALERT_HISTORY,
    ALGORITHM,
    CODE_REPOSITORY,
    MODEL_CARD,
    PROJECT,
    MODEL_METADATA,
    RESOURCE_CATALOG,
    FLOW_DEFINITION,
    HUMAN_TASK_UI,
    SUBSCRIBED_WORKTEAM,
    WORKFORCE,
    WORKTEAM,
    CLUSTER,
    CLUSTER_NODE,
    CLUSTER_EVENT,
    CLUSTER_OPERATION,
    CLUSTER_EXTENSION,
    CLUSTER_SCHEDULER_CONFIG,
    COMPUTE_QUOTA,
)
"""Every declared kind of the service `sagemaker`."""

FUNCTIONS: Mapping[str, Callable[[Context, Mapping[str, Any]], Mapping[str, Any]]] = {
    "ListClusterExtensionVersions": list_extension_versions,
    "DescribeJobSchemaVersion": describe_schema_version,
    "ListJobSchemaVersions": list_schema_versions,
    "SearchTrainingPlanOfferings": search_offerings,
    "StartSession": start_session,
    "ExtendTrainingPlan": extend,
    "DescribeTrainingPlanExtensionHistory": extension_history,
    "ListTrainingPlans": list_plans,
    "CreateHubContentReference": create_reference,
    "ListHubContents": list_contents,
    "ListHubContentVersions": list_hub_content_versions,
    "GetScalingConfigurationRecommendation": recommend_scaling,
    "ListAliases": list_aliases,
    "AddAssociation": add_association,
    "BatchDescribeModelPackage": batch_describe,
    "DeleteAssociation": delete_association,
    "ListLineageGroups": list_groups,
    "QueryLineage": query_lineage,
    "DisableSagemakerServicecatalogPortfolio": portfolio_setter("Disabled"),
    "EnableSagemakerServicecatalogPortfolio": portfolio_setter("Enabled"),
    "GetSagemakerServicecatalogPortfolioStatus": portfolio_status,
    "ListModelMetadata": list_model_metadata,
    "RenderUiTemplate": render_template,
}
"""What answers operations about no single resource, by operation name."""
