/** TensorFlow's `TF_DataType` numbers, for the element types that cross the binding. */
export const DataType = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  float16: 19,
  resource: 20,
  variant: 21,
  uint32: 22,
  uint64: 23,
} as const;

const NAMES = new Map<number, string>(Object.entries(DataType).map(([name, value]) => [value, name]));

/** The name of a data type number, for messages. */
export function dataTypeName(dtype: number): string {
  return NAMES.get(dtype) ?? `unknown data type ${dtype}`;
}

/** TensorFlow's `TF_AttrType` numbers, for the attributes that TensorFlow.js' kernels set. */
export const AttributeType = {
  string: 0,
  int: 1,
  float: 2,
  bool: 3,
  type: 4,
  shape: 5,
  tensor: 6,
} as const;

/** Number of elements of a shape; 1 for a scalar, 0 as soon as one dimension is 0. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
