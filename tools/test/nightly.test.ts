import { describe, expect, test } from 'vitest';
import { claims } from '../nightly/claims.ts';
import { diskErrors } from '../nightly/disk-errors.ts';
import { line, tried } from '../nightly/guarantee.ts';
import { GUARANTEES } from '../nightly/guarantees.ts';
import { kills } from '../nightly/kills.ts';

/** One round of each; by night there are as many as fit into the time. */
describe.concurrent('what the suite promises holds', () => {
  // Those of whole commands are tried by `packages/command/test/program.test.ts`.
  const { training: _, ...short } = GUARANTEES;
  const shorter = { ...short, kills: () => kills(2), disk: () => diskErrors(6), claims: () => claims(500) };
  test.each(Object.entries(shorter))('%s', async (_name, make) => {
    const guarantee = make();
    try {
      const round = await tried(guarantee, 0);
      expect(round.failures).toEqual([]);
      expect(round.tried).toBeGreaterThan(0);
      expect(line(guarantee, round)).toBe(`${guarantee.name} ${round.tried}/${round.tried}`);
    } finally {
      guarantee.close?.();
    }
  });
});

test('what does not hold is counted and said', async () => {
  const round = await tried({ name: 'promises', round: async (n) => ({ tried: 2, failures: [`round ${n}`] }) }, 0, 3);
  expect(line({ name: 'promises', round: async () => round }, round)).toBe('promises 1/2\n  round 3');
});
