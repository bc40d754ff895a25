import { describe, expect, test, vi } from 'vitest';
import { watchInterrupt } from '../src/interrupt.ts';

describe('Ctrl-C', () => {
  test('once is a request, twice ends at once; one press that arrives twice is one', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    try {
      const said: string[] = [];
      const interrupt = watchInterrupt((line) => said.push(line));
      const before = process.listenerCount('SIGINT');
      await interrupt.during(async () => {
        expect(interrupt.requested()).toBe(false);
        process.emit('SIGINT', 'SIGINT');
        expect(interrupt.requested()).toBe(true);
        clock.mockReturnValue(1100);
        process.emit('SIGTERM', 'SIGTERM');
        expect(exit).not.toHaveBeenCalled();
        clock.mockReturnValue(3000);
        process.emit('SIGINT', 'SIGINT');
        expect(exit).toHaveBeenCalledWith(130);
      });
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/press Ctrl-C again/);
      expect(process.listenerCount('SIGINT')).toBe(before);
    } finally {
      exit.mockRestore();
      clock.mockRestore();
    }
  });
});
