"""Reads what MLflow kept of its one run, by its own client, and prints [step, value] by name as JSON.

    MLFLOW_TRACKING_URI=file:FOLDER python mlflow_kept.py
"""
import json

from mlflow import MlflowClient

client = MlflowClient()
experiment = client.get_experiment_by_name("spatial-ensemble")
(run,) = client.search_runs([experiment.experiment_id])
print(
    json.dumps(
        {
            name: [[point.step, point.value] for point in client.get_metric_history(run.info.run_id, name)]
            for name in run.data.metrics
        }
    )
)
