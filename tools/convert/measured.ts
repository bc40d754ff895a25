import type { Json, JsonObject } from '@spatial-ensemble/record';

/** All that was measured in a result of either format, a text each, sorted: what a conversion must not change. */
export interface Measured {
  /** Whatever is in a measure but its words: network, images, rule, value, number of images. */
  readonly measures: readonly string[];
  /** `step value` of every point. */
  readonly points: readonly string[];
  readonly evidence: readonly string[];
}

/** Reads it without the converter's tables, by where numbers stand. */
export function measured({ measures, curve, series, evidence }: JsonObject): Measured {
  const list = (value: Json | undefined): JsonObject[] => (value ?? []) as unknown as JsonObject[];
  const points = [
    ...list(curve).flatMap(({ step, ...columns }) => Object.values(columns).map((value) => [step, value])),
    ...list(series).flatMap((one) => one['points'] as unknown as Json[][]),
  ];
  const numbers = Array.isArray(evidence)
    ? list(evidence).map(({ value }) => value)
    : Object.values(evidence as JsonObject).filter((value) => typeof value === 'number');
  return {
    measures: list(measures)
      .map(({ name, network, whose, split, rule, value, unit, n }) =>
        JSON.stringify([name, network ?? whose, split, rule, value, unit, n]),
      )
      .toSorted(),
    points: points.map((point) => point.join(' ')).toSorted(),
    evidence: numbers.map(String).toSorted(),
  };
}
