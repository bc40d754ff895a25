import type { Patch, StudyInput } from '@spatial-ensemble/record';

/** The same value, of which nothing is changed. */
type Fixed<T> = T extends object ? { readonly [key in keyof T]: Fixed<T[key]> } : T;

/** What a patch may say of a spec as one writes it: any part of it, as deep as its objects go. Lists are replaced whole. */
export type PatchOf<T> = T extends readonly unknown[]
  ? Fixed<T>
  : T extends object
    ? { readonly [key in keyof T]?: PatchOf<T[key]> }
    : T;

/** A patch whose part of the method's spec is checked by the compiler. */
type TypedPatch<Input> = Omit<Partial<Patch>, 'spec'> & { readonly spec?: PatchOf<Input> };
type Patched<T, Input> = Omit<T, 'patch'> & { readonly patch?: TypedPatch<Input> };

type Arms = StudyInput['arms'];
type Variants = NonNullable<StudyInput['variants']>;
type Tiers = StudyInput['tiers'];

/**
 * A study as an experiment writes it, of a method whose specs are written as `Input`: what it says of them, and what its
 * arms, variants and tiers change of that, is checked by the compiler.
 */
export type StudyOf<Input> = Omit<StudyInput, 'method' | 'spec' | 'arms' | 'variants' | 'tiers'> & {
  readonly spec: unknown extends Input ? object : Fixed<Input>;
  readonly arms: { readonly [arm: string]: Patched<Arms[string], Input> };
  readonly variants?: { readonly [variant: string]: Patched<Variants[string], Input> };
  readonly tiers: {
    readonly [tier in keyof Tiers]: Omit<Patched<NonNullable<Tiers[tier]>, Input>, 'arms'> & {
      readonly arms?: { readonly [arm: string]: TypedPatch<Input> };
    };
  };
};
