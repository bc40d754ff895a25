import type { z } from 'zod';
import type { Whose } from './fields.ts';
import type { KnownData, Problem } from './known-data.ts';
import type { Evidence, MetricDeclarations } from './series.ts';

/** One number that a run reports of the test images: how often the right class is among the `top` most probable. */
export interface Score {
  /** The measure's name: `accuracy`, `linear-top5`. */
  readonly name: string;
  /** As tables print it: `accuracy`, `linear top-5`. */
  readonly title: string;
  /** Whose variables predict. */
  readonly of: 'student' | 'teacher';
  /** Whose the number is, in tables. */
  readonly whose: Whose;
  /** 1 or 5. */
  readonly top: number;
  /**
   * For a recipe that reports the best of several evaluations on the test images: the steps between them. The result
   * then holds it beside the last, marked `best-on-test`. Absent: the last alone.
   */
  readonly bestEvery?: number;
}

/** The images that make an epoch of a spec. */
export interface Epoch {
  /** Where the spec says how many they are: `images`. */
  readonly key: string;
  readonly images: number;
  /** The stream that they are in. */
  readonly stream: string;
}

/** A measure that will be made. */
interface Made {
  readonly name: string;
  readonly whose: Whose;
}

/**
 * What a method declares, before any tensor: all that a study needs to know of it.
 *
 * @typeParam Input a spec as one writes it: what has a default may be left out.
 */
export interface Recipe<Spec, Input = unknown> {
  readonly name: string;
  /** Part of a run's identity: a change of what the step computes demands a new one. */
  readonly version: number;
  readonly schema: z.ZodType<Spec, Input>;
  /** The same spec for a run of seconds: a few steps of a tiny network on grey images of 28 pixels and ten classes. */
  smoke(spec: Spec): Spec;
  /** Updates of a whole run. */
  steps(spec: Spec): number;
  /** What a step shows, by the names that it gives. The first of them is shown while the run goes on. */
  readonly metrics: MetricDeclarations;
  /** What follows of its settings alone, as the teacher's effective momentum does; absent: nothing. */
  evidence?(spec: Spec): readonly Evidence[];
  /** What is counted on the test images; absent: nothing. */
  scores?(spec: Spec): readonly Score[];
  /** The measures that its runs make themselves after the last step, as tables name them; absent: none. */
  makes?(spec: Spec): readonly Made[];
  /**
   * What cannot be in a run on these images. What is wrong with a spec by itself is for its schema to say, and what is
   * wrong with its views is found in them.
   */
  check?(spec: Spec, data: KnownData): readonly Problem[];
  /** For a spec that counts in epochs: the images of one, which must be as many as there are. */
  epoch?(spec: Spec): Epoch;
  /** Pixels of an image's side that come to one place of the network's last maps: of a smaller image nothing is left. */
  stride?(spec: Spec): number;
}

/** What a measurement declares: all that a study needs to know of it. */
export interface MeasurementRecipe<Spec> {
  readonly name: string;
  /** Part of the run's identity: a change of what is measured demands a new one. */
  readonly version: number;
  readonly schema: z.ZodType<Spec>;
  /** The same spec for a run of seconds on 10,000 grey training images of 28 pixels; absent: the spec as it is. */
  smoke?(spec: Spec): Spec;
  /** What cannot be on these images, so that no run ends without its numbers; keys are those of the spec. */
  check?(spec: Spec, data: KnownData): readonly Problem[];
  /** The measures that it makes, as tables name them. */
  makes(spec: Spec): readonly Made[];
}

/** Top-1 of student and teacher, the teacher in front: what most methods count on the test images. */
export function topOne(name: string, title: string): readonly Score[] {
  return (['teacher', 'student'] as const).map((whose) => ({ name, title, of: whose, whose, top: 1 }));
}
