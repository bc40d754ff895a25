import { key } from '@spatial-ensemble/random';
import { expect, test } from 'vitest';
import { fuzz, fuzzLine } from '../fuzz/fuzz.ts';
import { mutate } from '../fuzz/mutate.ts';
import { PARSERS } from '../fuzz/parsers.ts';

test('the same key harms a file the same way, and others otherwise; the file itself stays', () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
  const before = Uint8Array.from(bytes);
  const harmed = Array.from({ length: 200 }, (_, i) => Buffer.from(mutate(bytes, key('test').fold(i))).toString('hex'));
  expect(harmed[7]).toBe(Buffer.from(mutate(bytes, key('test').fold(7))).toString('hex'));
  expect(new Set(harmed).size).toBeGreaterThan(190);
  expect(bytes).toEqual(before);
  expect(mutate(new Uint8Array(0), key('test'))).toHaveLength(0);
});

test('no harmed file ends the process of its parser, hangs, or finds a mistake in it', async () => {
  // What a run's own files come to when they are harmed, the nightly's damaged files try here too.
  const ofRuns = ['result', 'run.json', 'checkpoint.json', 'tensors of a checkpoint', 'metrics.jsonl'];
  const names = Object.keys(PARSERS).filter((name) => !ofRuns.includes(name));
  expect(names).toHaveLength(Object.keys(PARSERS).length - ofRuns.length);
  const fuzzed = await fuzz({ cases: 50 }, names);
  expect(fuzzed.failures).toEqual([]);
  expect(fuzzLine(fuzzed)).toBe(`fuzz cases ${50 * names.length}, crashes 0, hangs 0`);
}, 120_000);
