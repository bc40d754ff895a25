import { UNKNOWN } from '@spatial-ensemble/datasets';
import type { KnownData } from '@spatial-ensemble/record';
import type { RunData } from './data.ts';

/** What images that are here are known to be. */
export function knownOf({ train, split }: Pick<RunData, 'train' | 'split'>): KnownData {
  const { title, channels, classes, labels } = train;
  const withLabel = labels.reduce((sum, label) => sum + (label === UNKNOWN ? 0 : 1), 0);
  return {
    title,
    channels,
    ...(train.height !== undefined && train.width !== undefined && { height: train.height, width: train.width }),
    classes: classes.length,
    parts: {
      labelled: split.labelled.length,
      unlabelled: split.unlabelled.length,
      heldOut: split.heldOut.length,
      notHeldOut: withLabel - split.heldOut.length,
    },
  };
}
