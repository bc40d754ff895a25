import { setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { allReduceSum, compile, gatherNumbers, useTensorFlow } from '@spatial-ensemble/engine';

// One of the processes of test/hung.nightly.test.ts. All but process 0 stop themselves as a machine that hangs does, before
// the first trace or in the middle of many calls; process 0 prints what it is told, and where it ends by force, nothing.
// Where it is `alone`, it meets nobody. A program that hangs while its process answers does so in a `loop` without an end, or
// `awaits` what never comes. In a `network` that breaks nobody stops by himself.

const [hosts = '', rank = '0', when = 'first'] = process.argv.slice(2);
const hangs = when === 'loop' || when === 'awaits';
await useTensorFlow({
  threads: { intra: 1, inter: 1 },
  cluster: {
    hosts: hosts.split(','),
    rank: Number(rank),
    endsWithPeers: when === 'busy' || hangs,
    joinSeconds: 16,
    ...(hangs && { silentSeconds: 8 }),
  },
});
const sum = compile((x: tf.Tensor) => allReduceSum(x), { name: 'sum' });
const x = tf.ones([1000]);
// Both have seen each other.
if (when !== 'alone') await setTimeout(4000);
if (['middle', 'busy', 'loop', 'awaits', 'network'].includes(when)) await gatherNumbers(0);
const stop = (): void => void process.kill(process.pid, 'SIGSTOP');
if (rank !== '0') {
  if (when === 'middle') void setTimeout(500).then(stop);
  else if (when === 'first' || when === 'busy') stop();
}
if (when === 'busy') for (;;); // As a trace that takes long.
console.log('begins');
try {
  for (let n = 0; ; n++) {
    if (hangs && rank !== '0' && n === 20) {
      console.log('hangs');
      if (when === 'awaits') await new Promise(() => setInterval(() => undefined, 1000));
      // In the middle of a call, of whose end it will not hear.
      void sum.async(x);
      for (;;);
    }
    (await sum.async(x)).dispose();
  }
} catch (error) {
  console.log((error as Error).message);
}
process.exit(3);
