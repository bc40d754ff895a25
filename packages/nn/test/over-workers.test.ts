import { test } from 'vitest';
import { checkOverWorkers } from './over-workers.ts';

test('two processes normalise a batch as one that has all of it, with its gradients', () =>
  checkOverWorkers(2, [
    { shape: [8, 4, 5, 3], groups: 1, offset: 0 },
    // Sums of squares that are not centred would lose all digits here.
    { shape: [8, 3, 3, 4], groups: 1, offset: 1000 },
    { shape: [16, 6], groups: 4, offset: 3 },
  ]));
