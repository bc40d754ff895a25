import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sameQuickstart } from '../cuda-build/quickstart.ts';

test('a library with which the quickstart cannot be trained is one that failed, and says why', () => {
  const missing = join(import.meta.dirname, 'no-library');
  const { same, lines } = sameQuickstart({ usual: missing, cuda: missing }, 1);
  expect(same).toBe(false);
  expect(lines.join('\n')).toMatch(/^the quickstart with .*no-library failed:\n/);
});
