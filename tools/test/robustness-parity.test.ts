import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

test('a name that nothing has is an error, before Python is looked for', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@spatial-ensemble/source', '--import', 'tsx', 'tools/robustness-parity/cli.ts', '--only', 'typo'],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, SPATIAL_ENSEMBLE_PYTORCH: '/no/python' } },
  );
  expect(stderr).toMatch(/^nothing that is compared contains 'typo'; there are such as 'cifar gaussian-noise' and 'fgsm, linf'$/m); // prettier-ignore
  expect(stdout).toBe('');
  expect(status).toBe(1);
});
