import { readFileSync } from 'node:fs';
import { compileStep, hostScalar, useTensorFlow, type HostTensor } from '@spatial-ensemble/engine';
import { torchVariable, type Metas, type Variables } from '@spatial-ensemble/nn';
import { key, stepMask } from '@spatial-ensemble/random';
import type { At } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixmatch, FixMatchSpec, type FixMatchInput, type FixMatchState } from '../src/index.ts';
import { classifierOf } from '../src/model.ts';
import { WIDE_RES_NET } from '../src/wide-res-net.ts';
import type { FixMatchBatch } from '../src/step.ts';
import { shown } from './shown.ts';

interface Packed {
  readonly shape: readonly number[];
  readonly float32: string;
}
type Torch = { readonly [name: string]: Packed };

interface Case {
  readonly name: string;
  readonly teacher: NonNullable<FixMatchInput['teacher']>;
  readonly buffers: 'smooth' | 'copy';
  readonly from: 'teacher' | 'student' | 'none';
  readonly threshold: number;
  readonly adversarial?: NonNullable<FixMatchInput['adversarial']>;
  readonly metrics: readonly { readonly [name: string]: number }[];
  readonly student: Torch;
  readonly teacherVariables: Torch;
}

interface Fixture {
  readonly network: NonNullable<FixMatchInput['network']>;
  readonly rate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly weight: number;
  readonly maskSeed: number;
  readonly steps: number;
  readonly size: number;
  readonly labelledBatch: number;
  readonly ratio: number;
  readonly images: { readonly [view in 'labelled' | 'weak' | 'strong']: readonly (readonly number[])[] };
  readonly labels: { readonly [stream in 'labelled' | 'unlabelled']: readonly (readonly number[])[] };
  readonly initial: Torch;
  readonly cases: readonly Case[];
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/fixmatch-steps.json', import.meta.url), 'utf8')) as Fixture;

function specOf({ teacher, buffers, from, threshold, adversarial }: Case): FixMatchSpec {
  return FixMatchSpec.parse({
    steps: 100,
    batch: { labelled: fixture.labelledBatch, unlabelledRatio: fixture.ratio },
    network: fixture.network,
    pseudoLabels: { from, threshold, weight: fixture.weight },
    optimiser: {
      learningRate: fixture.rate,
      schedule: 'constant',
      momentum: fixture.momentum,
      weightDecay: fixture.weightDecay,
    },
    teacher: teacher.kind === 'none' ? teacher : { ...teacher, buffers },
    ...(adversarial && { adversarial }),
  });
}

function tensors(torch: Torch, metas: Metas): { [name: string]: tf.Tensor } {
  return Object.fromEntries(
    Object.entries(metas).map(([name, meta]) => {
      const { name: theirs, shape, axes } = torchVariable(meta);
      const values = new Float32Array(Uint8Array.from(Buffer.from(torch[theirs]!.float32, 'base64')).buffer);
      return [
        name,
        tf.transpose(
          tf.tensor(values, [...shape]),
          axes.map((_, axis) => axes.indexOf(axis)),
        ),
      ];
    }),
  );
}

function variables(torch: Torch, metas: { params: Metas; buffers: Metas }): Variables {
  return { params: tensors(torch, metas.params), buffers: tensors(torch, metas.buffers) };
}

function batchOf(step: number): FixMatchBatch {
  const { size, labelledBatch, ratio } = fixture;
  const images = (view: keyof Fixture['images'], n: number): HostTensor => ({
    data: Uint8Array.from(fixture.images[view][step]!),
    shape: [n, size, size, 1],
  });
  const labels = (stream: keyof Fixture['labels']): HostTensor => {
    const data = Int32Array.from(fixture.labels[stream][step]!);
    return { data, shape: [data.length] };
  };
  const n = labelledBatch * ratio;
  return {
    labelled: { weak: images('labelled', labelledBatch), labels: labels('labelled') },
    unlabelled: { weak: images('weak', n), strong: images('strong', n), labels: labels('unlabelled') },
  } as unknown as FixMatchBatch;
}

function atOf(spec: FixMatchSpec, step: number): At {
  const scalars = Object.entries(fixmatch.bind(spec).at(step)).map(([name, value]) => [name, hostScalar(value)]);
  return {
    scalars: Object.fromEntries(scalars),
    key: stepMask(key(fixture.maskSeed), step),
  } as unknown as At;
}

function relativeError(ours: Variables, theirs: Variables): number {
  const all = ({ params, buffers }: Variables): [string, tf.Tensor][] => Object.entries({ ...params, ...buffers });
  const expected = Object.fromEntries(all(theirs));
  let [apart, whole] = [0, 0];
  for (const [name, tensor] of all(ours)) {
    const [a, b] = [tensor.dataSync(), expected[name]!.dataSync()];
    for (let i = 0; i < a.length; i++) {
      apart += (a[i]! - b[i]!) ** 2;
      whole += b[i]! ** 2;
    }
  }
  return Math.sqrt(apart / whole);
}

describe.each(['cpu', 'tensorflow'])('three steps against PyTorch in float64, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  // The kinds of smoothing differ in no op of the network's; compiled, one that masks stands for all.
  const compiled = ['none', 'sts by channel', 'original', 'adversarial, linf', 'adversarial, l2', 'supervised'];
  const cases = fixture.cases.filter(({ name }) => backend === 'cpu' || compiled.includes(name));

  it.each(cases.map((given) => [given.name, given] as const))('%s', (_, given) => {
    const spec = specOf(given);
    const { metas } = classifierOf(spec, WIDE_RES_NET.encoder(spec.network));
    const initial = (): Variables => variables(fixture.initial, metas);
    const student = initial();
    const velocity = Object.fromEntries(Object.entries(student.params).map(([name, w]) => [name, tf.zerosLike(w)]));
    const step = compileStep(fixmatch.bind(spec).step, { name: 'fixmatch.step' });
    let state: FixMatchState = { student, velocity, ...(spec.teacher.kind !== 'none' && { teacher: initial() }) };

    given.metrics.forEach((expected, k) => {
      const [next, metrics] = step(state, batchOf(k), atOf(spec, k));
      state = next;
      const line = shown(metrics);
      const { preserveRate, ...compared } = line;
      expect(Object.keys(compared).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, value] of Object.entries(expected))
        expect(line[name], `${name} of step ${k}`).toBeCloseTo(value, 4);
      if (spec.teacher.kind === 'tma') expect(preserveRate).toBe(0);
      if (spec.teacher.kind === 'none') expect(preserveRate).toBeUndefined();
    });
    expect(step.traces).toBe(backend === 'cpu' ? 0 : 1);
    expect(relativeError(state.student, variables(given.student, metas))).toBeLessThan(1e-5);
    expect(relativeError(fixmatch.bind(spec).teacher(state), variables(given.teacherVariables, metas))).toBeLessThan(
      1e-5,
    );
    step.dispose();
  });
});
