import type { AugmentSpec } from '@spatial-ensemble/augment';
import { onlineProbe, type OnlineProbe, type ProbeState } from '@spatial-ensemble/evaluation';
import {
  standardised,
  type Anatomy,
  type Encoder,
  type Metas,
  type SecondNames,
  type Variables,
} from '@spatial-ensemble/nn';
import type { Classifies, Encodes } from '@spatial-ensemble/training';
import { encoding } from './networks.ts';
import type { SelfSupervisedSpec } from './spec.ts';

/** What a state holds of those that are evaluated. */
export interface Learnt {
  readonly student: Variables;
  /** Absent where the student teaches itself. */
  readonly teacher?: Variables;
  readonly probe: ProbeState;
}

/** The classifier that trains beside an encoder. */
export function probeOf({ probe }: Pick<SelfSupervisedSpec, 'probe'>, { features }: Encoder): OnlineProbe {
  return onlineProbe({ features, classes: probe.classes }, probe);
}

/** How a run is looked at: the encoder's features, and what the probe makes of them. */
export interface Evaluated<State extends Learnt> {
  student(state: State): Variables;
  teacher(state: State): Variables;
  readonly classifies: Classifies;
  readonly encodes: Encodes;
  readonly anatomy: Anatomy;
}

/**
 * @param view how images are prepared for it.
 * @param heads what stands on the encoder beside the probe: what its variables mean, by the head's name.
 * @param second names of the norms' second variables, where there are any.
 */
export function evaluated<State extends Learnt>(
  spec: Pick<SelfSupervisedSpec, 'probe' | 'network'>,
  encoder: Encoder,
  view: AugmentSpec,
  heads: { readonly [head: string]: Metas } = {},
  second?: SecondNames,
): Evaluated<State> {
  const probe = probeOf(spec, encoder);
  const network = encoding(encoder);
  const encode: Encodes['encode'] = (variables, images) =>
    network.apply(variables, standardised(images, spec.network), { mode: 'eval' }).features;
  return {
    student: (state) => withProbe(state.student, state),
    teacher: (state) => withProbe(state.teacher ?? state.student, state),
    classifies: { view, predict: (variables, images) => probe.logits(variables, encode(variables, images)) },
    encodes: { view, features: encoder.features, encode },
    anatomy: {
      encoder,
      heads: { ...heads, probe: { ...probe.metas.params, ...probe.metas.buffers } },
      standard: spec.network,
      ...(second && { second }),
    },
  };
}

/** The probe's variables beside those of a network: their names differ. */
function withProbe({ params, buffers }: Variables, { probe }: Learnt): Variables {
  return { params: { ...params, ...probe.variables.params }, buffers };
}
