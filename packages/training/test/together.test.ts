import { expect, test } from 'vitest';
import { runProcesses } from '../../../tools/vitest/processes.ts';

const program = new URL('./programs/together.ts', import.meta.url);

interface Run {
  readonly done?: number;
  readonly complete?: boolean;
  readonly weights?: string;
  readonly lines?: readonly { readonly kind: string; readonly step: number; readonly values: object }[];
  readonly message?: string;
}

test('two processes train one run: what one of them wants or does wrong is known to both', async () => {
  const said = await runProcesses<{ readonly [what: string]: Run }>(program, 2);
  for (const { whole, apart, otherSeed, refused, left, resumed } of said) {
    expect(whole).toMatchObject({ done: 6, complete: true });
    expect(whole!.weights).toMatch(/^[0-9a-f]{64}$/);
    expect(apart!.message).toContain('after step 1, process 1 has other weights than process 0');
    expect(otherSeed!.message).toBe(
      'process 1 is to train another run of mean than process 0: start all with the same experiment and options, and with the same images',
    );
    expect(refused).toMatchObject({ done: 3, complete: false });
    expect(left).toMatchObject({ done: 6, complete: false });
    expect(resumed).toEqual(whole);
  }
  expect(said[0]!['whole']).toEqual(said[1]!['whole']);
  expect(said[0]!['refused']).toEqual(said[1]!['refused']);
  // Shares are of all rows: four images a step, whoever has them.
  const bright = said[0]!['whole']!.lines!.flatMap(({ kind, values }) =>
    kind === 'train' ? [(values as { bright: number }).bright * 4] : [],
  );
  expect(bright.every(Number.isInteger)).toBe(true);
}, 120_000);
