/** Something that cannot be: the field, as `--set` names it, and what to do. */
interface Problem {
  readonly key: string;
  readonly says: string;
}

/**
 * What is wrong with the parts that a study asks for, the same number of every class; labels that a file names are
 * whatever they are.
 *
 * @param smallest images of the class that has fewest.
 */
export function splitProblems(
  { labelled, heldOut }: { readonly labelled: number | 'all' | object; readonly heldOut: number },
  classes: number,
  smallest: number,
): Problem[] {
  const kept = typeof labelled === 'number' ? labelled : 0;
  const uneven = Object.entries({ labelled: kept, heldOut })
    .filter(([, count]) => count % classes !== 0)
    .map(([name, count]) => ({
      key: `data.${name}`,
      says: `${count} cannot be the same number of each of ${classes} classes: --set data.${name}=${Math.max(name === 'heldOut' ? 0 : classes, Math.round(count / classes) * classes)}`,
    }));
  if (uneven.length > 0) return uneven;
  const asked = (kept + heldOut) / classes;
  if (asked > smallest || (labelled === 'all' && asked === smallest))
    return [
      {
        key: labelled === 'all' ? 'data.heldOut' : 'data.labelled',
        says: `${kept > 0 ? `${kept} labelled and ` : ''}${heldOut} held-out images are ${asked} of every class, and a class has as few as ${smallest}${labelled === 'all' ? ', of which some must be left to train on' : ''}`,
      },
    ];
  return [];
}
