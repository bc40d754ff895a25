import { knownImages, splitProblems, type DataSet, type DeclaredData } from '@spatial-ensemble/datasets';
import type { JsonObject, KnownData, Problem } from '@spatial-ensemble/record';

/** What declared images will be, without having them; and what is wrong with the parts that are asked of them. */
export function knownBefore({ dataSet, data: declared }: { readonly dataSet: DataSet; readonly data: JsonObject }): {
  readonly data: KnownData;
  readonly problems: readonly Problem[];
} {
  const spec = declared as DeclaredData;
  const { perClass, ...shape } = knownImages(dataSet, spec);
  const { classes } = shape;
  const data = { title: dataSet.title, ...shape };
  if (classes === undefined || perClass === undefined) return { data, problems: [] };
  const problems = splitProblems(spec, classes, perClass);
  if (problems.length > 0) return { data, problems };
  // How many labels a file names is known once it is read.
  if (typeof spec.labelled === 'object') return { data, problems };
  const { heldOut } = spec;
  const notHeldOut = classes * perClass - heldOut;
  const labelled = spec.labelled === 'all' ? notHeldOut : spec.labelled;
  const unlabelled = spec.unlabelled === 'all' ? notHeldOut : notHeldOut - labelled;
  return { data: { ...data, parts: { labelled, unlabelled, heldOut, notHeldOut } }, problems };
}
