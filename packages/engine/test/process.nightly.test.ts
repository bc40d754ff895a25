import { expect, test } from 'vitest';
import { runProgram, UNSET, type Said } from './run-program.ts';

// Elsewhere TensorFlow's own rule holds.
test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'a cap on the instructions is recorded and gives other bits, and the same fingerprint',
  async () => {
    const [unset, capped] = await Promise.all(
      [UNSET, { ...UNSET, ONEDNN_MAX_CPU_ISA: 'SSE41' }].map(async (env) => {
        const { out } = await runProgram('train', env);
        return JSON.parse(out) as Said;
      }),
    );
    expect(capped).toMatchObject({ oneDNN: true, environment: { ONEDNN_MAX_CPU_ISA: 'SSE41' } });
    expect(capped?.bits).not.toBe(unset?.bits);
    expect(capped?.fingerprint).toBe(unset?.fingerprint);
  },
);
