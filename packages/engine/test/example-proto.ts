import protobufjs from 'protobufjs';

const root = protobufjs.Root.fromJSON({
  nested: {
    Example: { fields: { features: { type: 'Features', id: 1 } } },
    Features: { fields: { feature: { keyType: 'string', type: 'Feature', id: 1 } } },
    Feature: { fields: { floatList: { type: 'FloatList', id: 2 } } },
    FloatList: { fields: { value: { rule: 'repeated', type: 'float', id: 1 } } },
  },
} as protobufjs.INamespace);

/** A serialised `tf.train.Example` (tensorflow/core/example/example.proto) that holds lists of floats. */
export function exampleProto(features: { readonly [name: string]: readonly number[] }): Uint8Array {
  const feature = Object.fromEntries(Object.entries(features).map(([name, value]) => [name, { floatList: { value } }]));
  const example = root.lookupType('Example');
  return example.encode(example.fromObject({ features: { feature } })).finish();
}
