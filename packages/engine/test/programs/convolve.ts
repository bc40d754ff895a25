// Convolves once, in float32, and prints what runs and the bits of the result.
import { createHash } from 'node:crypto';
import { key, normal } from '@spatial-ensemble/random';
import { AttributeType, DataType } from '@spatial-ensemble/engine/binding';
import { startTensorFlow } from '../../src/binding/start.ts';

const { binding, info } = await startTensorFlow({ threads: { intra: 1, inter: 1 } });
const random = (seed: number, shape: number[]): number =>
  binding.createTensor(
    shape,
    DataType.float32,
    normal(
      key(seed),
      shape.reduce((a, b) => a * b),
    ),
  );
const attributes = [
  { name: 'T', type: AttributeType.type, value: DataType.float32 },
  { name: 'strides', type: AttributeType.int, value: [1, 1, 1, 1] },
  { name: 'padding', type: AttributeType.string, value: 'SAME' },
];
const [y] = binding.executeOp('Conv2D', attributes, [random(1, [4, 16, 16, 32]), random(2, [3, 3, 32, 64])], 1);
const bits = createHash('sha256')
  .update(binding.tensorDataSync(y!.id) as Float32Array)
  .digest('hex');
console.log(JSON.stringify({ oneDNN: info.oneDNN, environment: info.environment, bits }));
