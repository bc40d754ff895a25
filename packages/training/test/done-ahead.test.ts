import { describe, expect, it } from 'vitest';
import { doneAhead } from '../src/run/done-ahead.ts';

async function* numbers(to: number): AsyncGenerator<number, void> {
  for (let i = 0; i < to; i++) yield i;
}

describe('what is made ahead', () => {
  it.each([0, 2])('comes in order, and the next %d are begun before one is given', async (ahead) => {
    const [begun, given]: [number[], number[]] = [[], []];
    const delays = [30, 1, 20, 1, 10];
    const make = async (one: number): Promise<number> => {
      begun.push(one);
      await new Promise((resolve) => setTimeout(resolve, delays[one]));
      return 10 * one;
    };
    for await (const made of doneAhead(numbers(5), make, ahead)) {
      given.push(made);
      expect(begun).toHaveLength(Math.min(5, given.length + ahead));
    }
    expect(given).toEqual([0, 10, 20, 30, 40]);
  });

  it('fails where its turn is, and ends what it is made of', async () => {
    let ended = false;
    async function* watched(): AsyncGenerator<number, void> {
      try {
        yield* numbers(5);
      } finally {
        ended = true;
      }
    }
    const given: number[] = [];
    const all = doneAhead(
      watched(),
      async (one) => {
        if (one >= 1) throw new Error(`${one} is damaged`);
        return one;
      },
      2,
    );
    const taken = async (): Promise<void> => {
      for await (const made of all) given.push(made);
    };
    await expect(taken()).rejects.toThrow('1 is damaged');
    expect(given).toEqual([0]);
    expect(ended).toBe(true);
  });
});
