import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../src/checkpoint/safetensors.ts';

const TENSORS = new Map([
  ['b.kernel', { data: Float32Array.of(1, -0, NaN, 2 ** -149, Infinity, 3), shape: [2, 3] }],
  ['a', { data: Int32Array.of(-7), shape: [] }],
  ['empty', { data: new Float32Array(0), shape: [0, 4] }],
]);

function file(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

test('what goes in comes out, to the bit, whatever the order', () => {
  const bytes = encodeSafetensors(TENSORS);
  const back = decodeSafetensors(bytes, 'f');
  expect(new Map([...back].sort())).toEqual(new Map([...TENSORS].sort()));
  expect(decodeSafetensors(Buffer.from(bytes), 'f')).toEqual(back);
  expect(Object.is(back.get('b.kernel')!.data[1], -0)).toBe(true);
  expect(encodeSafetensors(new Map([...TENSORS].reverse()))).toEqual(bytes);
});

test('data that does not fit its shape is refused', () => {
  expect(() => encodeSafetensors(new Map([['x', { data: new Float32Array(3), shape: [2] }]]))).toThrow(
    'tensor x of shape [2] has 3 elements',
  );
});

test.each([
  ['too short', new Uint8Array(4), /shorter than its header/],
  ['a header longer than the file', file({}).fill(255, 0, 8), /claims/],
  ['no JSON', file('{'), /not JSON/],
  ['a list', file([]), /not an object/],
  ['an unknown type', file({ x: { dtype: 'F64', shape: [1], data_offsets: [0, 8] } }, new Uint8Array(8)), /F64/],
  [
    'a negative size',
    file({ x: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, new Uint8Array(4)),
    /no proper shape/,
  ],
  [
    'offsets that do not fit',
    file({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, new Uint8Array(4)),
    /4 bytes for shape/,
  ],
  ['data cut off', file({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, new Uint8Array(4)), /cut off/],
  ['a gap', file({ x: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, new Uint8Array(8)), /does not begin/],
  [
    'an overlap',
    file(
      { x: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, y: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } },
      new Uint8Array(4),
    ),
    /does not begin/,
  ],
  [
    'bytes left over',
    file({ x: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, new Uint8Array(8)),
    /belong to no tensor/,
  ],
  ['a null entry', file({ x: null }), /null|no proper|undefined/],
])('%s is refused', (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes, 'f')).toThrow(message);
});
