import { createInterface } from 'node:readline';
import { compileModel } from '@spatial-ensemble/engine';
import { MODELS } from './models.ts';

// One side of the benchmark of `model.fit`: as TensorFlow.js makes it, or compiled. A step is an epoch's share of a batch.

const [name = '', mode = 'plain'] = process.argv.slice(2);

const { model, x, y, batch } = MODELS[name]!();
if (mode === 'compiled') compileModel(model);
const epoch = (): Promise<unknown> =>
  model.fit(x, y, { batchSize: batch, epochs: 1, shuffle: false, verbose: 0, yieldEvery: 'never' });
const batches = x.shape[0]! / batch;
await epoch();

process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line) as { steps: number };
  const ms: number[] = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await epoch();
    ms.push((performance.now() - start) / batches);
  }
  process.stdout.write(`${JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`);
}
