import { parse, type JsonObject, type Patch, type RunSpec } from '@spatial-ensemble/record';
import type { Experiment } from './experiment.ts';
import { named } from './named.ts';
import { patched } from './patched.ts';

/** By the measurement's name. */
export type Specs = { readonly [name: string]: JsonObject };

/** The measurements' specs with their defaults. */
export function measuredSpecs({ study, measurements }: Experiment, patches: readonly Patch[], derived: boolean): Specs {
  return Object.fromEntries(
    Object.entries(study.measurements ?? {}).map(([name, declared]) => {
      const { schema, smoke } = named(measurements, name);
      const spec = parse(
        schema,
        patched(declared, patches, (patch) => patch.measurements?.[name]),
        `the measurement ${name} of ${study.name}`,
        `measurements.${name}`,
      );
      return [name, (derived && smoke !== undefined ? smoke(spec) : spec) as JsonObject];
    }),
  );
}

/** The measurements as a run's identity holds them. */
export function versions({ study, measurements }: Experiment, specs: Specs | undefined): RunSpec['measurements'] {
  return (
    specs &&
    Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => {
        const measurement = named(measurements, name);
        const what = `the measurement ${name} of ${study.name}`;
        const checked = parse(measurement.schema, spec, what, `measurements.${name}`) as JsonObject;
        return [name, { name: measurement.name, version: measurement.version, spec: checked }];
      }),
    )
  );
}
