import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  classifier,
  dense,
  FIXMATCH_WRN_28_2,
  metasOf,
  RESNET_50,
  resNetTrunk,
  uniformFanIn,
  wideResNetTrunk,
  type Encoder,
  type Metas,
} from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportTfjs } from '../src/index.ts';
import { drawn } from './network.ts';

const folder = mkdtempSync(join(tmpdir(), 'tfjs-'));
beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RESNET = { ...RESNET_50, units: [1, 2], width: 4 };
const WIDE = { ...FIXMATCH_WRN_28_2, depth: 10, width: 0.5 };

/** As a browser loads it, from these bytes. */
async function loaded(out: string): Promise<tf.LayersModel> {
  const document = JSON.parse(readFileSync(join(out, 'model.json'), 'utf8')) as tf.io.ModelJSON;
  const artifacts = await tf.io.getModelArtifactsForJSON(document, async (manifest) => {
    const { paths, weights } = manifest[0]!;
    return [weights, Uint8Array.from(readFileSync(join(out, paths[0]!))).buffer] as [typeof weights, ArrayBuffer];
  });
  return tf.loadLayersModel(tf.io.fromMemory(artifacts));
}

test.each<[string, Encoder]>([
  ['bottlenecks behind ImageNet’s stem', resNetTrunk('encoder', RESNET)],
  ['basic blocks behind a small stem', resNetTrunk('', { ...RESNET, block: 'basic', stem: 'cifar' })],
  ['a stem with padding 2', resNetTrunk('encoder', { ...RESNET, block: 'basic', stem: 'cifar-padding-2' })],
  ['a wide network with TensorFlow’s padding', wideResNetTrunk('', WIDE)],
  ['a wide network with PyTorch’s', wideResNetTrunk('', { ...WIDE, padding: 'symmetric', convolutionBias: false })],
])('%s: plain TensorFlow.js computes the same logits', async (name, encoder) => {
  const { features } = encoder;
  const head = dense('fc', { inputs: features, outputs: 3, initial: uniformFanIn(features) });
  const fc = metasOf(head.declares);
  const variables = drawn({ ...metasOf(encoder.declares), ...fc });
  const standard = { mean: [0.5], deviation: [0.25] };
  const out = join(folder, name);
  const metadata = { run: '0123' };
  const { outputs } = await exportTfjs({ anatomy: { encoder, heads: { fc }, standard }, variables, metadata }, out);
  expect(outputs).toBe('logits of fc');
  const model = await loaded(out);
  expect(model.getUserDefinedMetadata()).toEqual({ ...metadata, pixels: { from: 0, to: 1, ...standard } });
  const net = classifier(encoder, head);
  const tensors = (metas: Metas) =>
    Object.fromEntries(Object.keys(metas).map((one) => [one, tf.tensor(variables.get(one)!.data, [...variables.get(one)!.shape])])); // prettier-ignore
  const x = tf.randomNormal([2, 33, 32, 3], 0, 1, 'float32', 7);
  const ours = net.apply({ params: tensors(net.metas.params), buffers: tensors(net.metas.buffers) }, x, { mode: 'eval' }).logits.dataSync(); // prettier-ignore
  const theirs = (model.predict(x) as tf.Tensor).dataSync();
  const largest = Math.max(...ours.map(Math.abs));
  for (const [i, value] of theirs.entries()) expect(Math.abs(value - ours[i]!)).toBeLessThan(1e-5 * largest);
  expect(new Set(ours).size).toBe(6);
});
