import { bufferBytes } from './c-api.ts';
import type { CApi } from './c-functions.ts';
import { decodeOpList, type OpDefinition } from './protos.ts';
import type { Attribute } from './attributes.ts';

/** How many of an op's inputs belong to each of its arguments; `list` tells `TF_AddInputList` from `TF_AddInput`. */
export interface InputGroup {
  readonly count: number;
  readonly list: boolean;
}

/** TensorFlow's own definitions of its ops, by name. */
export class OpDefinitions {
  readonly #definitions: ReadonlyMap<string, OpDefinition>;

  constructor(api: CApi) {
    const buffer = api.TF_GetAllOpList();
    try {
      this.#definitions = new Map(decodeOpList(bufferBytes(buffer)).map((op) => [op.name, op]));
    } finally {
      api.TF_DeleteBuffer(buffer);
    }
  }

  /** @throws Error for a name that TensorFlow does not know. */
  get(name: string): OpDefinition {
    const definition = this.#definitions.get(name);
    if (definition === undefined) throw new Error(`TensorFlow has no op named ${name}`);
    return definition;
  }

  /** Whether an attribute holds shapes rather than one shape. */
  isListOfShapes(name: string, attribute: string): boolean {
    return this.#definitions.get(name)?.attr.find((known) => known.name === attribute)?.type === 'list(shape)';
  }

  /**
   * Splits `inputs` tensors over an op's arguments. The length of a list comes from the attribute that holds it; where
   * that is absent and one argument only is a list, it takes what the others leave.
   */
  inputGroups(name: string, attributes: readonly Attribute[], inputs: number): InputGroup[] {
    const args = this.get(name).inputArg;
    const lists = args.filter((arg) => arg.numberAttr !== '' || arg.typeListAttr !== '');
    const rest = inputs - (args.length - lists.length);
    const groups = args.map((arg): InputGroup => {
      if (arg.numberAttr === '' && arg.typeListAttr === '') return { count: 1, list: false };
      const value = attributes.find((attribute) => attribute.name === (arg.numberAttr || arg.typeListAttr))?.value;
      if (typeof value === 'number' && arg.numberAttr !== '') return { count: value, list: true };
      if (Array.isArray(value)) return { count: value.length, list: true };
      const sharing = lists.filter(
        (list) => list.numberAttr === arg.numberAttr && list.typeListAttr === arg.typeListAttr,
      ).length;
      if (sharing !== lists.length)
        throw new Error(
          `${name}: the length of the list ${arg.name} is not told by ${arg.numberAttr || arg.typeListAttr}`,
        );
      return { count: rest / sharing, list: true };
    });
    const total = groups.reduce((sum, group) => sum + group.count, 0);
    if (total !== inputs) throw new Error(`${name} takes ${total} inputs here, got ${inputs}`);
    return groups;
  }
}
