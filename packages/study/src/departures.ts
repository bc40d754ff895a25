import {
  applyPatch,
  canonicalJson,
  type Departure,
  type Json,
  type JsonObject,
  leaves,
  parse,
  type Recipe,
  type Study,
} from '@spatial-ensemble/record';
import type { Place } from './resolved-run.ts';

/** What a run computes with. */
interface Settings {
  readonly spec: JsonObject;
  readonly data: JsonObject;
}

/**
 * Where a run is not what its published numbers are of: those of the cells of its arm and variant at the tier `paper`, or
 * the one that a gate holds it against. A setting an entry, in the order of recipes and paths. What a recipe does not say
 * of the images is the run's.
 *
 * @throws SchemaError for a recipe that the method refuses
 */
export function departures(
  { name, paper, recipes = {}, variants = {} }: Study,
  { schema }: Recipe<unknown>,
  { tier, variant, arm }: Place,
  { spec, data }: Settings,
): Departure[] {
  const [plain] = Object.keys(variants);
  const named = paper.filter((cell) => tier === 'paper' && cell.arm === arm && (cell.variant ?? plain) === variant);
  return Object.entries(recipes)
    .filter(
      ([recipe, { anchors }]) =>
        named.some((cell) => cell.recipe === recipe) || (anchors?.tier === tier && anchors.arm === arm),
    )
    .flatMap(([recipe, published]) => {
      const full = parse(schema, published.spec, `the recipe ${recipe} of ${name}`) as JsonObject;
      return [
        ...differing(full, spec),
        ...differing(applyPatch(data, published.data), data).map((one) => ({ ...one, path: `data.${one.path}` })),
      ].map((one) => ({ recipe, ...one }));
    });
}

function differing(published: JsonObject, here: JsonObject): Omit<Departure, 'recipe'>[] {
  const [there, ours] = [published, here].map((one) => new Map(leaves(one) as [string, Json][]));
  return [...new Set([...there!.keys(), ...ours!.keys()])].toSorted().flatMap((path) => {
    const [one, other] = [there!.get(path), ours!.get(path)];
    if (one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other)) return [];
    return [{ path, ...(one !== undefined && { published: one }), ...(other !== undefined && { here: other }) }];
  });
}
