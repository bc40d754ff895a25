import * as tf from '@tensorflow/tfjs-core';
import { smooth, type SmoothingStep, type Tensors } from './smooth.ts';
import type { Units } from './units.ts';

/**
 * How the teacher starts.
 * `whole`: as the student.
 * `masked`: from a start of its own, each unit copied from the student with probability 1 − p, as the official code's
 * constructor does (tengteng95/Spatial_Ensemble@e94a54b models/m2_teacher.py 33, 39–46).
 */
export type FirstCopy = 'whole' | 'masked';

/** What a masked copy needs besides the student. */
export interface MaskedCopy extends Pick<SmoothingStep, 'preserve' | 'draw'> {
  /** The teacher's own start: variables of another initialisation. */
  readonly initial: Tensors;
}

/**
 * The teacher's variables before the first update. Pure: gives new tensors; what is copied whole shares the student's
 * memory.
 *
 * @param masked for `masked`; its draws should be keyed apart from those of the updates
 * @throws Error as `smooth` does, or when the mode is unknown or lacks what it needs.
 */
export function firstCopy(mode: FirstCopy, student: Tensors, units: Units, masked?: MaskedCopy): Tensors {
  if (mode !== 'whole' && mode !== 'masked') throw new Error(`a first copy is whole or masked, got ${String(mode)}`);
  if (mode === 'masked' && masked === undefined)
    throw new Error('a masked first copy needs `initial`, `preserve` and `draw`');
  return tf.tidy(() => {
    const { teacher } =
      mode === 'whole'
        ? smooth('none', shared(student, units), student, units)
        : smooth('se', masked!.initial, student, units, masked);
    return { ...teacher };
  });
}

function shared(student: Tensors, units: Units): Tensors {
  return Object.fromEntries(Object.entries(student).filter(([name]) => units[name] !== undefined));
}
