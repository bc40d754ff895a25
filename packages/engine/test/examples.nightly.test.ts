import { expect, test } from 'vitest';
import { expectClose } from './close.ts';
import { examples } from './run-example.ts';

const { onCpu, run } = examples();

test('a recurrent network that learns a rhyme', async () => {
  const { backend, losses, text } = await run('lstm-text');
  expect(backend).toBe('tensorflow');
  expect(losses.at(-1)).toBeLessThan(0.3);
  expect(text).toBe('one two three four five, once i caught a f');
  const cpu = await onCpu('lstm-text', '2');
  expect(cpu).toMatchObject({ backend: 'cpu', losses: [expect.any(Number), expect.any(Number)] });
  expectClose(losses.slice(0, 2), cpu.losses, 1e-4, 'loss');
}, 240_000);

test('a policy that learns to keep a pole up', async () => {
  const [{ backend, steps, losses }, cpu] = [await run('cart-pole'), await onCpu('cart-pole')];
  expect(backend).toBe('tensorflow');
  const last = steps!.slice(-3).reduce((sum, count) => sum + count, 0) / 3;
  // Without learning it is down after some 20 to 30 steps.
  expect(last).toBeGreaterThan(1.5 * steps![0]!);
  // The first games are the same move by move; later a draw may fall between two roundings of one chance.
  expect(steps!.slice(0, 2)).toEqual(cpu.steps!.slice(0, 2));
  expectClose(losses.slice(0, 2), cpu.losses.slice(0, 2), 1e-4, 'loss');
}, 240_000);
