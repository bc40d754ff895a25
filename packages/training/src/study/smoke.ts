import { parse, type JsonObject } from '@spatial-ensemble/record';
import type { Method } from '../method.ts';

/** A run's spec and what it declares about its images. */
export interface Declared {
  readonly spec: JsonObject;
  readonly data: JsonObject;
}

/**
 * A run of seconds from any run: the method shrinks its own spec to a few steps of a tiny network on grey 28-pixel
 * images of ten classes, and the images are the embedded ones. It shows that everything is wired up, nothing else.
 */
export function smokeOf(method: Method<unknown>, { spec }: Declared): Declared {
  const tiny = method.smoke(parse(method.schema, spec, 'the spec'));
  return {
    spec: tiny as JsonObject,
    data: { source: 'fashion-mnist', images: 'embedded', labelled: 20, unlabelled: 'all', heldOut: 100 },
  };
}
