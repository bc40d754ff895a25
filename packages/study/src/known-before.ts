import {
  classCounts,
  isCounts,
  knownImages,
  splitProblems,
  type DataSet,
  type DeclaredData,
} from '@spatial-ensemble/datasets';
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
  const problems = splitProblems(
    spec,
    Array.from({ length: classes }, () => perClass),
  );
  if (problems.length > 0) return { data, problems };
  const total = (declared: Parameters<typeof classCounts>[0]): number =>
    classCounts(declared, classes).perClass.reduce((sum, count) => sum + count, 0);
  const { labelled: asked, unlabelled: others, heldOut } = spec;
  // How many are given for it is known once they are here.
  if (typeof heldOut === 'string') return { data, problems };
  // How many labels a file names is known once it is read.
  if (typeof asked === 'object' && !isCounts(asked)) return { data, problems };
  const notHeldOut = classes * perClass - heldOut;
  const labelled = typeof asked === 'number' ? asked : asked === 'all' ? notHeldOut : total(asked);
  const unlabelled =
    typeof others === 'object' ? labelled + total(others) : others === 'all' ? notHeldOut : notHeldOut - labelled;
  return { data: { ...data, parts: { labelled, unlabelled, heldOut, notHeldOut } }, problems };
}
