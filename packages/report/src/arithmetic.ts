import { type Arithmetic, canonicalJson } from '@spatial-ensemble/record';

/** From the finest to the coarsest: the order in which arithmetics are listed, and preferred where all else is equal. */
const PRECISIONS: readonly string[] = ['float32', 'tf32', 'bfloat16'];

/** The same text for the same arithmetic, and for no other. */
export function arithmeticKey(arithmetic: Arithmetic): string {
  return canonicalJson(arithmetic);
}

/** `tensorflow 2.21.0, float32, cpu (avx2), threads 2 + 2, deterministic kernels`; then whatever else is recorded. */
export function arithmeticText(arithmetic: Arithmetic): string {
  const { engine, precision, device, instructionSet, threads, xla, deterministic, ...rest } = arithmetic;
  return [
    engine,
    precision,
    `${device} (${instructionSet})`,
    fieldText('threads', threads),
    ...(xla ? [fieldText('xla', xla)] : []),
    ...(deterministic ? [fieldText('deterministic', deterministic)] : []),
    ...Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [fieldText(name, value)])),
  ].join(', ');
}

/** What sets an arithmetic apart from another: `bfloat16 in place of float32; avx2 in place of avx512`. */
export function arithmeticDifference(arithmetic: Arithmetic, other: Arithmetic): string {
  const [here, there]: Readonly<Record<string, unknown>>[] = [arithmetic, other];
  return [...new Set([...Object.keys(arithmetic), ...Object.keys(other)])]
    .map((name) => [fieldText(name, here![name]), fieldText(name, there![name])] as const)
    .filter(([text, beside]) => text !== beside)
    .map(([text, beside]) => `${text} in place of ${beside}`)
    .join('; ');
}

/**
 * An order that means something: float32 before TF32 before bfloat16, deterministic kernels and no XLA first, the CPU
 * before a GPU, whole batches before parts, one process before several, what sets no variable first; then by the description's text.
 */
export function compareArithmetic(a: Arithmetic, b: Arithmetic): number {
  return compareKeys(orderOf(a), orderOf(b));
}

function orderOf(arithmetic: Arithmetic): readonly (string | number)[] {
  const { precision, deterministic, xla, device, microBatch, workers } = arithmetic;
  const place = PRECISIONS.indexOf(precision);
  return [
    place < 0 ? PRECISIONS.length : place,
    deterministic ? 0 : 1,
    xla ? 1 : 0,
    device === 'cpu' ? 0 : 1,
    microBatch === undefined ? 0 : 1,
    workers ?? 1,
    Object.keys(arithmetic).length,
    arithmeticText(arithmetic),
    arithmeticKey(arithmetic),
  ];
}

/** Compares lists of the same length and kinds, the first difference deciding; smaller first. */
export function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [i, key] of a.entries()) {
    const other = b[i];
    if (other !== undefined && key !== other) return key < other ? -1 : 1;
  }
  return 0;
}

/** One field in words; `undefined` is one that was not recorded. */
function fieldText(name: string, value: unknown): string {
  switch (name) {
    case 'engine':
    case 'precision':
    case 'device':
    case 'instructionSet':
      return String(value);
    case 'threads': {
      const { intra, inter } = value as Arithmetic['threads'];
      return `threads ${intra} + ${inter}`;
    }
    case 'xla':
      return value === true ? 'XLA' : 'no XLA';
    case 'deterministic':
      return value === true ? 'deterministic kernels' : 'kernels that need not be deterministic';
    case 'microBatch':
      return value === undefined ? 'whole batches' : `micro-batches of ${String(value)}`;
    case 'workers':
      return value === undefined ? 'one process' : `${String(value)} processes`;
    default:
      return otherField(name, value);
  }
}

/** A field that reports do not know by name: records learn to hold more. */
function otherField(name: string, value: unknown): string {
  if (value === undefined) return `no ${name}`;
  if (typeof value === 'boolean') return `${name} ${value ? 'on' : 'off'}`;
  if (typeof value !== 'object' || value === null) return `${name} ${String(value)}`;
  const entries = Object.entries(value).map(([key, one]) => `${key}=${String(one)}`);
  return entries.length === 0 ? `no ${name}` : entries.join(' ');
}
