"""Writes ../fixtures/crossed-variance.json: variance components of crossed tables by statsmodels' analysis of variance.

An independent reference for test/statistics/crossed-variance.test.ts. Run it with
    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 'pandas<3'
    venv/bin/python crossed_variance.py
"""

import json
import pathlib

import numpy as np
import pandas as pd
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm


def components(table):
    splits, trainings = table.shape
    rows = [
        {"value": table[s, t], "split": f"s{s}", "training": f"t{t}"} for s in range(splits) for t in range(trainings)
    ]
    found = anova_lm(ols("value ~ C(split) + C(training)", pd.DataFrame(rows)).fit())
    square = found["sum_sq"] / found["df"]
    rest = square["Residual"]
    return {
        "split": max(0.0, (square["C(split)"] - rest) / trainings),
        "training": max(0.0, (square["C(training)"] - rest) / splits),
        "rest": rest,
    }


def main():
    random = np.random.default_rng(7)
    cases = []
    for splits, trainings, of_split, of_training in [(5, 2, 2.0, 0.5), (10, 3, 0.3, 1.0), (4, 4, 0.0, 0.0)]:
        table = (
            random.normal(0, of_split, (splits, 1))
            + random.normal(0, of_training, (1, trainings))
            + random.normal(0.4, 1, (splits, trainings))
        )
        table = np.round(table, 2)
        cases.append({"table": table.tolist(), **components(table)})
    # One that falls below 0 is among them.
    assert any(case["split"] == 0 or case["training"] == 0 for case in cases)
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "crossed-variance.json"
    path.write_text(json.dumps({"cases": cases}, indent=1) + "\n")
    print([{name: case[name] for name in ("split", "training", "rest")} for case in cases])


main()
