import { setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { allReduceSum, compile, gatherNumbers, useTensorFlow } from '@spatial-ensemble/engine';

// One of the processes of test/hung.nightly.test.ts. All but process 0 stop themselves as a machine that hangs does, before
// the first trace or in the middle of many calls; process 0 prints what it is told, and where it ends by force, nothing.
// Where it is `alone`, it meets nobody.

const [hosts = '', rank = '0', when = 'first'] = process.argv.slice(2);
await useTensorFlow({
  threads: { intra: 1, inter: 1 },
  cluster: { hosts: hosts.split(','), rank: Number(rank), endsWithPeers: when === 'busy', joinSeconds: 16 },
});
const sum = compile((x: tf.Tensor) => allReduceSum(x), { name: 'sum' });
const x = tf.ones([1000]);
// Both have seen each other.
if (when !== 'alone') await setTimeout(4000);
if (when === 'middle' || when === 'busy') await gatherNumbers(0);
const stop = (): void => void process.kill(process.pid, 'SIGSTOP');
if (rank !== '0' && when === 'middle') void setTimeout(500).then(stop);
else if (rank !== '0') stop();
if (when === 'busy') for (;;); // As a trace that takes long.
try {
  for (;;) (await sum.async(x)).dispose();
} catch (error) {
  console.log((error as Error).message);
}
process.exit(3);
