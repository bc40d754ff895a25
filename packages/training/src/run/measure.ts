import { parse, Measure, type RunSpec } from '@spatial-ensemble/record';
import { z } from 'zod';
import type { Measurement, MeasurementTools } from '../measurement.ts';
import { encoderIn, featureTools, type MeasuredRun } from './feature-tools.ts';

/** A measurement and its spec. */
export interface Measuring {
  /** What its study calls it: `--set` reaches its spec by `measurements.<name>`. */
  readonly name: string;
  readonly measurement: Measurement<unknown>;
  readonly spec: unknown;
}

/** The measurements of a run with their code, by the names of its record. */
export function measuringsOf(
  declared: RunSpec['measurements'],
  code: { readonly [name: string]: Measurement<unknown> },
): Measuring[] {
  return Object.entries(declared ?? {}).map(([name, { spec }]) => {
    const measurement = code[name];
    if (measurement === undefined)
      throw new Error(`the study declares the measurement ${name}, and \`defineExperiment\` was given no code for it`);
    return { name, measurement, spec: parse(measurement.schema, spec, `the measurement ${name}`) };
  });
}

/** Takes every measurement of a run, in order. */
export async function measured(run: MeasuredRun, measurings: readonly Measuring[]): Promise<Measure[]> {
  if (measurings.length === 0) return [];
  const encoder = encoderIn(run.bound);
  const tools: MeasurementTools = { ...featureTools(run, encoder), data: run.data };
  const measures: Measure[] = [];
  try {
    for (const { measurement, spec } of measurings)
      measures.push(
        ...parse(z.array(Measure), await measurement.measure(spec, tools), `what ${measurement.name} measured`),
      );
    return measures;
  } finally {
    encoder?.dispose();
  }
}
