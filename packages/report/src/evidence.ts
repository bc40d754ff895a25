import type { Evidence } from '@spatial-ensemble/record';

import type { Row } from './rows.ts';
import { type Sample, sampleOf } from './statistics/sample.ts';
import { capitalised, inUnit, meanText, plain, sampleText } from './text.ts';

/** A number of evidence without its value: what runs share. */
export type EvidenceKind = Omit<Evidence, 'value'>;

/** The kinds of evidence behind rows, in the order in which results list them. */
export function evidenceKinds(rows: readonly Row[]): EvidenceKind[] {
  const kinds = new Map<string, EvidenceKind>();
  for (const { result } of rows.flatMap(({ shown }) => shown))
    for (const { value: _, ...kind } of result.evidence) if (!kinds.has(kind.name)) kinds.set(kind.name, kind);
  return [...kinds.values()];
}

/** One number of the evidence over the shown runs of a row. */
export function evidenceSample({ shown }: Row, { name }: EvidenceKind): Sample {
  return sampleOf(
    shown.flatMap(({ planned: { seed }, result: { evidence } }) =>
      evidence.filter((one) => one.name === name).map(({ value }) => ({ seed, value })),
    ),
  );
}

/** A percentage with its spread; of other numbers, which hardly vary over seeds, the mean to six digits. */
export function evidenceText(row: Row, kind: EvidenceKind): string {
  const sample = evidenceSample(row, kind);
  return kind.unit === '%' ? sampleText(sample, 1) : meanText(sample, 6);
}

/** What a column of evidence is called. */
export function evidenceTitle({ title, unit }: EvidenceKind): string {
  return inUnit(title, unit);
}

const OVER: Readonly<Record<Evidence['over'], string>> = {
  all: 'over all steps',
  'last-tenth': 'over the last tenth of the run',
  schedule: 'by the schedules of its settings',
};

/** What the columns mean, a sentence each. */
export function evidenceMeanings(rows: readonly Row[]): string {
  return evidenceKinds(rows)
    .map(({ title, meaning, over }) => {
      const parts = [meaning, OVER[over]].filter((part) => part !== undefined);
      return plain(`${capitalised(title)}: ${parts.join('; ')}.`);
    })
    .join(' ');
}
