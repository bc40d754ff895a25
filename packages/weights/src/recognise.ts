import type { Loaded } from './files/loaded.ts';
import { KNOWN } from './layouts/known.ts';
import type { FloatTensor, StateDict } from './state-dict.ts';

/** The networks of a file by our names: `encoder.conv1.weight`, `projector.0.weight`, in PyTorch's layout. */
export interface Recognised {
  /** Whose checkpoints are named so. */
  readonly layout: string;
  readonly student: StateDict;
  /** Undefined where the file holds one network. */
  readonly teacher: StateDict | undefined;
  /** Tensors that belong to neither. */
  readonly unexpected: readonly string[];
  /** What is no weight, and why. */
  readonly ignored: ReadonlyMap<string, string>;
}

/** What wrappers put in front of all names: DistributedDataParallel, torch.compile, Lightning. */
const WRAPPERS = ['module.', '_orig_mod.', 'model.'];

/**
 * Which networks the tensors of a file are, by their names.
 *
 * @throws Error where the names are none that are known
 */
export function recognise({ tensors, ignored }: Loaded): Recognised {
  const bare = unwrapped(tensors);
  const names = [...bare.keys()];
  const known = KNOWN.find(({ mark }) => names.some((name) => name.startsWith(mark)));
  if (known === undefined)
    throw new Error(
      `its ${names.length} tensors are named as in no checkpoint that is known: ${names.slice(0, 4).join(', ')}`,
    );
  const [student, teacher] = [new Map<string, FloatTensor>(), new Map<string, FloatTensor>()];
  const unexpected: string[] = [];
  for (const [name, tensor] of bare) {
    const [to, renamed] = [
      [student, renamedBy(known.student, name)] as const,
      [teacher, renamedBy(known.teacher ?? [], name)] as const,
    ].find(([, found]) => found !== undefined) ?? [undefined, undefined];
    if (to === undefined || renamed === undefined) unexpected.push(name);
    else if (to.has(renamed)) throw new Error(`${name} and another tensor are both ${renamed}`);
    else to.set(renamed, tensor);
  }
  return { layout: known.name, student, teacher: teacher.size === 0 ? undefined : teacher, unexpected, ignored };
}

function renamedBy(names: readonly (readonly [string, string])[], name: string): string | undefined {
  const found = names.find(([from]) => name.startsWith(from));
  return found && `${found[1]}${name.slice(found[0].length)}`;
}

function unwrapped(tensors: StateDict): StateDict {
  const names = [...tensors.keys()];
  const wrapper = WRAPPERS.find((prefix) => names.length > 0 && names.every((name) => name.startsWith(prefix)));
  if (wrapper === undefined) return tensors;
  return unwrapped(new Map([...tensors].map(([name, tensor]) => [name.slice(wrapper.length), tensor])));
}
