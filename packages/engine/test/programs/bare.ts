// Uses the binding alone, and counts the modules of TensorFlow.js that came with it.
import { createRequire } from 'node:module';
import { binding, DataType, startBinding } from '@spatial-ensemble/engine/binding';

await startBinding();
const x = binding().createTensor([2], DataType.float32, Float32Array.of(1, 2));
const [sum] = binding().executeOp('AddV2', [], [x, x], 1);
const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('tfjs'));
console.log(`${JSON.stringify(Array.from(binding().tensorDataSync(sum!.id) as Float32Array))} ${loaded.length}`);
