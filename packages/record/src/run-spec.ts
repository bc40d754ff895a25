import { z } from 'zod';

import { hash } from './canonical-json.ts';
import { jsonObject, name, seeds, sha256 } from './fields.ts';

/** What a run read, by content. */
export const DataManifest = z.strictObject({
  /** `fashion-mnist`. */
  name: z.string().min(1),
  /** As a title prints it: `Fashion-MNIST, 1,000 images a class`. */
  title: z.string().min(1),
  split: z.string().min(1),
  images: z.int().nonnegative(),
  /** Over the images and labels, in order. */
  sha256,
  /** False: the files did not come from a verified archive; every title says so. */
  verified: z.boolean(),
});
export type DataManifest = z.infer<typeof DataManifest>;

/** What decides the last bits of a number. */
export const Arithmetic = z.strictObject({
  /** `tensorflow 2.21.0`. */
  engine: z.string().min(1),
  /** The version of our own kernels and passes, on which last bits depend too; 0 in results from before it was recorded. */
  numerics: z.int().nonnegative(),
  /**
   * Of convolutions and matrix products: `float32` in full; `tf32`, inputs rounded to 10 bits behind the point on an
   * NVIDIA GPU; `bfloat16`, inputs and outputs rounded to 8 bits, and the activations between them.
   */
  precision: z.enum(['float32', 'tf32', 'bfloat16']),
  device: z.enum(['cpu', 'gpu']),
  /** As oneDNN uses it: `avx2`, `avx512`; on a GPU its compute capability. */
  instructionSet: z.string().min(1),
  threads: z.strictObject({ intra: z.int().positive(), inter: z.int().positive() }),
  xla: z.boolean(),
  deterministic: z.boolean(),
  /** Whether oneDNN's kernels ran on the processor; absent in results from before it was recorded. */
  oneDNN: z.boolean().optional(),
  /** Environment variables that change bits and that the user set; absent where there were none. */
  environment: z
    .record(z.string().min(1), z.string().min(1))
    .refine((all) => Object.keys(all).length > 0, 'is left out where nothing is set')
    .optional(),
  /** Images that pass through the network at once; absent: the whole batch. */
  microBatch: z.int().positive().optional(),
  /** Processes that each had a part of every batch, with threads of their own; absent: one had all of it. */
  workers: z.int().min(2).optional(),
});
export type Arithmetic = z.infer<typeof Arithmetic>;

/** The steps of a run that were trained as another run, whose state it took over. */
export const Segment = z.strictObject({
  /** Identity of that run. */
  run: sha256,
  /** Updates done when its state was taken over. */
  until: z.int().positive(),
  arithmetic: Arithmetic,
});
export type Segment = z.infer<typeof Segment>;

/**
 * A run, fully resolved: no default, no patch is left to apply. It does not know who asks for it: a study's plan says
 * which of its arms and seeds a run stands for.
 */
export const RunSpec = z.strictObject({
  method: z.strictObject({ name, version: z.int().positive() }),
  spec: jsonObject,
  seeds,
  data: z.strictObject({ declared: jsonObject, manifests: z.array(DataManifest) }),
  /** The identity of the run whose weights this one starts from (linear evaluation). */
  from: sha256.optional(),
  /**
   * The step of its training at which it is looked at, where that is not the last one: it ends there, and its
   * evaluations start there.
   */
  atStep: z.int().nonnegative().optional(),
  /** SHA-256 of the imported weights that it starts from, of an evaluation what its run does; absent: from drawn ones. */
  init: sha256.optional(),
  /** What it goes on from, the first one first, of an evaluation what its run does; absent where it began by itself. */
  segments: z
    .array(Segment)
    .min(1)
    .refine((all) => all.every(({ until }, i) => until >= (all[i - 1]?.until ?? 0)), 'must come one after the other')
    .optional(),
  /** At how many of its last checkpoints the test images are looked at; a rule may ask for several. */
  testPoints: z.int().positive(),
  /** What is measured after its last step, by the study's name for it; absent where nothing is. */
  measurements: z
    .record(name, z.strictObject({ name, version: z.int().positive(), spec: jsonObject }))
    .refine((all) => Object.keys(all).length > 0, 'is left out where nothing is measured')
    .optional(),
  arithmetic: Arithmetic,
});
export type RunSpec = z.infer<typeof RunSpec>;

/**
 * The identity of a run: SHA-256 over all that it does, the method's name and version, the resolved spec, the seeds,
 * the data, the measurements, where the test images are looked at, the run that it starts from and the arithmetic. The
 * same run asked for by two studies is one run. The source's hash is provenance and stays out, so that a comment does
 * not spoil finished runs; a change of behaviour demands a new method version.
 */
export function identity(run: RunSpec): string {
  return hash(present(run));
}

/** The first 12 digits: what people read. */
export function shortIdentity(id: string): string {
  return id.slice(0, 12);
}

/**
 * Hash of what a study declares about a run, before any machine or data set is known: method and version, spec, seeds,
 * declared data, measurements, where the test images are looked at, at which step it is looked at, which weights it starts from. A result whose declaration differs from the study's
 * present one is stale.
 */
export function declarationHash(run: {
  readonly method: RunSpec['method'];
  readonly spec: RunSpec['spec'];
  readonly seeds: RunSpec['seeds'];
  readonly testPoints: number;
  readonly data: { readonly declared: RunSpec['data']['declared'] };
  readonly measurements?: RunSpec['measurements'];
  readonly atStep?: number | undefined;
  readonly init?: string | undefined;
}): string {
  const { method, spec, seeds: parts, data, testPoints, measurements, atStep, init } = run;
  return hash({
    method,
    spec,
    seeds: parts,
    data: data.declared,
    testPoints,
    ...present({ measurements, atStep, init }),
  });
}

/** Without what is undefined: a hash does not change when records learn to hold more. */
function present(optional: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  return Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
}
