import { AttributeType, dataTypeName, DataType } from './dtypes.ts';
import type { CApi, Pointer } from './c-functions.ts';

/** An op's attribute as TensorFlow.js' kernels give it: `type` is a `TF_AttrType` number. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** Sets attributes on an op that is executed at once, or on a node of a graph: the C functions differ in name only. */
export interface AttributeSetter {
  string(name: string, value: Uint8Array): void;
  int(name: string, value: bigint): void;
  float(name: string, value: number): void;
  bool(name: string, value: boolean): void;
  type(name: string, value: number): void;
  shape(name: string, dims: BigInt64Array): void;
  shapeList(name: string, shapes: readonly BigInt64Array[]): void;
  intList(name: string, values: BigInt64Array): void;
  floatList(name: string, values: Float32Array): void;
  boolList(name: string, values: Uint8Array): void;
  typeList(name: string, values: Int32Array): void;
  stringList(name: string, values: readonly Uint8Array[]): void;
}

const KNOWN_TYPES = new Set<number>(Object.values(DataType));

function fail(op: string, attribute: Attribute, wanted: string): never {
  const got = attribute.value === null ? 'null' : Array.isArray(attribute.value) ? 'a list' : typeof attribute.value;
  throw new Error(`${op}: attribute ${attribute.name} takes ${wanted}, got ${got}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

// Integers may arrive with a fraction (`Multinomial.seed`): TensorFlow.js' own addon truncates them.
function toInt(value: number): bigint {
  return BigInt(Math.trunc(value));
}

function toBytes(value: string): Uint8Array {
  return Buffer.from(value, 'utf8');
}

function checkType(op: string, attribute: Attribute, value: unknown): number {
  if (!isNumber(value) || !KNOWN_TYPES.has(value)) {
    if (isNumber(value)) throw new Error(`${op}: attribute ${attribute.name} is an ${dataTypeName(value)}`);
    return fail(op, attribute, 'a data type');
  }
  return value;
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isNumber);
}

/**
 * Checks one attribute and passes it to C.
 *
 * @param isListOfShapes whether the op's own definition says so: an empty list alone could be a scalar's shape as well.
 * @throws Error when the value is not of the attribute's kind, naming the op and the attribute.
 */
export function setAttribute(
  op: string,
  setter: AttributeSetter,
  attribute: Attribute,
  isListOfShapes: (attribute: string) => boolean,
): void {
  const { name, value } = attribute;
  if (typeof name !== 'string') throw new Error(`${op}: an attribute is named by a string`);
  const list = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
  switch (attribute.type) {
    case AttributeType.string:
      if (typeof value === 'string') return setter.string(name, toBytes(value));
      if (value instanceof Uint8Array) return setter.string(name, value);
      if (list?.every((item) => typeof item === 'string'))
        return setter.stringList(
          name,
          list.map((item) => toBytes(item as string)),
        );
      return fail(op, attribute, 'a string');
    case AttributeType.int:
      if (isNumber(value)) return setter.int(name, toInt(value));
      if (list?.every(isNumber)) return setter.intList(name, BigInt64Array.from(list as number[], toInt));
      return fail(op, attribute, 'an integer or a list of them');
    case AttributeType.float:
      if (isNumber(value)) return setter.float(name, value);
      if (list?.every(isNumber)) return setter.floatList(name, Float32Array.from(list as number[]));
      return fail(op, attribute, 'a number or a list of them');
    case AttributeType.bool:
      if (typeof value === 'boolean') return setter.bool(name, value);
      if (list?.every((item) => typeof item === 'boolean')) return setter.boolList(name, Uint8Array.from(list, Number));
      return fail(op, attribute, 'a boolean or a list of them');
    case AttributeType.type:
      if (list !== undefined)
        return setter.typeList(
          name,
          Int32Array.from(list, (item) => checkType(op, attribute, item)),
        );
      return setter.type(name, checkType(op, attribute, value));
    case AttributeType.shape:
      if (list?.every(isShape) && (list.length > 0 || isListOfShapes(name)))
        return setter.shapeList(
          name,
          (list as number[][]).map((shape) => BigInt64Array.from(shape, toInt)),
        );
      if (isShape(list)) return setter.shape(name, BigInt64Array.from(list, toInt));
      return fail(op, attribute, 'a shape or a list of them');
    default:
      throw new Error(`${op}: attribute ${name} has an unknown kind ${attribute.type}`);
  }
}

type Address = (value: Uint8Array | BigInt64Array) => bigint;

function pointers(values: readonly Uint8Array[], address: Address): readonly [BigUint64Array, BigUint64Array] {
  return [BigUint64Array.from(values, address), BigUint64Array.from(values, (value) => BigInt(value.length))];
}

function shapePointers(shapes: readonly BigInt64Array[], address: Address): readonly [BigUint64Array, Int32Array] {
  return [BigUint64Array.from(shapes, address), Int32Array.from(shapes, (shape) => shape.length)];
}

/** Sets attributes of an op that will be executed at once. */
export function eagerSetter(api: CApi, op: Pointer, status: Pointer, address: Address): AttributeSetter {
  return {
    string: (name, value) => api.TFE_OpSetAttrString(op, name, value, value.length),
    int: (name, value) => api.TFE_OpSetAttrInt(op, name, value),
    float: (name, value) => api.TFE_OpSetAttrFloat(op, name, value),
    bool: (name, value) => api.TFE_OpSetAttrBool(op, name, value ? 1 : 0),
    type: (name, value) => api.TFE_OpSetAttrType(op, name, value),
    shape: (name, dims) => api.TFE_OpSetAttrShape(op, name, dims, dims.length, status),
    shapeList: (name, shapes) =>
      api.TFE_OpSetAttrShapeList(op, name, ...shapePointers(shapes, address), shapes.length, status),
    intList: (name, values) => api.TFE_OpSetAttrIntList(op, name, values, values.length),
    floatList: (name, values) => api.TFE_OpSetAttrFloatList(op, name, values, values.length),
    boolList: (name, values) => api.TFE_OpSetAttrBoolList(op, name, values, values.length),
    typeList: (name, values) => api.TFE_OpSetAttrTypeList(op, name, values, values.length),
    stringList: (name, values) => api.TFE_OpSetAttrStringList(op, name, ...pointers(values, address), values.length),
  };
}

/** Sets attributes of a node that is being added to a graph. */
export function graphSetter(api: CApi, description: Pointer, address: Address): AttributeSetter {
  return {
    string: (name, value) => api.TF_SetAttrString(description, name, value, value.length),
    int: (name, value) => api.TF_SetAttrInt(description, name, value),
    float: (name, value) => api.TF_SetAttrFloat(description, name, value),
    bool: (name, value) => api.TF_SetAttrBool(description, name, value ? 1 : 0),
    type: (name, value) => api.TF_SetAttrType(description, name, value),
    shape: (name, dims) => api.TF_SetAttrShape(description, name, dims, dims.length),
    shapeList: (name, shapes) =>
      api.TF_SetAttrShapeList(description, name, ...shapePointers(shapes, address), shapes.length),
    intList: (name, values) => api.TF_SetAttrIntList(description, name, values, values.length),
    floatList: (name, values) => api.TF_SetAttrFloatList(description, name, values, values.length),
    boolList: (name, values) => api.TF_SetAttrBoolList(description, name, values, values.length),
    typeList: (name, values) => api.TF_SetAttrTypeList(description, name, values, values.length),
    stringList: (name, values) =>
      api.TF_SetAttrStringList(description, name, ...pointers(values, address), values.length),
  };
}
