import { compileModel } from '@spatial-ensemble/engine';
import { answerQuestions } from '../answer.ts';
import { memoryBeyondLibraries } from '../memory.ts';
import { MODELS } from './models.ts';

// One side of the benchmark of `model.fit`: as TensorFlow.js makes it, or compiled. A step is an epoch's share of a batch.

const [name = '', mode = 'plain'] = process.argv.slice(2);

const memory = memoryBeyondLibraries();
const { model, x, y, batch } = MODELS[name]!();
if (mode === 'compiled') compileModel(model);
const epoch = (): Promise<unknown> =>
  model.fit(x, y, { batchSize: batch, epochs: 1, shuffle: false, verbose: 0, yieldEvery: 'never' });
const batches = x.shape[0]! / batch;
await epoch();

await answerQuestions(async () => {
  const start = performance.now();
  await epoch();
  return (performance.now() - start) / batches;
}, memory);
