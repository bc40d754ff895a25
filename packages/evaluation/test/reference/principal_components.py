"""Writes ../fixtures/principal-components.json: what scikit-learn's PCA, in float64, makes of rows of float32.

An independent reference for test/principal-components.test.ts. Run it with
    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    venv/bin/python principal_components.py
"""

import json
import pathlib

import numpy as np
from sklearn.decomposition import PCA

ROWS, OTHERS, WIDTH, COUNT = 60, 7, 9, 4


def main():
    generator = np.random.default_rng(5)
    # Far from the origin and correlated, with variances that fall by steps: each component is well told from the next.
    mixing = np.linalg.qr(generator.normal(size=(WIDTH, WIDTH)))[0]
    scales = 3.0 * 0.7 ** np.arange(WIDTH)
    both = generator.normal(size=(ROWS + OTHERS, WIDTH)) * scales @ mixing + 5
    both = both.astype(np.float32)
    rows, others = both[:ROWS], both[ROWS:]
    pca = PCA(COUNT, svd_solver="full").fit(rows.astype(float))
    assert (pca.explained_variance_[:-1] > 1.2 * pca.explained_variance_[1:]).all()
    fixture = {
        "width": WIDTH,
        "count": COUNT,
        "rows": [float(x) for x in rows.ravel()],
        "others": [float(x) for x in others.ravel()],
        "mean": pca.mean_.tolist(),
        "alongRows": pca.transform(rows.astype(float)).ravel().tolist(),
        "alongOthers": pca.transform(others.astype(float)).ravel().tolist(),
    }
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "principal-components.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(pca.explained_variance_)


main()
