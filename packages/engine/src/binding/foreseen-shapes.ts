import koffi from 'koffi';
import { graphSetter, setAttribute, type Attribute } from './attributes.ts';
import type { GraphOutput, Pointer } from './c-functions.ts';
import { DataType } from './dtypes.ts';
import { addInputs } from './graph-inputs.ts';
import { inferredShape } from './inferred-shape.ts';
import type { Runtime } from './runtime.ts';
import { checkShape, MOST_DIMENSIONS, volume } from './shape-limits.ts';

/** An input of an op that is about to be executed. */
export interface OpInput {
  readonly handle: Pointer;
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** Whole numbers that an op reads for its shape are few. */
const MOST_READ = 1024;

/**
 * Whether what an op makes of its inputs might be beyond the limits of a shape: an op at most doubles the number of
 * dimensions or multiplies the sizes of two inputs.
 */
export function mayExceed(shapes: readonly (readonly number[])[]): boolean {
  return shapes.some((shape) => shape.length > MOST_DIMENSIONS / 4 || volume(shape) >= 2n ** 31n);
}

/**
 * Checks the shapes that an op would give, without executing it: TensorFlow's inference says them of a graph, and ends
 * no process.
 *
 * @throws Error that names the op and the shape, where one is beyond the limits
 */
export function checkForeseen(
  runtime: Runtime,
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly OpInput[],
): void {
  checkNewAxes(name, attributes, inputs[0]?.shape);
  const { api, status, definitions } = runtime;
  const graph = api.TF_NewGraph();
  const add = (type: string, node: string, fill: (description: Pointer) => void): Pointer => {
    const description = api.TF_NewOperation(graph, type, node);
    fill(description);
    const oper = api.TF_FinishOperation(description, status.pointer);
    status.check(name);
    return oper!;
  };
  try {
    const given = inputs.map(({ handle, dtype, shape }, i): GraphOutput => {
      const isRead = dtype === DataType.int32 && volume(shape) <= MOST_READ;
      const oper = add(isRead ? 'Const' : 'Placeholder', `input${i}`, (description) => {
        api.TF_SetAttrType(description, 'dtype', dtype);
        if (!isRead) return api.TF_SetAttrShape(description, 'shape', BigInt64Array.from(shape, BigInt), shape.length);
        const tensor = api.TFE_TensorHandleResolve(handle, status.pointer);
        status.check(name);
        api.TF_SetAttrTensor(description, 'value', tensor, status.pointer);
        api.TF_DeleteTensor(tensor);
      });
      return { oper, index: 0 };
    });
    const groups = definitions.inputGroups(name, attributes, given.length);
    const oper = add(name, 'op', (description) => {
      addInputs(api, description, groups, given);
      const setter = graphSetter(api, description, (value) => koffi.address(value));
      for (const attribute of attributes)
        setAttribute(name, setter, attribute, (list) => definitions.isListOfShapes(name, list));
    });
    for (let index = 0; index < api.TF_OperationNumOutputs(oper); index++) {
      const shape = inferredShape(api, status, graph, { oper, index });
      if (shape !== undefined) checkGiven(name, shape);
    }
  } finally {
    api.TF_DeleteGraph(graph);
  }
}

/**
 * New dimensions of a strided slice are counted before TensorFlow infers its shape, since that ends the process too.
 *
 * @throws Error that names the op
 */
export function checkNewAxes(
  name: string,
  attributes: readonly Attribute[],
  shape: readonly number[] | undefined,
): void {
  const mask = attributes.find((attribute) => attribute.name === 'new_axis_mask')?.value;
  if (shape === undefined || typeof mask !== 'number') return;
  const axes = [...(mask >>> 0).toString(2)].filter((bit) => bit === '1').length;
  checkGiven(name, [...shape, ...new Array<number>(axes).fill(1)]);
}

/** @param shape sizes that are not known are -1 */
export function checkGiven(name: string, shape: readonly number[]): void {
  try {
    checkShape(shape.map((size) => Math.max(0, size)));
  } catch (error) {
    throw new Error(`${name} would give a tensor that TensorFlow cannot hold: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
