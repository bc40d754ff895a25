import { metasOf, mlp, RESNET_50, secondNorms, uniformFanIn, TORCH_BATCH_NORM } from '@spatial-ensemble/nn';
import { expect, test } from 'vitest';
import { fitted, merged, prefixed, recognise, torchNetwork, type StateDict } from '../src/index.ts';
import { anatomyOf, counted, drawn } from './network.ts';

// One tiny BYOL, by the names of everybody's checkpoints, must come back as it was.

const SMALL = { ...RESNET_50, block: 'basic', units: [1, 1, 1, 1], width: 2 } as const;

function headOf(name: string, inputs: number) {
  const options = { hidden: 3, outputs: 2, hiddenBias: true, outputBias: true, initial: uniformFanIn };
  return metasOf(mlp(name, { inputs, ...options, batchNorm: TORCH_BATCH_NORM }).declares);
}
const ANATOMY = anatomyOf(SMALL, { projector: headOf('projector', 16), predictor: headOf('predictor', 2) });
const METAS = { ...metasOf(ANATOMY.encoder.declares), ...ANATOMY.heads['projector'], ...ANATOMY.heads['predictor'] };
const OURS = drawn(METAS);
const NETWORK = torchNetwork(ANATOMY, OURS);
const [encoder, projector, predictor] = [NETWORK.encoder.state, NETWORK.heads['projector']!.state, NETWORK.heads['predictor']!.state]; // prettier-ignore

const renamed = (state: StateDict, change: (name: string) => string): StateDict =>
  new Map([...state].map(([name, tensor]) => [change(name), tensor]));
/** As `nn.Sequential` of a ResNet's children numbers them. */
const numbered = (name: string): string =>
  name
    .replace(/^conv1/, '0')
    .replace(/^bn1/, '1')
    .replace(/^layer(\d)/, (_, stage: string) => String(Number(stage) + 3));
/** STS' one `fc` of both heads. */
const behind = (name: string): string => name.replace(/^\d/, (index) => String(Number(index) + 4));

const counters: StateDict = new Map([['queue', counted([2, 4])]]);

test.each([
  [
    'MoCo',
    ['projector'],
    ['queue'],
    prefixed(
      'module.',
      merged(
        prefixed('encoder_q.', encoder),
        prefixed('encoder_q.fc.', projector),
        prefixed('encoder_k.', encoder),
        counters,
      ),
    ),
  ],
  [
    'STS',
    ['projector', 'predictor'],
    [],
    prefixed(
      'module.',
      merged(
        prefixed('student_encoder.', encoder),
        prefixed('student_encoder.fc.', projector),
        prefixed('student_encoder.fc.', renamed(predictor, behind)),
        prefixed('teacher_encoder.', encoder),
      ),
    ),
  ],
  [
    'solo-learn',
    ['projector', 'predictor'],
    ['classifier.weight'],
    merged(
      prefixed('backbone.', encoder),
      prefixed('projector.', projector),
      prefixed('predictor.', predictor),
      prefixed('momentum_backbone.', encoder),
      new Map([['classifier.weight', counted([1])]]),
    ),
  ],
  [
    'solo-learn, before it said backbone',
    ['projector'],
    [],
    merged(prefixed('encoder.', encoder), prefixed('projector.', projector), prefixed('momentum_encoder.', encoder)),
  ],
  [
    'lightly’s benchmark of BYOL',
    ['projector', 'predictor'],
    [],
    merged(
      prefixed('backbone.', encoder),
      prefixed('projection_head.layers.', projector),
      prefixed('prediction_head.layers.', predictor),
      prefixed('teacher_backbone.', encoder),
    ),
  ],
  [
    'lightly’s example of BYOL',
    ['projector', 'predictor'],
    [],
    merged(
      prefixed('backbone.', renamed(encoder, numbered)),
      prefixed('projection_head.layers.', projector),
      prefixed('prediction_head.layers.', predictor),
      prefixed('backbone_momentum.', renamed(encoder, numbered)),
    ),
  ],
  ['torchvision or timm', [], [], encoder],
  [
    'our own',
    ['projector', 'predictor'],
    [],
    merged(prefixed('encoder.', encoder), prefixed('projector.', projector), prefixed('predictor.', predictor)),
  ],
] as const)('%s: every variable of ours has its value again', (layout, heads, unexpected, tensors) => {
  // prettier-ignore
  const found = recognise({ tensors: tensors as StateDict, ignored: new Map() });
  expect([found.layout, found.unexpected]).toEqual([layout, unexpected]);
  const fit = fitted(ANATOMY, found.student);
  expect(fit.heads).toEqual(heads);
  const names = Object.keys(METAS).filter((name) => name.startsWith('encoder.') || heads.some((head) => name.startsWith(`${head}.`))); // prettier-ignore
  expect([...fit.variables.keys()].toSorted()).toEqual(names.toSorted());
  for (const [name, tensor] of fit.variables) expect(tensor, name).toEqual(OURS.get(name));
  if (found.teacher !== undefined) expect(fitted(ANATOMY, found.teacher).variables.size).toBe(encoder.size);
});

test('a second set of norms begins as the first', () => {
  const { names } = secondNorms(ANATOMY.encoder, 'adversarial');
  const found = recognise({ tensors: encoder as StateDict, ignored: new Map() }).student;
  const [one, two] = [fitted(ANATOMY, found), fitted({ ...ANATOMY, second: names }, found)];
  expect(two.variables.size).toBe(one.variables.size + Object.keys(names).length);
  for (const [first, second] of Object.entries(names))
    expect(two.variables.get(second), second).toEqual(OURS.get(first));
});

test('what of the encoder is missing, unexpected or of another shape is listed; a head is taken whole or not', () => {
  const state = new Map(merged(prefixed('encoder.', encoder), prefixed('projector.', projector)));
  state.delete('projector.0.bias');
  state.set('pool.weight', counted([1]));
  expect(fitted(ANATOMY, state).left).toEqual([
    'the projector begins as it is drawn: projector.0.bias is missing',
    'the predictor begins as it is drawn: predictor.0.weight is missing',
    'the network has no pool, which the weights have',
  ]);
  state.delete('encoder.bn1.weight');
  state.set('encoder.conv1.weight', counted([2, 3, 3, 3]));
  state.set('encoder.layer9.weight', counted([1]));
  expect(() => fitted(ANATOMY, state)).toThrow(
    /3 differences[\s\S]*conv1\.weight has shape \[2, 3, 3, 3\], and the network \[2, 3, 7, 7\][\s\S]*bn1\.weight is missing[\s\S]*layer9\.weight is unexpected/,
  );
});

test('names that are nobody’s, and two for one place, are refused', () => {
  const one = counted([1]);
  expect(() => recognise({ tensors: new Map([['weird.w', one]]), ignored: new Map() })).toThrow('weird.w');
  const twice = new Map([['backbone.0.weight', one], ['backbone.conv1.weight', one]]); // prettier-ignore
  expect(() => recognise({ tensors: twice, ignored: new Map() })).toThrow('both encoder.conv1.weight');
});
