"""Writes ../fixtures/blocked-model.json: what statsmodels says of value ~ block + level.

An independent reference for test/statistics/blocked-model.test.ts, and SciPy's for the exact interval of a share. Run it with
    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 'pandas<3'
    venv/bin/python blocked_model.py
"""

import json
import pathlib

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

HERE = pathlib.Path(__file__).parent


def grid(blocks, levels, seed, spread, missing=0):
    """Accuracies to two decimals: blocks differ by much, levels by little; some are missing."""
    random = np.random.default_rng(seed)
    of_block = random.normal(65, 3, blocks)
    of_level = random.normal(0, spread, levels)
    rows = [
        {"block": int(block + 1), "level": f"l{level}", "value": float(np.round(of_block[block] + of_level[level] + random.normal(0, 1), 2))}
        for block in range(blocks)
        for level in range(levels)
    ]
    dropped = set(random.choice(len(rows), missing, replace=False).tolist())
    return [row for i, row in enumerate(rows) if i not in dropped]


def modelled(observations, part):
    frame = pd.DataFrame(observations)
    names = sorted(frame["level"].unique())
    fit = ols("value ~ C(block) + C(level)", frame).fit()
    table = anova_lm(fit, typ=2)
    # Of some of the levels: the model in which one stands for all of them, against the whole one.
    merged = frame.assign(level=frame["level"].where(~frame["level"].isin(part), part[0]))
    fewer = "value ~ C(block)" + (" + C(level)" if merged["level"].nunique() > 1 else "")
    nested = anova_lm(ols(fewer, merged).fit(), fit)
    interval = fit.conf_int(0.05)
    test = fit.t_test(f"C(level)[T.{names[1]}] - C(level)[T.{names[2]}] = 0")
    return {
        "observations": observations,
        "residual": float(fit.ssr),
        "df": int(fit.df_resid),
        "alike": {"f": float(table.loc["C(level)", "F"]), "df": int(table.loc["C(level)", "df"]), "p": float(table.loc["C(level)", "PR(>F)"])},
        "part": part,
        "partAlike": {"f": float(nested["F"].iloc[1]), "df": int(nested["df_diff"].iloc[1]), "p": float(nested["Pr(>F)"].iloc[1])},
        "overFirst": {
            name: [float(fit.params[f"C(level)[T.{name}]"]), *(float(end) for end in interval.loc[f"C(level)[T.{name}]"])] for name in names[1:]
        },
        "secondOverThird": [float(test.effect[0]), *(float(end) for end in test.conf_int(0.05)[0])],
    }


def share(failed, of):
    interval = stats.binomtest(failed, of).proportion_ci(0.95, method="exact")
    return {"failed": failed, "of": of, "interval": [float(interval.low), float(interval.high)]}


def main():
    record = {
        "models": [
            modelled(grid(5, 5, 1, 0.3), ["l1", "l2", "l3"]),
            modelled(grid(5, 9, 2, 1.5), ["l0", "l1", "l2", "l3", "l4"]),
            modelled(grid(20, 3, 3, 0.5), ["l0", "l2"]),
            modelled(grid(6, 5, 4, 0.8, missing=7), ["l0", "l1", "l4"]),
        ],
        "shares": [share(*one) for one in ((0, 1), (0, 20), (1, 20), (3, 20), (10, 20), (20, 20), (17, 60), (1, 1))],
        "f": [
            {"df": [a, b], "f": f, "p": float(stats.f.sf(f, a, b))} for a, b in ((1, 1), (4, 16), (8, 32), (2, 38)) for f in (0.0, 0.3, 1.0, 4.5, 60.0)
        ],
    }
    path = HERE.parent / "fixtures" / "blocked-model.json"
    path.write_text(json.dumps(record, separators=(",", ":")) + "\n")


main()
