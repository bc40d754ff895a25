import { asNumber, Bytes } from './bytes.ts';
import { Inert, type Global, type Value } from './value.ts';

const MARK = Symbol('mark');
type Item = Value | typeof MARK;

/** Values at once on the stack or in the memo; weights need a few thousand. */
const MOST_ITEMS = 20_000_000;

/** What a pickle may ask for: everything that is not here is refused. */
export interface PickleNames {
  /** A name that it would import. @throws Error for what is on no list: it could be anything, `os.system` too */
  resolved(module: string, name: string): Global | Inert;
  /** What comes of a call. @throws Error for what cannot be called */
  made(callee: Value, args: Value): Value;
  /** Gives a state to something that was made. @returns whether it takes one. Default: nothing does. */
  built?(target: Value, state: Value): boolean;
  /** What a reference to something outside means. Default: there are none. */
  referred?(reference: Value): Value;
  /** How Python 2's strings are read, which are bytes: as `encoding` of Python's `pickle.load`. Default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** What was read. */
export interface Pickled {
  readonly value: Value;
  /** Where the pickle ends. */
  readonly end: number;
}

/**
 * Reads a pickle of Python, protocols 0 to 5, and runs nothing: what it would import is on the caller's list or an error,
 * and what it would call is a function of the caller.
 *
 * @param at where it begins; a file may hold several.
 * @throws Error that says what is wrong with it, for the name of a file in front.
 */
export function readPickle(bytes: Uint8Array, names: PickleNames, at = 0): Pickled {
  const from = new Bytes(bytes, at);
  const machine = new Machine(names);
  for (;;) {
    const op = from.u8();
    if (op === 0x2e) return { value: machine.pop(), end: from.at };
    const step = STEPS.get(op);
    if (step === undefined)
      throw new Error(`it holds the instruction 0x${op.toString(16)}, which is none of those that are read`);
    step(machine, from);
  }
}

class Machine {
  readonly #stack: Item[] = [];
  readonly memo = new Map<number, Value>();
  readonly names: PickleNames;

  constructor(names: PickleNames) {
    this.names = names;
  }

  push(value: Item): void {
    if (this.#stack.length >= MOST_ITEMS) throw new Error('it holds too many values');
    this.#stack.push(value);
  }

  pop(): Value {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new Error('it takes a value that is not there');
    return value;
  }

  top(): Value {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw new Error('it takes a value that is not there');
    return value;
  }

  drop(): void {
    if (this.#stack.pop() === undefined) throw new Error('it takes a value that is not there');
  }

  /** What was pushed since the last mark. */
  sinceMark(): Value[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at === -1) throw new Error('it takes values up to a mark that is not there');
    return this.#stack.splice(at).slice(1) as Value[];
  }

  take(count: number): Value[] {
    return Array.from({ length: count }, () => this.pop()).toReversed();
  }

  remember(place: number): void {
    if (this.memo.size >= MOST_ITEMS) throw new Error('it remembers too many values');
    this.memo.set(place, this.top());
  }

  recall(place: number): void {
    const value = this.memo.get(place);
    if (value === undefined) throw new Error(`it asks for a value ${place} that it has not remembered`);
    this.push(value);
  }
}

type Step = (machine: Machine, from: Bytes) => void;

/** A text of protocol 0, as it is. @throws Error for one with escapes, which nobody's arrays need */
function plain(line: string): string {
  if (line.includes('\\')) throw new Error('it holds a text with escapes, which is not read');
  return line;
}

/** What instructions do that push a value of their own. */
const PUSHING: { readonly [code: string]: (from: Bytes, names: PickleNames) => Value } = {
  N: () => null,
  '\x88': () => true,
  '\x89': () => false,
  I: (from) => numberOf(from.line()),
  J: (from) => from.i32(),
  K: (from) => from.u8(),
  M: (from) => from.u16(),
  L: (from) => numberOf(from.line().replace(/L$/, '')),
  '\x8a': (from) => from.long(from.u8()),
  '\x8b': (from) => from.long(from.u32()),
  F: (from) => Number(from.line()),
  G: (from) => from.f64(),
  S: (from) => plain(from.line()).replace(/^(['"])(.*)\1$/s, '$2'),
  T: (from, { encoding }) => from.text(from.u32(), encoding),
  U: (from, { encoding }) => from.text(from.u8(), encoding),
  V: (from) => plain(from.line()),
  X: (from) => from.utf8(from.u32()),
  '\x8c': (from) => from.utf8(from.u8()),
  '\x8d': (from) => from.utf8(from.u64()),
  B: (from) => from.take(from.u32()),
  C: (from) => from.take(from.u8()),
  '\x8e': (from) => from.take(from.u64()),
  '\x96': (from) => from.take(from.u64()),
  ')': () => [],
  ']': () => [],
  '}': () => new Map(),
  '\x8f': () => [],
  c: (from, names) => names.resolved(from.line(), from.line()),
  P: () => {
    throw new Error('it refers to something outside by a text');
  },
};

const OTHERS: { readonly [code: string]: Step } = {
  '\x80': (_, from) => {
    const protocol = from.u8();
    if (protocol > 5) throw new Error(`it is of protocol ${protocol}, and those up to 5 are read`);
  },
  '\x95': (_, from) => void from.u64(),
  '(': (machine) => machine.push(MARK),
  '0': (machine) => machine.drop(),
  '1': (machine) => void machine.sinceMark(),
  '2': (machine) => machine.push(machine.top()),
  t: (machine) => machine.push(machine.sinceMark()),
  l: (machine) => machine.push(machine.sinceMark()),
  '\x91': (machine) => machine.push(machine.sinceMark()),
  d: (machine) => machine.push(new Map(paired(machine.sinceMark()))),
  '\x85': (machine) => machine.push(machine.take(1)),
  '\x86': (machine) => machine.push(machine.take(2)),
  '\x87': (machine) => machine.push(machine.take(3)),
  a: (machine) => append(machine, [machine.pop()]),
  e: (machine) => append(machine, machine.sinceMark()),
  '\x90': (machine) => append(machine, machine.sinceMark()),
  s: (machine) => setItems(machine, machine.take(2)),
  u: (machine) => setItems(machine, machine.sinceMark()),
  '\x93': (machine) => {
    const [module, name] = machine.take(2);
    if (typeof module !== 'string' || typeof name !== 'string') throw new Error('it asks for something without a name');
    machine.push(machine.names.resolved(module, name));
  },
  R: (machine) => {
    const [callee, args] = machine.take(2);
    machine.push(machine.names.made(callee!, args!));
  },
  '\x81': (machine) => {
    const [callee, args] = machine.take(2);
    machine.push(machine.names.made(callee!, args!));
  },
  '\x92': (machine) => {
    const [callee, args, named] = machine.take(3);
    if (named instanceof Map && named.size > 0)
      throw new Error('it makes something of named arguments, which is not read');
    machine.push(machine.names.made(callee!, args!));
  },
  // The state of an object: of a dictionary of torch's (`_metadata`), of what nothing comes of.
  b: (machine) => {
    const state = machine.pop();
    const target = machine.top();
    if (!(target instanceof Map || target instanceof Inert) && machine.names.built?.(target, state) !== true)
      throw new Error('it gives a state to what has none');
  },
  Q: (machine) => {
    const reference = machine.pop();
    if (machine.names.referred === undefined) throw new Error('it refers to something outside');
    machine.push(machine.names.referred(reference));
  },
  p: (machine, from) => machine.remember(indexOf(from.line())),
  q: (machine, from) => machine.remember(from.u8()),
  r: (machine, from) => machine.remember(from.u32()),
  '\x94': (machine) => machine.remember(machine.memo.size),
  g: (machine, from) => machine.recall(indexOf(from.line())),
  h: (machine, from) => machine.recall(from.u8()),
  j: (machine, from) => machine.recall(from.u32()),
};

const STEPS = new Map<number, Step>([
  ...Object.entries(PUSHING).map(
    ([code, value]) =>
      [code.charCodeAt(0), (machine: Machine, from: Bytes) => machine.push(value(from, machine.names))] as const,
  ),
  ...Object.entries(OTHERS).map(([code, step]) => [code.charCodeAt(0), step] as const),
]);

/** `01` and `00` are truths in protocol 1 and before. */
function numberOf(text: string): Value {
  if (text === '01') return true;
  if (text === '00') return false;
  if (!/^-?\d{1,100}$/.test(text)) throw new Error(`${JSON.stringify(text.slice(0, 20))} is no number`);
  return asNumber(BigInt(text));
}

function indexOf(text: string): number {
  const value = numberOf(text);
  if (typeof value !== 'number') throw new Error(`${text.slice(0, 20)} is no place`);
  return value;
}

function paired(items: readonly Value[]): [Value, Value][] {
  if (items.length % 2 !== 0) throw new Error('a name of a dictionary has no value');
  return Array.from({ length: items.length / 2 }, (_, i) => [items[2 * i]!, items[2 * i + 1]!]);
}

function setItems(machine: Machine, items: readonly Value[]): void {
  const target = machine.top();
  const pairs = paired(items);
  if (target instanceof Map) for (const [name, value] of pairs) target.set(name, value);
  else if (!(target instanceof Inert)) throw new Error('it sets items of what is no dictionary');
}

function append(machine: Machine, items: readonly Value[]): void {
  const target = machine.top();
  if (Array.isArray(target)) for (const item of items) target.push(item);
  else if (!(target instanceof Inert)) throw new Error('it appends to what is no list');
}
