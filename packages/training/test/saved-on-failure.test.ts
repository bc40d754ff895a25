import { expect, test } from 'vitest';
import { LookInterrupted } from '../src/run/look-interrupted.ts';
import { savedOnFailure, unsavedOnFailure } from '../src/run/saved-on-failure.ts';

const damaged = new Error('train/7.png is damaged');
const fails = (): Promise<never> => Promise.reject(damaged);

test('what fails is said first, and after which step the run is saved', async () => {
  const error = await savedOnFailure(async () => 12)('step 13', fails).catch((reason: Error) => reason);
  expect((error as Error).message).toBe(
    'step 13: train/7.png is damaged\nThe run is saved after step 12. Once this is put right, the same command goes on from there (without --fresh).',
  );
  expect((error as Error).cause).toBe(damaged);
});

test('a save that fails too is said second, and hides nothing', async () => {
  const full = (): Promise<number> => Promise.reject(new Error('step-12.safetensors: the disk is full'));
  const error = await savedOnFailure(full)('step 13', fails).catch((reason: Error) => reason);
  expect((error as Error).message.split('\n')).toEqual([
    'step 13: train/7.png is damaged',
    'The run could not be saved either: step-12.safetensors: the disk is full',
    'Once both are put right, the same command goes on from the checkpoint before (without --fresh).',
  ]);
  expect((error as Error).cause).toBe(damaged);
});

test('what succeeds is given, and nothing is saved', async () => {
  let saves = 0;
  expect(await savedOnFailure(async () => ++saves)('step 13', async () => 'batch')).toBe('batch');
  expect(saves).toBe(0);
});

test('one of several processes saves nothing for what fails in it alone, but with the others a look that was interrupted', async () => {
  let saves = 0;
  const work = unsavedOnFailure(async () => ++saves);
  const error = await work('step 13', fails).catch((reason: Error) => reason);
  expect((error as Error).message).toBe(
    'step 13: train/7.png is damaged\nOnce this is put right, the same command goes on from the last checkpoint (without --fresh).',
  );
  expect(saves).toBe(0);
  const interrupted = new LookInterrupted();
  await expect(work('step 13', () => Promise.reject(interrupted))).rejects.toBe(interrupted);
  expect(saves).toBe(1);
});
