import { sharedTop1, type SharedKnnRequest } from './knn.ts';

/** A number of neighbours and what it came to where it was chosen. */
export interface ChosenK {
  readonly k: number;
  /** % of the images that it was chosen on. */
  readonly top1: number;
}

/**
 * Of several numbers of neighbours the one that is right about most queries; the smallest of equals. The queries are
 * images that the bank does not hold, and never test images.
 *
 * @param ks ascending, at least one
 */
export async function chooseK(request: Omit<SharedKnnRequest, 'k'>, ks: readonly number[]): Promise<ChosenK> {
  let best: ChosenK | undefined;
  for (const k of ks) {
    const top1 = await sharedTop1({ ...request, k });
    if (best === undefined || top1 > best.top1) best = { k, top1 };
  }
  // `!`: there is one.
  return best!;
}
