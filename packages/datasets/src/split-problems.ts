import { classCounts, isCounts, type DeclaredCounts } from './class-counts.ts';

/** Something that cannot be: the field, as `--set` names it, and what to do. */
interface Problem {
  readonly key: string;
  readonly says: string;
}

/** The parts that a study asks for. */
interface Asked {
  readonly labelled: number | 'all' | object;
  readonly unlabelled?: 'all' | 'rest' | DeclaredCounts;
  /** A name: those that are given for it, which are none of the images there. */
  readonly heldOut: number | string;
}

/**
 * What is wrong with the parts that a study asks for; labels that a file names are whatever they are.
 *
 * @param there images of each class whose label is known.
 */
export function splitProblems(
  { labelled, unlabelled = 'all', heldOut: held }: Asked,
  there: readonly number[],
): Problem[] {
  const classes = there.length;
  const heldOut = typeof held === 'number' ? held : 0;
  const smallest = Math.min(...there);
  const kept = typeof labelled === 'number' ? labelled : 0;
  const uneven = Object.entries({ labelled: kept, heldOut })
    .filter(([, count]) => count % classes !== 0)
    .map(([name, count]) => ({
      key: `data.${name}`,
      says: `${count} cannot be the same number of each of ${classes} classes: --set data.${name}=${Math.max(name === 'heldOut' ? 0 : classes, Math.round(count / classes) * classes)}`,
    }));
  if (uneven.length > 0) return uneven;
  if (isCounts(labelled) || isCounts(unlabelled)) return ofCounts({ labelled, unlabelled, heldOut }, there);
  const asked = (kept + heldOut) / classes;
  // What a wholly unlabelled set cannot give, it is not asked for.
  if (asked > smallest || (labelled === 'all' && asked === smallest && asked > 0))
    return [
      {
        key: labelled === 'all' ? 'data.heldOut' : 'data.labelled',
        says: `${kept > 0 ? `${kept} labelled and ` : ''}${heldOut} held-out images are ${asked} of every class, and a class has as few as ${smallest}${labelled === 'all' ? ', of which some must be left to train on' : ''}`,
      },
    ];
  return [];
}

/** What is wrong with numbers of images by class. */
function ofCounts(
  { labelled, unlabelled = 'all', heldOut }: Asked & { readonly heldOut: number },
  there: readonly number[],
): Problem[] {
  const classes = there.length;
  const parts = Object.entries({ labelled, unlabelled }).flatMap(([name, declared]) =>
    isCounts(declared) ? [{ key: `data.${name}`, perClass: classCounts(declared, classes).perClass }] : [],
  );
  const wrong = parts.find(({ perClass }) => perClass.length !== classes);
  if (wrong !== undefined)
    return [
      { key: `${wrong.key}.perClass`, says: `has ${wrong.perClass.length} numbers, and there are ${classes} classes` },
    ];
  const even = typeof labelled === 'number' ? labelled / classes : 0;
  const asked = there.map((_, k) => parts.reduce((sum, { perClass }) => sum + perClass[k]!, even + heldOut / classes));
  const short = asked.findIndex((count, k) => count > there[k]!);
  // `]!`: a part's counts are as many as the classes, and one of the parts has counts.
  return short < 0
    ? []
    : [
        {
          key: parts.at(-1)!.key,
          says: `class ${short} is asked for ${asked[short]} images, labelled, unlabelled and held out, and has ${there[short]}`,
        },
      ];
}
