import type { AugmentSpec } from '@spatial-ensemble/datasets';
import type { HostTensor } from '@spatial-ensemble/engine';
import type { Variables } from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';

export type { Variables } from '@spatial-ensemble/nn';

/** One batch as the loader gives it, by stream and view: `batch.unlabelled.strong`; `labels` are int32 `[n]`. */
export interface HostBatch {
  readonly [stream: string]: { readonly [view: string]: HostTensor };
}

/** A batch inside a step: images as bytes `[n, height, width, channels]`, labels int32 `[n]`. */
export interface Batch {
  readonly [stream: string]: { readonly [view: string]: Tensor };
}

/** What a step is told besides its batch: scheduled scalars, fed as tensors so that they never trace again, and the key of its masks. */
export interface At {
  readonly scalars: { readonly [name: string]: Scalar };
  readonly key: Key;
}

/** A tree of tensors: nested plain objects and lists. */
export type State = object;

/** Scalars by name. */
export type Metrics = { readonly [name: string]: Tensor };

/** The images of one stream: how many a step, and how each view is augmented. */
export interface StreamViews {
  readonly batch: number;
  readonly views: { readonly [view: string]: AugmentSpec };
}

/**
 * A method of student–teacher training: a pure step and what surrounds it. An experiment imports the method that it
 * declares; nothing else knows methods by name.
 */
export interface Method<Spec, S extends State = State> {
  readonly name: string;
  /** Part of a run's identity: a change of what the step computes demands a new one. */
  readonly version: number;
  readonly schema: z.ZodType<Spec>;
  /** The same spec for a run of seconds: a few steps of a tiny network on grey images of 28 pixels and ten classes. */
  smoke(spec: Spec): Spec;
  /** Updates of a whole run. */
  steps(spec: Spec): number;
  /** The state before the first step, a function of spec and key alone. */
  init(spec: Spec, key: Key): S;
  /** The streams to load. */
  views(spec: Spec): { readonly [stream: string]: StreamViews };
  /** The scheduled numbers of a step, counted from 0. */
  at(spec: Spec, step: number): { readonly [scalar: string]: number };
  /** The pure step. The loop compiles it, with its state donated. */
  step(spec: Spec): (state: S, batch: Batch, at: At) => readonly [S, Metrics];
  student(state: S): Variables;
  teacher(state: S): Variables;
  /** Logits `[n, classes]` of images as they are, in evaluation mode. */
  predict(spec: Spec): (variables: Variables, images: Tensor) => Tensor2D;
  /** What the schedules of the teacher come to over a whole run; undefined where there is no teacher. */
  evidence(spec: Spec): { readonly effectiveMomentum: number; readonly meanAge: number } | undefined;
}
