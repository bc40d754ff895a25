import { draws, key } from '@spatial-ensemble/random';
import { test } from 'vitest';
import { checkOverWorkers, type Case } from './over-workers.ts';

/** Of any shape that processes can share; in each group several values, or what is derived would cancel out. */
function drawn(workers: number, n: number): Case {
  const draw = draws(key('cases').fold(workers).fold(n));
  const [rows, channels] = [workers * (4 + draw.int(9)), 1 + draw.int(9)];
  const sides = draw.boolean(0.3) ? [] : [1 + draw.int(6), 1 + draw.int(6)];
  const groups = draw.boolean(0.5) ? 1 : workers;
  const offset = [0, 3, 100][draw.int(3)]!;
  return { shape: [rows, ...sides, channels], groups, offset };
}

test.each([2, 3])(
  'batches of many shapes and groups, in %i processes',
  (workers) =>
    checkOverWorkers(
      workers,
      Array.from({ length: 20 }, (_, n) => drawn(workers, n)),
    ),
  300_000,
);
