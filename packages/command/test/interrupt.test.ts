import { describe, expect, test, vi } from 'vitest';
import { watchingInterrupt } from '../src/interrupt.ts';

describe('signals', () => {
  test('Ctrl-C once is a request, twice ends at once; one press that arrives twice is one', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    try {
      const said: string[] = [];
      await watchingInterrupt(
        (line) => said.push(line),
        (interrupt) =>
          interrupt.during(async () => {
            expect(interrupt.requested()).toBe(false);
            process.emit('SIGINT', 'SIGINT');
            expect(interrupt.requested()).toBe(true);
            clock.mockReturnValue(1100);
            process.emit('SIGTERM', 'SIGTERM');
            expect(exit).not.toHaveBeenCalled();
            clock.mockReturnValue(3000);
            process.emit('SIGINT', 'SIGINT');
            expect(exit).toHaveBeenCalledWith(130);
          }),
      );
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/press Ctrl-C again/);
    } finally {
      exit.mockRestore();
      clock.mockRestore();
    }
  });

  test('who has watched leaves no listener, whether the work ends or fails', async () => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const;
    const counts = (): number[] => signals.map((signal) => process.listenerCount(signal));
    const before = counts();
    const during = await watchingInterrupt(
      () => undefined,
      (interrupt) => interrupt.during(async () => counts()),
    );
    expect(during).toEqual(before.map((count) => count + 1));
    const fails = watchingInterrupt(
      () => undefined,
      (interrupt) => interrupt.during(() => Promise.reject(new Error('it diverged'))),
    );
    await expect(fails).rejects.toThrow('it diverged');
    expect(counts()).toEqual(before);
  });
});
