import { knn, type KnnRequest } from './knn.ts';

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
export function chooseK(request: Omit<KnnRequest, 'k'>, ks: readonly number[]): ChosenK {
  const tried = ks.map((k) => ({ k, top1: knn({ ...request, k }).top1 }));
  return tried.reduce((best, one) => (one.top1 > best.top1 ? one : best));
}
