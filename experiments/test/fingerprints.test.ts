import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

test('each version of a method computes what was committed under it', () => {
  const args = [
    '--import',
    'tsx',
    '--conditions=@spatial-ensemble/source',
    'packages/command/src/cli.ts',
    'fingerprint',
  ];
  const { stderr, status } = spawnSync(process.execPath, args, {
    cwd: resolve(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  expect(stderr).toBe('The fingerprints are up to date.\n');
  expect(status).toBe(0);
});
