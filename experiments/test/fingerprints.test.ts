import { expect, test } from 'vitest';
import { program } from './program.ts';

test('each version of a method computes what was committed under it', async () => {
  expect(await program('fingerprint')).toEqual({ code: 0, said: 'The fingerprints are up to date.' });
});
