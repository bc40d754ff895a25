import type { BatchNormOptions, Encoder } from '@spatial-ensemble/nn';
import type { z } from 'zod';

/** The fields of a schema, as zod has them. */
export type Fields = z.core.$ZodShape;

/** A network's part of a spec. */
export type SpecOf<F extends Fields> = z.output<z.ZodObject<F>>;

/** The same as one writes it. */
type InputOf<F extends Fields> = z.input<z.ZodObject<F>>;

/** Something that is wrong with a spec by itself. */
export interface Refusal {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * A kind of encoder, as a value that a method is made with: what a spec says of it, and what comes of that. The method
 * puts its heads on it, and knows no more of it.
 */
export interface EncoderFamily<F extends Fields> {
  /** What stands under `network` in a spec, beside what the method itself says there. */
  readonly fields: F;
  /**
   * Pixels of an image's side that come to one place of the last maps, or to one patch: of a smaller image nothing is
   * left. Asked of specs that are not checked yet too.
   */
  stride(spec: SpecOf<F>): number;
  /** Fields that contradict each other; absent: none can. Their paths begin below `network`. */
  contradictions?(spec: SpecOf<F>): readonly Refusal[];
  /** The encoder of a spec that holds no contradiction; its variables' names are no head's. */
  encoder(spec: SpecOf<F> & { readonly channels: number }): Encoder;
  /** The same spec for a run of seconds on grey images of 28 pixels. */
  smoke(spec: SpecOf<F>): SpecOf<F>;
  /** The batch norm of heads that have one; absent: PyTorch's. */
  batchNorm?(spec: SpecOf<F>): BatchNormOptions;
  /** For an encoder whose batch norm looks at parts of a batch; absent: at a batch as a whole. */
  readonly parts?: {
    /** Where the spec says how many there are, below `network`. */
    readonly key: readonly string[];
    /** Parts of a batch with statistics of their own. */
    count(spec: SpecOf<F>): number;
    /** The spec of a batch that holds so many of them. */
    holding(spec: SpecOf<F>, count: number): SpecOf<F>;
  };
}

/** A method's spec with what a kind of encoder says of itself under `network`. */
export type WithEncoder<Spec extends { readonly network: object }, F extends Fields> = Spec & {
  readonly network: SpecOf<F>;
};

/** The same as one writes it. */
export type InputWithEncoder<Input extends { readonly network?: object | undefined }, F extends Fields> = Omit<
  Input,
  'network'
> &
  (undefined extends Input['network']
    ? { readonly network?: NonNullable<Input['network']> & InputOf<F> }
    : { readonly network: NonNullable<Input['network']> & InputOf<F> });

/** What is wrong with an encoder's part of a spec, with whole paths. */
export function encoderContradictions<F extends Fields>(family: EncoderFamily<F>, network: SpecOf<F>): Refusal[] {
  return (family.contradictions?.(network) ?? []).map(({ path, message }) => ({
    path: ['network', ...path],
    message,
  }));
}

/** Tells zod what is wrong. */
export function refuse<T>(refusals: readonly Refusal[], { value, issues }: z.core.ParsePayload<T>): void {
  for (const { path, message } of refusals) issues.push({ code: 'custom', input: value, path: [...path], message });
}
