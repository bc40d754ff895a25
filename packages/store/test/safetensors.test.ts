import { draws, key } from '@spatial-ensemble/random';
import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../src/safetensors.ts';

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
  [
    'a name given twice',
    file(
      '{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"x" : {"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      new Uint8Array(4),
    ),
    /names x twice/,
  ],
  [
    'a field given twice',
    file('{"x":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(4)),
    /names dtype twice/,
  ],
  [
    'a name given twice, once with escapes',
    file(
      '{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0078":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}',
    ),
    /names x twice/,
  ],
  ['a null entry', file({ x: null }), /null|no proper|undefined/],
])('%s is refused', (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes, 'f')).toThrow(message);
});

test('names that need escapes survive', () => {
  const odd = new Map(
    ['"}', 'a"{', '\\"x": {', 'ü', '__proto__'].map((name, i) => [name, { data: Float32Array.of(i), shape: [1] }]),
  );
  expect(new Map([...decodeSafetensors(encodeSafetensors(odd), 'f')].toSorted())).toEqual(new Map([...odd].toSorted()));
});

test('whatever byte is changed or cut off, it is read as tensors that fit the file, or refused in words', () => {
  const whole = encodeSafetensors(TENSORS);
  const draw = draws(key('fuzz'));
  let refused = 0;
  for (let i = 0; i < 2000; i++) {
    const bytes = whole.slice(0, i % 4 === 0 ? draw.int(whole.length) : whole.length);
    for (let n = draw.int(3); n >= 0 && bytes.length > 0; n--) bytes[draw.int(bytes.length)] = draw.int(256);
    try {
      const tensors = decodeSafetensors(bytes, 'f');
      const size = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
      expect(size).toBeLessThan(whole.length);
    } catch (error) {
      refused += 1;
      expect((error as Error).message).toMatch(/^f is not a whole safetensors file: /);
    }
  }
  expect(refused).toBeGreaterThan(1000);
});
