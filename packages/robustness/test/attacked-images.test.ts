import type { HostTensor } from '@spatial-ensemble/engine';
import { key } from '@spatial-ensemble/random';
import type { MeasuringTools } from '@spatial-ensemble/training';
import { expect, it } from 'vitest';
import { attackedMeasures } from '../src/attacked-images.ts';
import { robustnessSpec } from '../src/robustness-spec.ts';
import { tiny } from './tiny.ts';

const WIDTH = 1 + 2 + 3 + 1 + 10 + 1;

/** How often a number of the table of so many images is read until all measures are made. */
async function reads(images: number): Promise<number> {
  let read = 0;
  const data = new Proxy(new Float32Array(images * WIDTH), {
    get(of, name) {
      read += 1;
      return Reflect.get(of, name);
    },
  });
  const { attacks } = robustnessSpec(tiny.schema).parse({
    whose: 'teacher',
    pretraining: { classifies: true },
    attacks: { images, kinds: ['fgsm', 'pgd'], curve: [2, 4, 8, 255] },
  });
  const table: HostTensor = { data, shape: [images, WIDTH] };
  const tools = { available: () => images, rows: async () => table, key: key(1) } as unknown as MeasuringTools;
  const subject = { name: 'none', classify: expect.unreachable, variables: {}, view: [] };
  const measures = await attackedMeasures(subject as never, attacks!, {
    tools,
    batch: 10,
    told: (one) => one as never,
  });
  expect(measures.length).toBeGreaterThan(WIDTH);
  return read;
}

it('measures are made of a table that is read so many times, however many images it has', async () =>
  expect(await reads(200)).toBe(2 * (await reads(100))));
