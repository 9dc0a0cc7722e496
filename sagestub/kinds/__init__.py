"""The catalogue: what each sort of resource does that the service model does not say.

One declaration a kind, and small functions hung on it. Kinds know the engine; never the operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sagestub.engine.plane import Declarations

if TYPE_CHECKING:
    from sagestub.engine.cross_fields import FieldRule
    from sagestub.engine.kind import Kind
    from sagestub.engine.plane import Function

KINDS: Mapping[str, Kind] = Declarations(
    "sagestub.kinds",
    {
        "CompilationJob": "compilation.COMPILATION_JOB",
        "Pipeline": "pipelines.PIPELINE",
        "PipelineExecution": "pipeline_executions.PIPELINE_EXECUTION",
        "Model": "models.MODEL",
        "Endpoint": "endpoints.ENDPOINT",
        "EndpointConfig": "endpoint_configs.ENDPOINT_CONFIG",
        "DeviceFleet": "devices.DEVICE_FLEET",
        "Device": "devices.DEVICE",
        "Experiment": "experiments.EXPERIMENT",
        "Trial": "experiments.TRIAL",
        "TrialComponent": "experiments.TRIAL_COMPONENT",
        "Action": "lineage.ACTION",
        "Artifact": "lineage.ARTIFACT",
        "Context": "lineage.CONTEXT",
        "Association": "lineage.ASSOCIATION",
        "LineageGroup": "lineage.LINEAGE_GROUP_KIND",
        "ModelPackageGroup": "model_registry.MODEL_PACKAGE_GROUP",
        "ModelPackage": "model_registry.MODEL_PACKAGE",
        "FeatureGroup": "feature_groups.FEATURE_GROUP",
        "FeatureMetadata": "feature_groups.FEATURE_METADATA",
        "NotebookInstance": "notebooks.NOTEBOOK_INSTANCE",
        "NotebookInstanceLifecycleConfig": "notebooks.NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG",
        "ProcessingJob": "processing.PROCESSING_JOB",
        "TransformJob": "transform.TRANSFORM_JOB",
        "TrainingJob": "training.TRAINING_JOB",
        "HyperParameterTuningJob": "tuning.HYPER_PARAMETER_TUNING_JOB",
        "Domain": "studio.DOMAIN",
        "UserProfile": "studio.USER_PROFILE",
        "Space": "studio.SPACE",
        "App": "apps.APP",
        "AppImageConfig": "apps.APP_IMAGE_CONFIG",
        "StudioLifecycleConfig": "apps.STUDIO_LIFECYCLE_CONFIG",
        "AutoMLJob": "automl.AUTO_ML_JOB",
        "AutoMLJobV2": "automl.AUTO_ML_JOB_V2",
        "Image": "images.IMAGE",
        "ImageVersion": "images.IMAGE_VERSION",
        "InferenceComponent": "inference_components.INFERENCE_COMPONENT",
        "InferenceRouter": "inference_routers.INFERENCE_ROUTER",
        "LabelingJob": "labeling.LABELING_JOB",
        "EdgePackagingJob": "edge_packaging.EDGE_PACKAGING_JOB",
        "EdgeDeploymentPlan": "edge_deployment.EDGE_DEPLOYMENT_PLAN",
        "EdgeDeploymentStage": "edge_deployment.EDGE_DEPLOYMENT_STAGE",
        "MlflowApp": "mlflow.MLFLOW_APP",
        "MlflowTrackingServer": "mlflow.MLFLOW_TRACKING_SERVER",
        "PartnerApp": "partner_apps.PARTNER_APP",
        "Hub": "hubs.HUB",
        "HubContent": "hubs.HUB_CONTENT",
        "OptimizationJob": "optimization.OPTIMIZATION_JOB",
        "InferenceRecommendationsJob": "inference_recommendations.INFERENCE_RECOMMENDATIONS_JOB",
        "AIWorkloadConfig": "ai_jobs.AI_WORKLOAD_CONFIG",
        "AIBenchmarkJob": "ai_jobs.AI_BENCHMARK_JOB",
        "AIRecommendationJob": "ai_jobs.AI_RECOMMENDATION_JOB",
        "ModelCardExportJob": "model_card_exports.MODEL_CARD_EXPORT_JOB",
        "TrainingSession": "training_sessions.TRAINING_SESSION",
        "InferenceExperiment": "inference_experiments.INFERENCE_EXPERIMENT",
        "TrainingPlan": "training_plans.TRAINING_PLAN",
        "ReservedCapacity": "training_plans.RESERVED_CAPACITY",
        "TrainingPlanOffering": "training_plans.TRAINING_PLAN_OFFERING",
        "TrainingPlanExtensionOffering": "training_plans.TRAINING_PLAN_EXTENSION_OFFERING",
        "Job": "jobs.JOB",
        "DataQualityJobDefinition": "job_definitions.DATA_QUALITY_JOB_DEFINITION",
        "ModelQualityJobDefinition": "job_definitions.MODEL_QUALITY_JOB_DEFINITION",
        "ModelBiasJobDefinition": "job_definitions.MODEL_BIAS_JOB_DEFINITION",
        "ModelExplainabilityJobDefinition": "job_definitions.MODEL_EXPLAINABILITY_JOB_DEFINITION",
        "MonitoringSchedule": "monitoring.MONITORING_SCHEDULE",
        "MonitoringExecution": "monitoring_executions.MONITORING_EXECUTION",
        "MonitoringAlert": "monitoring_alerts.MONITORING_ALERT",
        "MonitoringAlertHistory": "monitoring_alerts.MONITORING_ALERT_HISTORY",
        "Algorithm": "algorithms.ALGORITHM",
        "CodeRepository": "code_repositories.CODE_REPOSITORY",
        "ModelCard": "model_cards.MODEL_CARD",
        "Project": "projects.PROJECT",
        "ModelMetadata": "service_catalogues.MODEL_METADATA",
        "ResourceCatalog": "service_catalogues.RESOURCE_CATALOG",
        "FlowDefinition": "human_review.FLOW_DEFINITION",
        "HumanTaskUi": "human_review.HUMAN_TASK_UI",
        "SubscribedWorkteam": "workforces.SUBSCRIBED_WORKTEAM",
        "Workforce": "workforces.WORKFORCE",
        "Workteam": "workforces.WORKTEAM",
        "Cluster": "clusters.CLUSTER",
        "ClusterNode": "cluster_nodes.CLUSTER_NODE",
        "ClusterEvent": "cluster_operations.CLUSTER_EVENT",
        "ClusterOperation": "cluster_operations.CLUSTER_OPERATION",
        "ClusterExtension": "cluster_extensions.CLUSTER_EXTENSION",
        "ClusterSchedulerConfig": "cluster_policies.CLUSTER_SCHEDULER_CONFIG",
        "ComputeQuota": "cluster_policies.COMPUTE_QUOTA",
        "GlobalInferenceGateway": "inference_gateways.GLOBAL_INFERENCE_GATEWAY",
        "InferenceGateway": "inference_gateways.INFERENCE_GATEWAY",
    },
)
"""Every declared kind of the service `sagemaker`, by name: where its declaration stands."""

FUNCTIONS: Mapping[str, Function] = Declarations(
    "sagestub.kinds",
    {
        "ListClusterExtensionVersions": "cluster_extensions.list_versions",
        "DescribeJobSchemaVersion": "jobs.describe_schema_version",
        "ListJobSchemaVersions": "jobs.list_schema_versions",
        "SearchTrainingPlanOfferings": "training_plans.search_offerings",
        "StartSession": "remote_sessions.start_session",
        "ExtendTrainingPlan": "training_plans.extend",
        "DescribeTrainingPlanExtensionHistory": "training_plans.extension_history",
        "ListTrainingPlans": "training_plans.list_plans",
        "CreateHubContentReference": "hubs.create_reference",
        "ListHubContents": "hubs.list_contents",
        "ListHubContentVersions": "hubs.list_versions",
        "GetScalingConfigurationRecommendation": "scaling.recommend_scaling",
        "ListAliases": "images.list_aliases",
        "AddAssociation": "lineage.add_association",
        "BatchDescribeModelPackage": "model_registry.batch_describe",
        "DeleteAssociation": "lineage.delete_association",
        "QueryLineage": "lineage.query_lineage",
        "DisableSagemakerServicecatalogPortfolio": "projects.disable_portfolio",
        "EnableSagemakerServicecatalogPortfolio": "projects.enable_portfolio",
        "GetSagemakerServicecatalogPortfolioStatus": "projects.portfolio_status",
        "ListModelMetadata": "service_catalogues.list_model_metadata",
        "RenderUiTemplate": "human_review.render_template",
    },
)
"""What answers operations about no single resource, by operation name: where it stands."""

FIELD_RULES: Mapping[str, tuple[FieldRule, ...]] = Declarations(
    "sagestub.kinds.field_rules",
    {
        "GetScalingConfigurationRecommendation": "hosting.SCALING_RECOMMENDATION",
        "ListAliases": "studio.LIST_ALIASES",
        "RenderUiTemplate": "people.RENDER_UI_TEMPLATE",
        "Search": "registry.SEARCH",
    },
)
"""The field rules of those operations, and of Search: where they stand."""
