import { AttributeType, DataType } from '../binding/dtypes.ts';
import type { Attribute } from '../binding/attributes.ts';

/** The element type attribute of ops that compute in float32. */
export const FLOAT: Attribute = { name: 'T', type: AttributeType.type, value: DataType.float32 };
/** Channels last, the only layout that the engine's networks use. */
export const NHWC: Attribute = { name: 'data_format', type: AttributeType.string, value: 'NHWC' };

export function ints(name: string, value: readonly number[]): Attribute {
  return { name, type: AttributeType.int, value: [...value] };
}

export function int(name: string, value: number): Attribute {
  return { name, type: AttributeType.int, value };
}

export function float(name: string, value: number): Attribute {
  return { name, type: AttributeType.float, value };
}

export function bool(name: string, value: boolean): Attribute {
  return { name, type: AttributeType.bool, value };
}

export function text(name: string, value: string): Attribute {
  return { name, type: AttributeType.string, value };
}

export function texts(name: string, value: readonly string[]): Attribute {
  return { name, type: AttributeType.string, value: [...value] };
}

/** @param value a number of `DataType` */
export function type(name: string, value: number): Attribute {
  return { name, type: AttributeType.type, value };
}
