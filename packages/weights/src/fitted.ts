import { metasOf, torchVariable, type Anatomy, type Metas } from '@spatial-ensemble/nn';
import type { FloatTensor, StateDict } from './state-dict.ts';
import { commonModule } from './torch-network.ts';
import { inverse, transposed } from './transposed.ts';

/** Weights of somebody else as values of a network's variables. */
export interface Fitted {
  /** By our names, in our layout. */
  readonly variables: StateDict;
  /** Heads whose weights are among them. */
  readonly heads: readonly string[];
  /** What is not: a text for each head that stays as it is drawn, and for weights that the network has no place for. */
  readonly left: readonly string[];
}

/**
 * The weights of a file as values of a network's variables: the encoder's all of them, of a head all or none. A second set
 * of norms begins as the first.
 *
 * @param state by the names of `recognise`
 * @throws Error that lists what of the encoder is missing, unexpected, or of another shape
 */
export function fitted({ encoder, heads, second = {} }: Anatomy, state: StateDict): Fitted {
  const body = partOf('encoder', metasOf(encoder.declares), state);
  if (body.problems.length > 0) {
    const all = body.problems;
    const more = all.length > MOST_LINES ? [`… and ${all.length - MOST_LINES} more`] : [];
    throw new Error(
      `the weights are not those of this encoder (${all.length} differences):\n${[...all.slice(0, MOST_LINES), ...more].map((text) => `  - ${text}`).join('\n')}`,
    );
  }
  const others = Object.entries(heads).map(([head, metas]) => ({ head, ...partOf(head, metas, state) }));
  const taken = others.filter(({ problems }) => problems.length === 0);
  const known = new Set(['encoder', ...Object.keys(heads)]);
  const strange = [...new Set([...state.keys()].map((name) => name.slice(0, name.indexOf('.'))))].filter((part) => !known.has(part)); // prettier-ignore
  const variables = new Map([body, ...taken].flatMap((part) => [...part.variables]));
  const seconds = Object.entries(second).flatMap(([first, its]) => {
    const value = variables.get(first);
    return value === undefined ? [] : [[its, value] as const];
  });
  return {
    variables: new Map([...variables, ...seconds]),
    heads: taken.map(({ head }) => head),
    left: [
      ...others
        .filter(({ problems }) => problems.length > 0)
        .map(({ head, problems }) => `the ${head} begins as it is drawn: ${problems[0]}`),
      ...strange.map((part) => `the network has no ${part}, which the weights have`),
    ],
  };
}

const MOST_LINES = 20;

function partOf(
  part: string,
  metas: Metas,
  state: StateDict,
): { readonly variables: ReadonlyMap<string, FloatTensor>; readonly problems: readonly string[] } {
  const declared = Object.entries(metas).map(([name, meta]) => ({ name, torch: torchVariable(meta) }));
  const prefix = commonModule(declared.map(({ torch }) => torch.name));
  const variables = new Map<string, FloatTensor>();
  const problems: string[] = [];
  const expected = new Set<string>();
  for (const { name, torch } of declared) {
    const theirs = `${part}.${torch.name.slice(prefix.length)}`;
    expected.add(theirs);
    const tensor = state.get(theirs);
    if (tensor === undefined) problems.push(`${theirs} is missing`);
    else if (tensor.shape.join() !== torch.shape.join())
      problems.push(`${theirs} has shape [${tensor.shape.join(', ')}], and the network [${torch.shape.join(', ')}]`);
    else variables.set(name, transposed(tensor, inverse(torch.axes)));
  }
  for (const name of state.keys())
    if (name.startsWith(`${part}.`) && !expected.has(name)) problems.push(`${name} is unexpected`);
  return { variables, problems };
}
