import { key, permutation } from '@spatial-ensemble/random';
import { UNKNOWN } from '../image-source.ts';

/**
 * Which images a test set of some share is, drawn by key within each class: of a class of n, n times the share, rounded.
 * It is a property of the data set and not of a run: all seeds of a study are tested on the same images.
 *
 * @param labels images without one are training images
 * @param seed another draws other images
 * @returns for each image, whether it is a test image
 */
export function testShare(
  labels: readonly number[],
  classes: readonly string[],
  share: number,
  seed: number,
): boolean[] {
  const isTest = labels.map(() => false);
  classes.forEach((name, label) => {
    const ofClass = labels.flatMap((one, i) => (one === label && one !== UNKNOWN ? [i] : []));
    const places = permutation(key(seed).fold('test').fold(name), ofClass.length);
    for (const place of places.subarray(0, Math.round(share * ofClass.length))) isTest[ofClass[place]!] = true;
  });
  return isTest;
}
