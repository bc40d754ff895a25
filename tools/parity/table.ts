import { holds, type Distance, type Quantity } from './bounds.ts';

/** The worst of one quantity over the tensors and steps of a subject. */
export interface Row extends Omit<Distance, 'name'> {
  readonly subject: string;
  /** Compared tensors over all steps. */
  readonly tensors: number;
  /** The one that comes nearest to its bound, or is farthest beyond, and its step. */
  readonly worst: string;
  readonly step: number;
}

const TITLES: { readonly [quantity in Quantity]: string } = {
  forward: 'forward',
  loss: 'loss',
  grad: 'gradients',
  update: 'parameters',
};

/** @throws Error when there is nothing to choose from. */
export function worstOf(
  subject: string,
  quantity: Quantity,
  all: readonly (Distance & { readonly step: number })[],
): Row {
  const share = ({ distance, bound }: Distance): number => (Number.isNaN(distance) ? Infinity : distance / bound);
  const worst = all.reduce((a, b) => (share(b) > share(a) ? b : a));
  const { name, ...rest } = worst;
  return { subject, ...rest, quantity, tensors: all.length, worst: name };
}

/** One line of the printed table. */
export function describeRow(row: Row): string {
  const number = (value: number): string => value.toExponential(1).padStart(7);
  const own = row.own === undefined ? ''.padEnd(26) : `PyTorch's own ${number(row.own)}`.padEnd(26);
  return [
    TITLES[row.quantity].padEnd(10),
    `${row.tensors}`.padStart(5),
    `${number(row.distance)} <= ${number(row.bound)}`,
    own,
    holds(row) ? 'ok    ' : 'BEYOND',
    `${row.worst}, step ${row.step}`,
  ].join('  ');
}
