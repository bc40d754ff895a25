import type { Attack } from './attack.ts';

/** No attack: images as they are. */
export const nothingDone: Attack = {
  name: 'clean',
  steps: 0,
  restarts: 1,
  start: (_, { images }) => ({ found: images }),
  step: (_, progress) => progress,
};
