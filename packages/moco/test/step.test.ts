import { readFileSync } from 'node:fs';
import { compileStep, useTensorFlow } from '@spatial-ensemble/engine';
import type { Tensors } from '@spatial-ensemble/nn';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { relativeError, unpackTensor, type Packed, type PackedByName } from '../../nn/test/fixtures.ts';
import { numbersOf, told, unlabelledBatch, variablesOf, worstError } from '../../teacher/test/replay.ts';
import { moco, MocoSpec, type MocoInput, type MocoState } from '../src/index.ts';
import { probeOf } from '@spatial-ensemble/self-supervised';
import { networksOf } from '../src/model.ts';
import { RES_NET } from '../src/res-net.ts';

interface Case {
  readonly name: string;
  readonly groups: number;
  readonly shuffle: boolean;
  readonly teacher: NonNullable<MocoInput['teacher']>;
  readonly adversarial?: MocoInput['adversarial'];
  readonly metrics: readonly { readonly [name: string]: number }[];
  readonly student: PackedByName;
  readonly probe: PackedByName;
  readonly queue: Packed;
  readonly teacherVariables?: PackedByName;
}

interface Fixture {
  readonly size: number;
  readonly batch: number;
  readonly images: number;
  readonly epochs: number;
  readonly temperature: number;
  readonly maskSeed: number;
  readonly network: NonNullable<MocoInput['network']>;
  readonly optimiser: NonNullable<MocoInput['optimiser']>;
  readonly probe: NonNullable<MocoInput['probe']>;
  readonly views: { readonly [view in 'one' | 'two']: readonly (readonly number[])[] };
  readonly labels: readonly (readonly number[])[];
  readonly initial: PackedByName;
  readonly initialProbe: PackedByName;
  readonly initialQueue: Packed;
  readonly cases: readonly Case[];
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/moco-steps.json', import.meta.url), 'utf8')) as Fixture;

function specOf({ groups, shuffle, teacher, adversarial }: Case): MocoSpec {
  const { epochs, images, batch, network, temperature, optimiser, probe, initialQueue } = fixture;
  return MocoSpec.parse({
    epochs,
    images,
    batch,
    network: { ...network, batchNorm: { groups } },
    queue: initialQueue.shape[0]!,
    temperature,
    shuffle,
    optimiser,
    teacher,
    probe,
    ...(adversarial && { adversarial }),
  } satisfies MocoInput);
}

function firstState(spec: MocoSpec): MocoState {
  const { clean, second } = networksOf(spec, RES_NET.encoder(spec.network));
  const zeros = (tensors: Tensors): Tensors =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.zerosLike(tensor)]));
  const student = variablesOf(fixture.initial, clean.metas, second);
  const probe = variablesOf(fixture.initialProbe, probeOf(spec, RES_NET.encoder(spec.network)).metas);
  return {
    student,
    velocity: zeros(student.params),
    queue: unpackTensor(fixture.initialQueue) as tf.Tensor2D,
    probe: { variables: probe, velocity: zeros(probe.params) },
    ...(spec.teacher.kind !== 'none' && { teacher: variablesOf(fixture.initial, clean.metas, second) }),
  };
}

describe.each(['cpu', 'tensorflow'])('four steps against PyTorch in float64, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  // Compiled, one that masks and shuffles stands for all that have no adversary.
  const cases = fixture.cases.filter(
    ({ name }) =>
      backend === 'cpu' ||
      ['sts by channel', 'tma, adversarial', 'sts by channel, dual stream and norms'].includes(name),
  );
  // What learns in groups of batch norm learns the same in micro-batches of one or more of them.
  const inParts = cases.filter(({ groups }) => groups > 1);

  it.each([
    ...cases.map((given) => [given.name, given, undefined] as const),
    ...inParts.map((given) => [`${given.name}, in micro-batches`, given, 4] as const),
  ])('%s', (_, given, microBatch) => {
    const spec = specOf(given);
    const { clean, second } = networksOf(spec, RES_NET.encoder(spec.network));
    const step = compileStep(moco.bind(spec, microBatch === undefined ? undefined : { microBatch }).step, {
      name: 'moco.step',
    });
    let state = firstState(spec);
    given.metrics.forEach((expected, k) => {
      const views = { one: fixture.views.one[k]!, two: fixture.views.two[k]! };
      const batch = unlabelledBatch<Parameters<typeof step>[1]>(views, fixture.labels[k]!, fixture.size);
      const [next, metrics] = step(state, batch, told(moco.bind(spec).at(k), fixture.maskSeed, k));
      state = next;
      const shown = numbersOf(metrics);
      expect(Object.keys(shown).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, value] of Object.entries(expected))
        expect(shown[name], `${name} of step ${k}`).toBeCloseTo(value, 4);
    });
    expect(step.traces).toBe(backend === 'cpu' ? 0 : 1);
    expect(worstError(state.student, variablesOf(given.student, clean.metas, second))).toBeLessThan(1e-4);
    // After four batches every key of the first queue is gone, and the first batch of keys too.
    expect(relativeError(state.queue, unpackTensor(given.queue))).toBeLessThan(1e-4);
    const probed = variablesOf(given.probe, probeOf(spec, RES_NET.encoder(spec.network)).metas);
    expect(worstError(state.probe.variables, probed)).toBeLessThan(1e-4);
    expect(state.teacher === undefined).toBe(given.teacherVariables === undefined);
    if (state.teacher !== undefined)
      expect(worstError(state.teacher, variablesOf(given.teacherVariables!, clean.metas, second))).toBeLessThan(1e-4);
    step.dispose();
  });
});
