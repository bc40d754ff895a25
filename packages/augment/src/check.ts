import { meant } from './nearest.ts';
import type { Named, Operation } from './operation.ts';
import { findOperation, OPERATION_NAMES, type AugmentSpec, type Transform } from './operations.ts';
import type { Check, Problem } from './options.ts';
import { shapeAfter } from './shape.ts';
import type { SourceShape } from './shapes.ts';

/**
 * Checks an augmentation from a file or a command line, for a source's images.
 *
 * @throws Error that names the step and what to write instead
 */
export function checkAugment(spec: unknown, source: SourceShape): asserts spec is AugmentSpec {
  if (!Array.isArray(spec))
    throw new Error(`an augmentation is a list of steps such as { op: 'flip', p: 0.5 }, got ${show(spec)}`);
  let shape = source;
  (spec as readonly unknown[]).forEach((step, i) => {
    const problem = problemOfStep(step, shape);
    if (problem) throw new Error(`augmentation step ${i + 1}, ${show(step)}: ${problem}`);
    shape = shapeAfter(step as AugmentSpec[number], shape);
  });
}

function problemOfStep(step: unknown, shape: SourceShape): Problem {
  if (typeof step !== 'object' || step === null) return 'a step is an object with the name of its operation in `op`';
  const { op, ...options } = step as { readonly [option: string]: unknown };
  const operation = typeof op === 'string' ? findOperation(op) : undefined;
  return operation
    ? problemOfOptions(operation, options, shape)
    : `there is no operation ${show(op)}.${meant(op, OPERATION_NAMES)} There are ${OPERATION_NAMES.join(', ')}`;
}

function problemOfOptions(
  operation: Operation<Named, Transform>,
  options: { readonly [option: string]: unknown },
  shape: SourceShape,
): Problem {
  const { op, needs, takes } = operation;
  const checks = new Map(Object.entries<Check>({ ...needs, ...takes }));
  const names = [...checks.keys()];
  for (const [option, value] of Object.entries(options)) {
    const check = checks.get(option);
    if (!check) return `${op} has no option \`${option}\`.${meant(option, names)} It has ${names.join(', ')}`;
    const problem = check(value, shape);
    if (problem) return `\`${option}\` must be ${problem}, got ${show(value)}`;
  }
  const missing = Object.keys(needs).find((option) => !(option in options));
  return missing === undefined ? operation.problem?.(options) : `${op} needs \`${missing}\``;
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
