import { AttributeType, binding, DataType, type Attribute } from '@spatial-ensemble/engine/binding';

// Attributes, tensors and ops in a word each, for a binding that was started.

export const type = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.type, value });
export const bool = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.bool, value });
export const int = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.int, value });
export const float = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.float, value });
export const text = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.string, value });
export const shape = (name: string, value: unknown): Attribute => ({ name, type: AttributeType.shape, value });
export const bytes = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'));
export const floats = (...values: number[]): number =>
  binding().createTensor([values.length], DataType.float32, Float32Array.from(values));
export const ints = (...values: number[]): number =>
  binding().createTensor([values.length], DataType.int32, Int32Array.from(values));
export const strings = (...values: string[]): number =>
  binding().createTensor([values.length], DataType.string, values.map(bytes));
export const one = (op: string, attributes: Attribute[], inputs: number[]) =>
  binding().executeOp(op, attributes, inputs, 1)[0]!;
export const value = (op: string, attributes: Attribute[], inputs: number[]) =>
  binding().tensorDataSync(one(op, attributes, inputs).id);
export const MATMUL = [bool('transpose_a', false), bool('transpose_b', false), type('T', DataType.float32)];
