import { expect, test } from 'vitest';
import { runProcesses } from '../../../tools/vitest/processes.ts';

test.each([2, 3])(
  'tensors of any shape, their gradients, and many in one buffer: in %i processes',
  async (count) => {
    const program = new URL('./programs/reduced.ts', import.meta.url);
    const said = await runProcesses<{ readonly wrong: readonly string[]; readonly rounded: string }>(program, count);
    for (const { wrong, rounded } of said) {
      expect(wrong).toEqual([]);
      expect(rounded).toBe(said[0]!.rounded);
    }
  },
  300_000,
);
