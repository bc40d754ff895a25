import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dense, metasOf, mlp, RESNET_18_CIFAR, RESNET_50, secondNorms, uniformFanIn, wideResNetTrunk, FIXMATCH_WRN_28_2, type Anatomy } from '@spatial-ensemble/nn'; // prettier-ignore
import { readForeignSafetensors } from '@spatial-ensemble/store';
import { afterAll, expect, test } from 'vitest';
import { exportWeights, loadFile, torchNetwork } from '../src/index.ts';
import { detectron2Name, laidOut } from '../src/layouts/layouts.ts';
import { inverse, transposed } from '../src/transposed.ts';
import { anatomyOf, counted, drawn, drawnNetwork } from './network.ts';

const folder = mkdtempSync(join(tmpdir(), 'weights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RESNET_18 = { ...RESNET_50, block: 'basic', units: [2, 2, 2, 2] } as const;
const SMALL = { ...RESNET_18, units: [1, 1], width: 2 };

function headsOf(features: number) {
  const initial = uniformFanIn;
  const fc = dense('fc', { inputs: features, outputs: 3, initial: initial(features) });
  const options = { hidden: 4, outputs: 2, batchNorm: undefined, hiddenBias: true, outputBias: true, initial };
  const projector = mlp('projector', { inputs: features, ...options });
  return { fc: metasOf(fc.declares), projector: metasOf(projector.declares) };
}

test('an element of a transposed tensor is the one that its axes name, and back it is the same', () => {
  const x = counted([2, 3, 4, 5]);
  const axes = [3, 2, 0, 1];
  const y = transposed(x, axes);
  expect(y.shape).toEqual([5, 4, 2, 3]);
  const [a, b, c, d] = [1, 2, 3, 4];
  expect(y.data[((d * 4 + c) * 2 + a) * 3 + b]).toBe(x.data[((a * 3 + b) * 4 + c) * 5 + d]);
  expect(transposed(y, inverse(axes))).toEqual(x);
});

test('torchvision: the names and shapes of its resnet50, buffers included', () => {
  const { state, architecture, differences } = laidOut(drawnNetwork(RESNET_50), 'torchvision');
  expect([architecture, differences]).toEqual(['resnet50', []]);
  // torchvision has 161 parameters and 106 buffers without counters of batches; two parameters are fc's.
  expect(state.size).toBe(161 + 106 - 2);
  const shapes = Object.fromEntries([...state].map(([name, { shape }]) => [name, shape]));
  expect(shapes).toMatchObject({
    'conv1.weight': [64, 3, 7, 7],
    'bn1.running_var': [64],
    'layer3.5.conv2.weight': [256, 256, 3, 3],
    'layer4.0.downsample.0.weight': [2048, 1024, 1, 1],
    'layer4.0.downsample.1.running_mean': [2048],
  });
});

test('a head stands in the place of fc: the classifier, in moco the projector, the one that is named, or none', () => {
  const network = drawnNetwork(SMALL, headsOf(4));
  const names = (...as: Parameters<typeof laidOut> extends [unknown, ...infer Rest] ? Rest : never): string[] =>
    [...laidOut(network, ...as).state.keys()].filter((name) => name.includes('fc'));
  expect(names('torchvision')).toEqual(['fc.weight', 'fc.bias']);
  expect(names('torchvision', 'none')).toEqual([]);
  expect(names('moco')).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'].map((name) => `module.encoder_q.fc.${name}`)); // prettier-ignore
  expect(laidOut(network, 'torchvision')).toMatchObject({ classes: 3, leftOut: ['projector'] });
  expect(laidOut(network, 'torchvision').state.get('fc.weight')!.shape).toEqual([3, 4]);
  expect(() => laidOut(network, 'torchvision', 'probe')).toThrow('there is no head probe; there are: fc, projector');
  expect(() => laidOut(network, 'torchvision', 'projector')).toThrow('no linear layer');
});

test('what an ecosystem cannot build is refused, or said', () => {
  const cifar = drawnNetwork(RESNET_18_CIFAR);
  expect(laidOut(cifar, 'torchvision').differences).toEqual([
    'its stem is for small images: conv1 = Conv2d(3, 64, 3, stride=1, padding=1, bias=False), maxpool = Identity()',
  ]);
  expect(() => laidOut(cifar, 'detectron2')).toThrow('stem');
  const small = drawnNetwork({ ...SMALL, batchNorm: { ...SMALL.batchNorm, epsilon: 1e-3 } });
  expect(laidOut(small, 'torchvision').differences).toEqual([
    expect.stringContaining('none of resnet18'),
    expect.stringContaining('eps=0.001'),
  ]);
  expect(() => laidOut(small, 'timm')).toThrow('--format torchvision');
  const encoder = wideResNetTrunk('', FIXMATCH_WRN_28_2);
  const wide = torchNetwork({ encoder, heads: {}, standard: { mean: [], deviation: [] } }, drawn(metasOf(encoder.declares))); // prettier-ignore
  expect(() => laidOut(wide, 'torchvision')).toThrow('--format pytorch');
  expect(laidOut(wide, 'pytorch').state.get('block2.layer.0.convShortcut.weight')!.shape).toEqual([64, 32, 1, 1]);
});

test('a variable that is missing is named; a head without weights is left out', () => {
  const encoder = wideResNetTrunk('', { ...FIXMATCH_WRN_28_2, depth: 4, groups: 1 });
  const anatomy = { encoder, heads: headsOf(32), standard: { mean: [], deviation: [] } };
  const there = drawn(metasOf(encoder.declares));
  expect(torchNetwork(anatomy, there).heads).toEqual({});
  expect(() => torchNetwork(anatomy, new Map([...there].slice(1)))).toThrow('the weights lack conv1.kernel');
});

test('a second set of norms is left out', () => {
  const one = anatomyOf(SMALL);
  const { first, names } = secondNorms(one.encoder, 'adversarial');
  const there = drawn(metasOf(first.declares));
  expect(there.size).toBeGreaterThan(metasCount(one));
  const network = torchNetwork({ ...one, second: names }, there);
  expect(network).toEqual(torchNetwork(one, there));
  expect(laidOut(network, 'pytorch').state.size).toBe(metasCount(one));
  // An encoder that declares it has no name to give.
  expect(() => torchNetwork({ ...one, encoder: { ...one.encoder, ...first } }, there)).toThrow(
    'encoder.bn1.adversarial.gamma has no counterpart in PyTorch',
  );
});

const metasCount = ({ encoder }: Anatomy): number => encoder.declares.length;

test('detectron2: the names that the conversion of MoCo gives', () => {
  expect(['conv1.weight', 'bn1.running_mean', 'layer1.0.bn3.weight', 'layer4.2.conv3.weight', 'layer2.0.downsample.0.weight', 'layer2.0.downsample.1.bias', 'fc.0.weight'].map(detectron2Name)).toEqual(['stem.conv1.weight', 'stem.conv1.norm.running_mean', 'res2.0.conv3.norm.weight', 'res5.2.conv3.weight', 'res3.0.shortcut.weight', 'res3.0.shortcut.norm.bias', 'stem.fc.0.weight']); // prettier-ignore
});

test('files: what is in them is the network, and what they say of themselves', async () => {
  const network = drawnNetwork(RESNET_18, headsOf(512));
  const metadata = { run: '0123', step: '5' };
  const out = join(folder, 'timm');
  const { files } = await exportWeights({ network, layout: 'timm', metadata }, out);
  expect(files).toEqual([join(out, 'model.safetensors'), join(out, 'config.json')]);
  const read = await readForeignSafetensors(files[0]!);
  expect(read.metadata).toEqual({ format: 'pt', architecture: 'resnet18', ...metadata });
  const conv = read.tensors.get('conv1.weight')!;
  const ours = network.encoder.state.get('conv1.weight')!;
  expect(new Float32Array(conv.bytes.buffer)).toEqual(ours.data);
  expect(JSON.parse(readFileSync(files[1]!, 'utf8'))).toMatchObject({
    architecture: 'resnet18',
    num_classes: 3,
    pretrained_cfg: { mean: [0.5, 0.4, 0.3], classifier: 'fc' },
  });
});

test('moco: a checkpoint of PyTorch that reads back, with what it says of itself', async () => {
  const network = drawnNetwork(SMALL, headsOf(4));
  const out = join(folder, 'moco.pth.tar');
  const { files, state } = await exportWeights({ network, layout: 'moco', metadata: { run: '0123' } }, out);
  expect(files).toEqual([out]);
  const { tensors, ignored } = await loadFile(out);
  expect([...tensors.keys()]).toEqual([...state.keys()]);
  for (const [name, { data, shape }] of state) expect(tensors.get(name)).toEqual({ data, shape });
  expect([...ignored.keys()]).toEqual(['arch', 'about']);
  expect(readFileSync(out, 'latin1')).toContain('0123');
});
