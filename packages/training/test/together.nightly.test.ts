import { expect, test } from 'vitest';
import { runProcesses } from '../../../tools/vitest/processes.ts';

test('others wait while process 0 saves, for longer than an exchange may take', async () => {
  interface Said {
    readonly whole: object;
    readonly slow: object;
  }
  const program = new URL('./programs/together.ts', import.meta.url);
  for (const { whole, slow } of await runProcesses<Said>(program, 2, ['slow'])) expect(slow).toEqual(whole);
}, 300_000);
