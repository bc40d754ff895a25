// Worker threads load TensorFlow through the bare binding, use it and end; then the main thread does, and leaves in the
// middle of a step.
import { createRequire } from 'node:module';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { DataType, startBinding } from '@spatial-ensemble/engine/binding';

const binding = await startBinding();
const three = binding.createTensor([], DataType.float32, Float32Array.of(3));
const [square] = binding.executeOp('Square', [], [three], 1);
const result = binding.tensorDataSync(square!.id)[0];
if (isMainThread) {
  for (let i = 0; i < 2; i++) {
    const worker = new Worker(new URL('worker.mjs', import.meta.url));
    worker.on('message', (message) => console.log(`worker ${message}`));
    const code = await new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
    console.log(`ended with ${code}`);
  }
  console.log(`main ${binding.tensorDataSync(square!.id)[0]}`);
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('tfjs'));
  console.log(`modules of TensorFlow.js: ${loaded.length}`);
  await import('./leave.ts');
} else {
  parentPort!.postMessage(result);
}
