import { readFileSync } from 'node:fs';
import { compileStep, useTensorFlow } from '@spatial-ensemble/engine';
import type { Tensors } from '@spatial-ensemble/nn';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PackedByName } from '../../nn/test/fixtures.ts';
import { numbersOf, told, unlabelledBatch, variablesOf, worstError } from '../../teacher/test/replay.ts';
import { byol, ByolSpec, RECIPES, type ByolInput, type ByolState } from '../src/index.ts';
import { probeOf } from '@spatial-ensemble/self-supervised';
import { givenBy, networksOf } from '../src/model.ts';
import { RES_NET } from '../src/res-net.ts';

type Recipe = keyof typeof RECIPES;

interface Case {
  readonly name: string;
  readonly recipe: Recipe;
  readonly teacher: NonNullable<ByolInput['teacher']>;
  readonly adversarial?: ByolInput['adversarial'];
  readonly metrics: readonly { readonly [name: string]: number }[];
  readonly student: PackedByName;
  readonly probe: PackedByName;
  readonly teacherVariables?: PackedByName;
}

interface Fixture {
  readonly size: number;
  readonly batch: number;
  readonly images: number;
  readonly epochs: number;
  readonly warmEpochs: number;
  readonly maskSeed: number;
  readonly network: Pick<
    ByolInput['network'],
    'block' | 'units' | 'width' | 'stem' | 'channels' | 'mean' | 'deviation'
  > & {
    readonly hidden: number;
    readonly outputs: number;
  };
  readonly optimisers: { readonly [recipe in Recipe]: ByolInput['optimiser'] };
  readonly probe: NonNullable<ByolInput['probe']>;
  readonly views: { readonly [view in 'one' | 'two']: readonly (readonly number[])[] };
  readonly labels: readonly (readonly number[])[];
  readonly initial: { readonly [recipe in Recipe]: PackedByName };
  readonly initialProbe: PackedByName;
  readonly cases: readonly Case[];
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/byol-steps.json', import.meta.url), 'utf8')) as Fixture;

/** The recipe at the fixture's size: what recipes differ in stays the recipe's. */
function specOf({ recipe, teacher, adversarial }: Case): ByolSpec {
  const { hidden, outputs, ...network } = fixture.network;
  const whole: ByolInput = RECIPES[recipe];
  return ByolSpec.parse({
    ...whole,
    epochs: fixture.epochs,
    images: fixture.images,
    batch: fixture.batch,
    network: {
      ...whole.network,
      ...network,
      projector: { ...whole.network.projector, hidden, outputs },
      predictor: { ...whole.network.predictor, hidden, outputs },
    },
    optimiser: fixture.optimisers[recipe],
    warmUp: { ...whole.warmUp, epochs: fixture.warmEpochs },
    teacher,
    probe: fixture.probe,
    ...(adversarial && { adversarial }),
  } satisfies ByolInput);
}

function firstState({ recipe }: Case, spec: ByolSpec): ByolState {
  const { online, target, second } = networksOf(spec, givenBy(RES_NET, spec.network));
  const zeros = (tensors: Tensors): Tensors =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.zerosLike(tensor)]));
  const student = variablesOf(fixture.initial[recipe], online.metas, second);
  const probe = variablesOf(fixture.initialProbe, probeOf(spec, RES_NET.encoder(spec.network)).metas);
  return {
    student,
    velocity: zeros(student.params),
    probe: { variables: probe, velocity: zeros(probe.params) },
    ...(spec.teacher.kind !== 'none' && { teacher: variablesOf(fixture.initial[recipe], target.metas, second) }),
  };
}

describe.each(['cpu', 'tensorflow'])('four steps against PyTorch in float64, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  // What kinds of smoothing differ in is no op of the network's; compiled, one of each recipe that masks stands for all.
  const compiled = [
    'byol, sts by channel',
    'momentum2, sts by tensor',
    'byol, tma, adversarial',
    'byol, tma, dual stream and norms',
  ];
  const cases = fixture.cases.filter(({ name }) => backend === 'cpu' || compiled.includes(name));

  it.each(cases.map((given) => [given.name, given] as const))('%s', (_, given) => {
    const spec = specOf(given);
    const { online, target, second } = networksOf(spec, givenBy(RES_NET, spec.network));
    const step = compileStep(byol.bind(spec).step, { name: 'byol.step' });
    let state = firstState(given, spec);
    given.metrics.forEach((expected, k) => {
      const views = { one: fixture.views.one[k]!, two: fixture.views.two[k]! };
      const batch = unlabelledBatch<Parameters<typeof step>[1]>(views, fixture.labels[k]!, fixture.size);
      const [next, metrics] = step(state, batch, told(byol.bind(spec).at(k), fixture.maskSeed, k));
      state = next;
      const shown = numbersOf(metrics);
      expect(Object.keys(shown).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, value] of Object.entries(expected))
        expect(shown[name], `${name} of step ${k}`).toBeCloseTo(value, 4);
    });
    expect(step.traces).toBe(backend === 'cpu' ? 0 : 1);
    expect(worstError(state.student, variablesOf(given.student, online.metas, second))).toBeLessThan(1e-4);
    const probed = variablesOf(given.probe, probeOf(spec, RES_NET.encoder(spec.network)).metas);
    expect(worstError(state.probe.variables, probed)).toBeLessThan(1e-4);
    expect(state.teacher === undefined).toBe(given.teacherVariables === undefined);
    if (state.teacher !== undefined)
      expect(worstError(state.teacher, variablesOf(given.teacherVariables!, target.metas, second))).toBeLessThan(1e-4);
    step.dispose();
  });
});
