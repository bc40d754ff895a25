"""Writes ../fixtures/paired-statistics.json: what SciPy, statsmodels and rliable say of paired differences.

An independent reference for test/statistics/*.test.ts. Run it with
    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 'pandas<3' rliable==1.2.0
    venv/bin/python paired_statistics.py
"""

import json
import pathlib

import numpy as np
from rliable import metrics
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import ttost_paired

HERE = pathlib.Path(__file__).parent
MARGIN = 0.8
RESAMPLES = 199


def two_samples(n, seed, gain):
    """Accuracies of two arms over n seeds, to two decimals, which share most of their spread."""
    random = np.random.default_rng(seed)
    shared = random.normal(65, 3, n)
    above = np.round(shared + gain + random.normal(0, 1, n), 2)
    below = np.round(shared + random.normal(0, 1, n), 2)
    return above, below


def paired(n, seed, gain):
    above, below = two_samples(n, seed, gain)
    differences = above - below
    test = {kind: stats.ttest_1samp(differences, 0, alternative=kind) for kind in ("two-sided", "greater", "less")}
    interval = test["two-sided"].confidence_interval(0.95)
    record = {
        "above": above.tolist(),
        "below": below.tolist(),
        "t": float(test["two-sided"].statistic),
        "p": {kind: float(one.pvalue) for kind, one in test.items()},
        "interval": [float(interval.low), float(interval.high)],
        "effect": float(differences.mean() / differences.std(ddof=1)),
        "margin": MARGIN,
        "equivalence": float(ttost_paired(above, below, -MARGIN, MARGIN)[0]),
        "notWorse": float(stats.ttest_1samp(differences, -MARGIN, alternative="greater").pvalue),
    }
    if n <= 12:
        flips = stats.permutation_test(
            (differences,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=np.inf, vectorized=True
        )
        record["signFlip"] = float(flips.pvalue)
    if n >= 8:
        # The places that SciPy draws from the same generator.
        places = np.random.default_rng(seed).integers(0, n, (RESAMPLES, n))
        found = stats.bootstrap(
            (differences,), np.mean, n_resamples=RESAMPLES, method="BCa", rng=np.random.default_rng(seed), vectorized=True
        )
        assert np.array_equal(found.bootstrap_distribution, differences[places].mean(axis=1))
        record["resamples"] = places.tolist()
        record["bootstrap"] = [float(found.confidence_interval.low), float(found.confidence_interval.high)]
    if n >= 10:
        record["interquartileMeans"] = [float(metrics.aggregate_iqm(one[:, None])) for one in (above, below)]
        record["probabilityOfImprovement"] = float(metrics.probability_of_improvement(above[:, None], below[:, None]))
    return record


def needed(sd, effect, level, alternative, power):
    # By the noncentral t: the least whole n with that power.
    design = TTestPower()
    n = 2
    while design.power(effect / sd, n, level, alternative=alternative) < power:
        n += 1
    return {"sd": sd, "effect": effect, "level": level, "tails": 2 if alternative == "two-sided" else 1, "power": power, "n": n}


def main():
    families = [[0.01, 0.04, 0.03], [0.2], [0.5, 0.5, 0.9], [0.001, 0.012, 0.02, 0.0004, 0.3]]
    record = {
        "paired": [paired(*one) for one in ((3, 1, 1.2), (5, 2, -1.5), (8, 3, 1.0), (11, 4, 0.1), (20, 5, 0.6), (30, 6, -0.3))],
        "holm": [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in families],
        "mcNemar": [
            {"first": b, "second": c, "p": float(mcnemar([[9, b], [c, 9]], exact=True).pvalue)}
            for b, c in ((0, 0), (7, 1), (1, 7), (5, 5), (12, 3), (40, 22))
        ],
        "needed": [
            needed(sd, effect, level, alternative, power)
            for sd in (0.41, 0.92, 2.42)
            for effect in (0.3, 0.61, 2.0)
            for level, alternative, power in ((0.05, "two-sided", 0.8), (0.05 / 3, "two-sided", 0.8), (0.05, "larger", 0.9))
        ],
        "quantiles": [
            {"df": df, "p": p, "t": float(stats.t.ppf(p, df)), "z": float(stats.norm.ppf(p)), "below": float(stats.t.cdf(-1.7, df))}
            for df in (1, 2, 4, 7, 19, 59)
            for p in (0.025, 0.6, 0.8, 0.975, 0.9995)
        ],
    }
    path = HERE.parent / "fixtures" / "paired-statistics.json"
    path.write_text(json.dumps(record, separators=(",", ":")) + "\n")


main()
