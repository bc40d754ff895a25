import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { named, SETTINGS, whyNot } from '../processors/settings.ts';

const playable = (instructionSet: string): string[] =>
  SETTINGS.filter((setting) => whyNot(setting, { model: 'this', instructionSet, bf16: false }) === undefined).map(
    ({ name }) => name,
  );

describe('the settings that a processor can play', () => {
  test.each([
    ['avx512_core_bf16', ['off', 'sse41', 'avx2', 'avx512', 'own']],
    ['avx2', ['off', 'sse41', 'avx2', 'own']],
    ['avx2_vnni', ['off', 'sse41', 'avx2', 'own']],
    ['avx', ['off', 'sse41', 'own']],
    ['sse41', ['off', 'sse41', 'own']],
    ['asimd+bf16', ['off', 'own']],
  ])('%s', (instructionSet, expected) => {
    expect(playable(instructionSet)).toEqual(expected);
  });

  test('what is missing is said', () => {
    const [avx512] = named(['avx512']);
    expect(whyNot(avx512!, { model: 'AMD EPYC', instructionSet: 'avx2', bf16: false })).toBe(
      'AMD EPYC has avx2, not avx512_core',
    );
  });
});

test('settings are taken by name, in their order', () => {
  expect(named([])).toBe(SETTINGS);
  expect(named(['avx2', 'off']).map(({ name }) => name)).toEqual(['off', 'avx2']);
  expect(() => named(['avx'])).toThrow('there is no setting avx: off, sse41, avx2, avx512, own');
});

test('the tests of a package are counted as another processor runs them', () => {
  const { stdout, status } = spawnSync('npm', 'run --silent processors -- --setting off --package record'.split(' '), {
    cwd: resolve(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  const [off, sum] = stdout.trimEnd().split('\n').slice(-2);
  expect(sum).toMatch(/^[1-9]\d* passed, 0 failed$/);
  expect(off).toBe(`off: ${sum}`);
  expect(status).toBe(0);
});
