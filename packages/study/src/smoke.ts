import { fashionMnist } from '@spatial-ensemble/datasets';
import { parse, type JsonObject, type Recipe } from '@spatial-ensemble/record';

/**
 * A run of seconds from any run: the method shrinks its own spec to a few steps of a tiny network on grey 28-pixel
 * images of ten classes. It shows that everything is wired up, nothing else.
 */
export function smokeSpec(method: Recipe<unknown>, spec: JsonObject): JsonObject {
  return method.smoke(parse(method.schema, spec, 'the spec')) as JsonObject;
}

/** The data set of a smoke run, whatever the study declares: a part of it is always here. */
export const SMOKE_DATA_SET = fashionMnist;

/** The images of a smoke run: a hundred a class. */
export function smokeData(): JsonObject {
  return { source: SMOKE_DATA_SET.name, images: 'sample', labelled: 20, unlabelled: 'all', heldOut: 100 };
}
