import { compile, compileStep, flattenTree, hostScalar, keyed, unflattenTree } from '@spatial-ensemble/engine';
import type { HostTensor } from '@spatial-ensemble/engine';
import { key, unitMask, type Key } from '@spatial-ensemble/random';
import type { Units } from '@spatial-ensemble/smoothing';
import type { Variables } from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';
import { asTheyAre, asTorch, together, type Exchange, type HostTensors } from './exchange.ts';
import type { Subject, SubjectState } from './subject.ts';

type OnHost<T> = T extends tf.Tensor
  ? HostTensor
  : T extends object
    ? { readonly [Name in keyof T]: OnHost<T[Name]> }
    : T;
/** A state whose tensors are on the host. */
type HostState = OnHost<SubjectState>;

/** What both sides are given for a step, what we make of it, and the state after it. */
interface OneStep {
  readonly config: object;
  readonly given: Exchange;
  readonly ours: Exchange;
  readonly next: HostState;
}

/** Where metrics of ours stand among what is compared. */
const METRICS: { readonly [metric: string]: string } = {
  loss: 'loss/loss',
  supervisedLoss: 'loss/supervised',
  unsupervisedLoss: 'loss/unsupervised',
  probeLoss: 'loss/probe',
  maskRate: 'forward/maskRate',
};

/** Copies a tree of tensors to the host, and disposes of it. */
function toHost<T extends object>(tree: T): OnHost<T> {
  const { leaves, structure } = flattenTree(tree, 'tree');
  const host = leaves.map((leaf) => {
    const tensor = leaf as tf.Tensor;
    return { data: tensor.dataSync().slice(), shape: [...tensor.shape] } as HostTensor;
  });
  tf.dispose(leaves as tf.Tensor[]);
  return unflattenTree(structure, host) as OnHost<T>;
}

/** A subject as compiled functions. */
export interface Running {
  readonly first: HostState;
  run(state: HostState, step: number): OneStep;
  dispose(): void;
}

/** Compiles a subject's steps as training does, with their state donated. */
export function running(subject: Subject): Running {
  const step = compileStep(subject.step, { name: 'parity.step' });
  const bare = compileStep(subject.bare, { name: 'parity.bare' });
  const forward = compile(subject.forward, { name: 'parity.forward' });
  const call = (which: typeof step, state: HostState, n: number): readonly [HostState, HostTensors] => {
    const scalars = Object.fromEntries(Object.entries(subject.scalars(n)).map(([k, value]) => [k, hostScalar(value)]));
    const [next, metrics] = which(state, subject.batch(n), { scalars, key: keyOf(n) } as never);
    return [toHost(next) as HostState, toHost(metrics) as HostTensors];
  };
  return {
    first: toHost(subject.first()) as HostState,
    run(state, n) {
      const outputs = toHost(forward(state, subject.batch(n)) as object) as HostTensors;
      const [{ velocity: gradient, probe: probed }] = call(bare, atRest(state), n);
      const [next, metrics] = call(step, state, n);
      const ours = together(
        asTheyAre('forward', outputs),
        known(metrics),
        asTorch('grad/student', gradient, subject.metas.student.params),
        ...stateAs(subject, 'forward', 'update', next),
        ...(probed ? [asTorch('grad/probe', probed.velocity, subject.metas.probe!.params)] : []),
      );
      return {
        config: { ...subject.config, scalars: subject.scalars(n) },
        given: givenOf(subject, state, n, ours),
        ours,
        next,
      };
    },
    dispose: () => [step, bare, forward].forEach((one) => one.dispose()),
  };
}

function keyOf(step: number): Key {
  return key(7).fold('parity').fold(step);
}

function known(metrics: HostTensors): Exchange {
  return together(
    ...Object.entries(metrics).flatMap(([name, value]) => (METRICS[name] ? [new Map([[METRICS[name], value]]) as Exchange] : [])), // prettier-ignore
  );
}

/** The state with velocities of zero. */
function atRest(state: HostState): HostState {
  const zeros = (tensors: HostTensors): HostTensors =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { data, shape }]) => [name, { data: new Float32Array(data.length), shape }]),
    );
  const { probe } = state;
  const still = { ...state, velocity: zeros(state.velocity) };
  return probe === undefined ? still : { ...still, probe: { ...probe, velocity: zeros(probe.velocity) } };
}

/** A state's tensors; running statistics and the queue, which forward passes make, apart from what is learnt. */
function stateAs({ metas }: Subject, made: string, learnt: string, state: HostState): Exchange[] {
  const { student, velocity, teacher, queue, probe } = state;
  const both = (who: string, { params, buffers }: OnHost<Variables>, meta: Subject['metas']['student']): Exchange[] => [
    asTorch(`${learnt}/${who}`, params, meta.params),
    asTorch(`${made}/${who}`, buffers, meta.buffers),
  ];
  return [
    ...both('student', student, metas.student),
    asTorch(`${learnt}/velocity`, velocity, metas.student.params),
    ...(teacher ? both('teacher', teacher, metas.teacher!) : []),
    ...(queue ? [asTheyAre(made, { queue })] : []),
    ...(probe ? both('probe', probe.variables, metas.probe!) : []),
    ...(probe ? [asTorch(`${learnt}/probe-velocity`, probe.velocity, metas.probe!.params)] : []),
  ];
}

function givenOf(subject: Subject, state: HostState, n: number, ours: Exchange): Exchange {
  const batch = Object.entries(subject.batch(n)).map(([stream, views]) => asTheyAre(`batch/${stream}`, views));
  const gradients = [...ours].filter(([name]) => name.startsWith('grad/'));
  return together(
    ...stateAs(subject, 'state', 'state', state),
    ...batch,
    new Map(gradients.map(([name, tensor]) => [name.replace('grad/', 'given/'), tensor])),
    ...(subject.units ? [asTorch('mask', masks(subject, subject.units, n), subject.metas.teacher!.params)] : []),
    ...(subject.drawn ? [new Map(Object.entries(subject.drawn(keyOf(n)))) as Exchange] : []),
  );
}

/** For each variable, 1 where the teacher follows and 0 where it keeps its value, in a shape that broadcasts over it. */
function masks(subject: Subject, units: Units, n: number): HostTensors {
  // `!`: a subject with units has a teacher that preserves.
  const preserve = Math.fround(subject.scalars(n)['preserve']!);
  return Object.fromEntries(
    Object.entries(units).map(([name, { unit, drawShape, broadcast }]) => {
      const drawn = keyed.uniform(unitMask(keyOf(n), unit), drawShape);
      const data = Float32Array.from(drawn.dataSync(), (u) => (u >= preserve ? 1 : 0));
      drawn.dispose();
      return [name, { data, shape: broadcast }];
    }),
  );
}
