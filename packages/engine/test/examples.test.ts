import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectClose } from './close.ts';
import { examples } from './run-example.ts';

const { directory, onCpu, run } = examples();

test('a regression from a table: learns, and gives the same bits after it was saved and loaded', async () => {
  const { backend, losses, said, again } = await run('table-regression', join(directory, 'model'));
  expect(backend).toBe('tensorflow');
  // The prices' rest, ±5 of 100s, has a variance of 1 / 1,200.
  expect(losses[0]).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(0.01);
  // By the rule that the table was made with: 30 + 1.8 area + 12 rooms − 0.9 age.
  expectClose(said!, [2.01, 3.15], 0.05, 'price');
  expect(again).toEqual(said);
  const model = JSON.parse(readFileSync(join(directory, 'model/model.json'), 'utf8')) as { format: string };
  expect(model.format).toBe('layers-model');
  const cpu = await onCpu('table-regression');
  expect(cpu.backend).toBe('cpu');
  expectClose(losses, cpu.losses, 1e-4, 'loss');
  expectClose(said!, cpu.said!, 1e-4, 'price');
});
