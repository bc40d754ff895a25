"""Writes ../fixtures/knn.json: weighted k nearest neighbours by NumPy in float64, one query after the other.

An independent reference for test/knn.test.ts. Run it with
    python3 -m venv venv && venv/bin/pip install numpy==2.4.6
    venv/bin/python knn.py
"""

import json
import pathlib

import numpy as np

BANK, QUERIES, WIDTH, CLASSES = 90, 40, 6, 5
CASES = [(1, 0.1), (7, 0.1), (20, 0.07), (90, 0.02), (90, 10.0)]


def predict(bank, labels, query, k, temperature):
    similarity = bank @ query / (np.linalg.norm(bank, axis=1) * np.linalg.norm(query))
    order = np.argsort(-similarity)
    votes = np.zeros(CLASSES)
    for i in order[:k]:
        votes[labels[i]] += np.exp(similarity[i] / temperature)
    first, second = np.sort(votes)[::-1][:2]
    # What float32 could decide otherwise would test nothing.
    assert (first - second) / first > 1e-3, "two classes are as good as equal; take another seed"
    assert k == len(bank) or similarity[order[k - 1]] - similarity[order[k]] > 1e-5
    return int(np.argmax(votes))


def main():
    generator = np.random.default_rng(31)
    centres = generator.normal(size=(CLASSES, WIDTH))
    sets = {}
    for name, n in (("bank", BANK), ("queries", QUERIES)):
        labels = generator.integers(0, CLASSES, n)
        # Lengths differ by far: without normalisation the neighbours would be others.
        features = (centres[labels] + generator.normal(size=(n, WIDTH))) * generator.uniform(0.1, 10, (n, 1))
        sets[name] = features.astype(np.float32), labels
    (bank, bank_labels), (queries, query_labels) = sets["bank"], sets["queries"]
    cases = []
    for k, temperature in CASES:
        predicted = [predict(bank.astype(float), bank_labels, q.astype(float), k, temperature) for q in queries]
        top1 = 100 * float(np.mean(np.array(predicted) == query_labels))
        cases.append({"k": k, "temperature": temperature, "predicted": predicted, "top1": top1})
    fixture = {
        "classes": CLASSES,
        "width": WIDTH,
        "bank": [float(x) for x in bank.ravel()],
        "bankLabels": bank_labels.tolist(),
        "queries": [float(x) for x in queries.ravel()],
        "queryLabels": query_labels.tolist(),
        "cases": cases,
    }
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "knn.json"
    path.write_text(json.dumps(fixture) + "\n")
    print([(case["k"], case["temperature"], case["top1"]) for case in cases])


main()
