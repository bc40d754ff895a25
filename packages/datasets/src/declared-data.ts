import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { DeclaredCounts } from './class-counts.ts';
import type { DataSet, KnownImages } from './data-set.ts';
import { NamedFold, NamedLabels, NamedPaths } from './named-labels.ts';

/** What a study declares about its images: which data set, its options, and how its training images are split. */
export interface DeclaredData {
  readonly source: string;
  readonly labelled: number | 'all' | NamedLabels | NamedPaths | NamedFold | DeclaredCounts;
  readonly unlabelled: 'all' | 'rest' | DeclaredCounts;
  readonly heldOut: number | string;
  readonly [option: string]: unknown;
}

const SPLIT = {
  /**
   * Labels that are kept, the same number of every class, or so many of each; `all`: those of every image that has one
   * and is not held out; or those that a file of indices or of paths names, or a fold that comes with the data set, whatever the seed.
   */
  labelled: z.union([
    z.int().positive(),
    z.literal('all'),
    NamedLabels,
    NamedPaths,
    NamedFold,
    ...DeclaredCounts.options,
  ]),
  /**
   * `all`: every image that is not held out, the labelled ones too; `rest`: without those; counts: the labelled ones,
   * and so many others of each class.
   */
  unlabelled: z.union([z.enum(['all', 'rest']), ...DeclaredCounts.options]).default('all'),
  /**
   * Training images held out for the curves, the same number of every class; or the name of those that are given for it:
   * of a folder beside `train` (`folder`), of rows by what their `splitColumn` says (`manifest`).
   */
  heldOut: z.union([z.int().nonnegative(), z.string().min(1)]),
};

/**
 * The schema of what a study declares about its images, which may be those of any of some data sets. Where their files
 * lie is the machine's affair.
 *
 * @throws Error if two of the data sets have one name
 */
export function dataSchema(sets: readonly DataSet[]): z.ZodObject {
  const names = sets.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`two data sets are called '${twice}'`);
  return z.strictObject({ source: z.enum(names), ...optionsOfAll(sets), ...SPLIT }).superRefine((declared, context) => {
    for (const [option, message] of problemsOfOptions(sets, declared as DeclaredData))
      context.addIssue({ code: 'custom', path: [option], message });
  });
}

/** Each option of each of them; one that several have is of either's kind until it is known whose it is. */
function optionsOfAll(sets: readonly DataSet[]): { [option: string]: z.ZodType } {
  const all: { [option: string]: z.ZodType } = {};
  for (const [option, schema] of sets.flatMap(({ options }) => Object.entries(options))) {
    const before = all[option];
    all[option] = (before === undefined ? (schema as z.ZodType) : z.union([before, schema])).optional();
  }
  return all;
}

function problemsOfOptions(sets: readonly DataSet[], declared: DeclaredData): [option: string, message: string][] {
  const set = sets.find(({ name }) => name === declared.source);
  if (set === undefined) return [];
  const others = sets.filter((one) => one !== set).flatMap((one) => Object.keys(one.options));
  const foreign = others
    .filter((option) => declared[option] !== undefined && !(option in set.options))
    .map((option): [string, string] => [
      option,
      `${unknownOption(set, option, sets)}: --set data.${option}=null leaves it out`,
    ]);
  const own = Object.entries(optionsOf(set, declared)).flatMap(([option, value]): [string, string][] => {
    const { error } = z.safeParse(set.options[option] as z.ZodType, value);
    return error === undefined ? [] : [[option, `${error.issues[0]?.message ?? 'is not valid'} for ${set.name}`]];
  });
  const given =
    typeof declared.heldOut === 'string' && set.heldOut === undefined
      ? [['heldOut', `of ${set.name} is a number of its training images: --set data.heldOut=0`] as [string, string]]
      : [];
  return [...foreign, ...given, ...(others.some((option) => option in set.options) ? own : [])];
}

/** What is said of an option that a data set does not have. */
export function unknownOption({ name, options }: DataSet, option: string, sets: readonly DataSet[] = []): string {
  const own = Object.keys(options);
  const owner = sets.find((one) => option in one.options);
  return [
    `the data set ${name} has no option \`${option}\`.`,
    meant(option, own),
    owner === undefined ? '' : ` It is an option of ${owner.name}.`,
    own.length === 0 ? ` ${name} has none` : ` ${name} has ${own.join(', ')}`,
  ].join('');
}

/** ` Did you mean 'folder'?`, where one of the names is near: at most two edits away, or a third of the word. */
function meant(given: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const nearest = closest(given.toLowerCase(), names);
  const edits = distance(given.toLowerCase(), nearest.toLowerCase());
  return edits <= Math.max(2, Math.floor(given.length / 3)) ? ` Did you mean '${nearest}'?` : '';
}

/** The options of a data set among what is declared; what is not declared is absent. */
export function optionsOf(set: DataSet, declared: DeclaredData): { readonly [option: string]: unknown } {
  return Object.fromEntries(
    Object.keys(set.options).flatMap((option) =>
      declared[option] === undefined ? [] : [[option, declared[option]] as const],
    ),
  );
}

/** What is known of the declared images without having them. */
export function knownImages(set: DataSet, declared: DeclaredData): KnownImages {
  return set.known(optionsOf(set, declared));
}
