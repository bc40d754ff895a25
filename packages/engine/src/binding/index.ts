export type { Attribute } from './attributes.ts';
export { AttributeType, DataType } from './dtypes.ts';
export type { HostData, HostValues } from './host-data.ts';
export { binding, startBinding, type TensorFlowInfo, type TensorFlowOptions } from './start.ts';
export { TensorFlowError } from './status.ts';
export type { TensorFlowBinding, TensorMetadata } from './tensorflow-binding.ts';
