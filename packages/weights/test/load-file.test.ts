import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors } from '@spatial-ensemble/store';
import { afterAll, expect, test } from 'vitest';
import { readNpy } from '../src/files/npz.ts';
import { loadFile, npyPieces } from '../src/index.ts';
import { readPickle } from '../src/pickle/reader.ts';

// test/reference/files.py wrote the fixtures with PyTorch and NumPy.

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
const folder = mkdtempSync(join(tmpdir(), 'weights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Expected = { readonly [name: string]: { readonly shape: number[]; readonly data: (number | string)[] } };
const EXPECTED = JSON.parse(readFileSync(fixture('checkpoint.json'), 'utf8')) as Expected;

test.each(['checkpoint.pth.tar', 'checkpoint-legacy.pth.tar'])(
  '%s: every tensor to the bit, whatever its type and its strides; the rest is named',
  async (name) => {
    const { tensors, ignored } = await loadFile(fixture(name));
    expect([...tensors.keys()].toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
    for (const [key, { shape, data }] of Object.entries(EXPECTED)) {
      expect(tensors.get(key)!.shape, key).toEqual(shape);
      expect(tensors.get(key)!.data, key).toEqual(Float32Array.from(data, Number));
    }
    expect(Object.fromEntries(ignored)).toMatchObject({
      'module.encoder_q.num_batches_tracked': 'whole numbers, such as a counter',
      optimizer: 'beside the weights',
      epoch: 'beside the weights',
    });
  },
);

test('a bare state dict; arrays of NumPy in both orders, compressed too; safetensors', async () => {
  const norm = await loadFile(fixture('batch-norm.pth'));
  expect([...norm.tensors.keys()]).toEqual(['weight', 'bias', 'running_mean', 'running_var']);
  const arrays = await loadFile(fixture('arrays.npz'));
  for (const name of ['a.weight', 'b'])
    expect(arrays.tensors.get(name)).toEqual({ data: Float32Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] });
  expect([...arrays.ignored.keys()]).toEqual(['steps']);
  const { tensors } = await loadFile(fixture('compressed.npz'));
  expect(tensors.get('zeros')!.data).toEqual(new Float32Array(5000));
  const path = join(folder, 'x.pth');
  writeFileSync(path, encodeSafetensors(new Map([['x', { data: Float32Array.of(3), shape: [1] }], ['n', { data: Int32Array.of(3), shape: [1] }]]))); // prettier-ignore
  const own = await loadFile(path);
  expect([[...own.tensors.keys()], [...own.ignored.keys()]]).toEqual([['x'], ['n']]);
});

test.each([
  ['malicious-system.pth', /posix\.system|os\.system/],
  ['malicious-eval.pth', /__builtin__\.eval/],
  ['malicious-module.pth', /torch\.nn\.modules\.linear\.Linear/],
  ['malicious-0.pkl', /none that torch\.save|not a whole safetensors/],
  ['malicious-4.pkl', /none that torch\.save/],
  ['other.zip', /neither torch\.save nor numpy\.savez, with readme\.txt/],
])('%s: nothing is run, and it says why', async (name, why) => {
  await expect(loadFile(fixture(name))).rejects.toThrow(why);
  await expect(loadFile(fixture(name))).rejects.toThrow(name);
  expect(existsSync('spatial-ensemble-was-here')).toBe(false);
});

test.each([0, 1, 2, 4])('a pickle of protocol %i that asks for os.system is refused', (protocol) => {
  expect(() => readPickle(readFileSync(fixture(`malicious-${protocol}.pkl`)))).toThrow(/posix\.system/);
});

test.each([
  ['a pickle', 0x80],
  ['a zip', 0x4b50],
])('a safetensors file whose header’s length looks like the beginning of %s is one all the same', async (_, length) => {
  const x = new Map([['x', { data: Float32Array.of(3), shape: [1] }]]);
  const [bare, path] = [encodeSafetensors(x, { a: '' }).length - 12, join(folder, 'length.safetensors')];
  const bytes = encodeSafetensors(x, { a: 'a'.repeat(length - bare) });
  writeFileSync(path, bytes);
  expect(Buffer.from(bytes).readUInt16LE(0)).toBe(length);
  expect((await loadFile(path)).tensors.get('x')!.data).toEqual(Float32Array.of(3));
});

test('what is written as .npy is read again', async () => {
  const tensor = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
  const bytes = Buffer.concat(npyPieces(tensor));
  expect((bytes.length - 24) % 64).toBe(0);
  expect(readNpy(bytes, 'x.npy')).toEqual(tensor);
  expect(readNpy(Buffer.concat(npyPieces({ ...tensor, shape: [6] })), 'x.npy')!.shape).toEqual([6]);
});

/** Instructions as texts, each character a byte. */
const pickle = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

test.each([
  ['a call of a class of storages', 'ctorch\nFloatStorage\n)R.', 'cannot be called'],
  ['a call of a text', 'X\x01\0\0\0x)R.', 'cannot be called'],
  ['INST', '(ios\nsystem\n.', 'instruction 0x69'],
  ['OBJ', '(cos\nsystem\no.', 'os.system'],
  ['an extension', '\x82\x01.', 'instruction 0x82'],
  ['a dotted name', '\x8c\x05torch\x8c\x17_utils.os.system       \x93.', 'not among'],
  ['a state for a tensor’s storage', 'K\x01K\x02b.', 'state'],
  ['a value that is not there', '0.', 'not there'],
  ['a mark that is not there', 't.', 'mark'],
  ['a mark as a value', '(\x85.', 'not there'],
  ['something not remembered', 'h\x05.', 'not remembered'],
  ['half a pair', '}(K\x01u.', 'no value'],
  ['a text that is cut off', 'X\xff\xff\xff\x7fx', 'cut off'],
  ['a long that is cut off', '\x8b\xff\xff\xff\x7f', 'bytes'],
  ['no end', 'N', 'cut off'],
  ['a later protocol', '\x80\x09N.', 'protocol 9'],
  ['a reference to another thing', 'X\x01\0\0\0xQ.', 'no storage'],
  [
    'a reference to a class that is no storage',
    '((X\x07\0\0\0storagectorch\nSize\nX\x01\0\0\0aNK\x01tQ.',
    'no storage',
  ],
])('%s is refused', (_, text, why) => {
  expect(() => readPickle(pickle(text))).toThrow(why);
});

test('a tensor that reaches beyond its storage is refused', () => {
  const storage = '(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0aX\x03\0\0\0cpuK\x04tQ';
  const view = (size: string, stride: string): Uint8Array =>
    pickle(`ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\x01${size}\x85${stride}\x85\x89NtR.`);
  expect(readPickle(view('K\x03', 'K\x01')).value).toMatchObject({ kind: 'tensor', shape: [3] });
  expect(() => readPickle(view('K\x04', 'K\x01'))).toThrow('beyond its storage');
  expect(() => readPickle(view('K\x02', 'K\x09'))).toThrow('beyond its storage');
  expect(() => readPickle(view('J\xff\xff\xff\xff', 'K\x01'))).toThrow('something else');
});

test.each(['checkpoint.pth.tar', 'checkpoint-legacy.pth.tar', 'arrays.npz'])(
  '%s: whatever byte is changed or cut off, it is read as tensors or refused in words',
  async (name) => {
    const whole = readFileSync(fixture(name));
    const path = join(folder, name);
    for (let i = 0; i < 120; i++) {
      const at = (i * 7919) % whole.length;
      const harmed = Buffer.from(whole);
      harmed[at] = (harmed[at]! + 1 + i) % 256;
      writeFileSync(path, i % 4 === 0 ? harmed.subarray(0, at) : harmed);
      const outcome = await loadFile(path).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome.message).toContain(path);
      else
        for (const { data, shape } of (outcome as Awaited<ReturnType<typeof loadFile>>).tensors.values())
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
    }
  },
);
