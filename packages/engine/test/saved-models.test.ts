import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { binding, DataType } from '@spatial-ensemble/engine/binding';

// Made by fixtures/make-saved-model.py: x · [[1, 2], [3, 4]] + offset, and int64, uint8 and string signatures.
const DIRECTORY = fileURLToPath(new URL('fixtures/saved-model', import.meta.url));

interface SavedModel {
  predict(
    inputs: tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor },
  ): tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor };
  dispose(): void;
  readonly inputs: { name: string; dtype: string; shape: unknown }[];
}

interface SavedModelApi {
  loadSavedModel(path: string, tags?: string[], signature?: string): Promise<SavedModel>;
  getMetaGraphsFromSavedModel(path: string): Promise<{ tags: string[]; signatureDefs: Record<string, unknown> }[]>;
  getNumOfSavedModels(): number;
}

const { loadSavedModel, getMetaGraphsFromSavedModel, getNumOfSavedModels } = createRequire(import.meta.url)(
  '@tensorflow/tfjs-node-gpu/dist/saved_model',
) as SavedModelApi;
const TAGS = ['serve', 'test'];

beforeAll(async () => {
  await useTensorFlow();
});

describe('through the binding', () => {
  const run = (id: number, inputs: number[], names: string, outputs: string) =>
    binding().runSavedModel(id, inputs, names, outputs);

  test('loads, runs and is deleted', () => {
    const b = binding();
    const before = b.getNumOfTensors();
    const id = b.loadSavedModel(DIRECTORY, 'serve,test');
    expect(b.getNumOfSavedModels()).toBe(1);
    const x = b.createTensor([1, 2], DataType.float32, Float32Array.of(1, 1));
    const offset = b.createTensor([], DataType.float32, Float32Array.of(10));
    const made = run(id, [x, offset], 'x,offset:0', 'product:0,largest,largest:1');
    expect(made.map((tensor) => tensor.shape)).toEqual([
      [1, 2],
      [1, 1],
      [1, 1],
    ]);
    expect(made.map((tensor) => b.tensorDataSync(tensor.id))).toEqual([
      Float32Array.of(14, 16),
      Float32Array.of(16),
      Int32Array.of(1),
    ]);
    b.deleteSavedModel(id);
    expect(b.getNumOfSavedModels()).toBe(0);
    expect(() => b.deleteSavedModel(id)).toThrow(`saved model ${id} was not loaded, or was deleted`);
    expect(() => run(id, [x, offset], 'x,offset', 'product')).toThrow('was not loaded');
    for (const tensor of [x, offset, ...made.map((result) => result.id)]) b.deleteTensor(tensor);
    expect(b.getNumOfTensors()).toBe(before);
  });

  test('says what is wrong', () => {
    const b = binding();
    expect(() => b.loadSavedModel('/no/such/model', 'serve')).toThrow(
      /could not load the saved model in \/no\/such\/model: .*/,
    );
    expect(() => b.loadSavedModel(DIRECTORY, 'serve')).toThrow(/tags/);
    expect(b.getNumOfSavedModels()).toBe(0);
    const id = b.loadSavedModel(DIRECTORY, 'test,serve');
    const x = b.createTensor([1, 3], DataType.float32, new Float32Array(3));
    const offset = b.createTensor([], DataType.float32, Float32Array.of(0));
    const before = b.getNumOfTensors();
    expect(() => run(id, [x, offset], 'x,offset', 'product')).toThrow(/Matrix size-incompatible/);
    expect(() => run(id, [x], 'x,offset', 'product')).toThrow('takes 2 inputs, got 1');
    expect(() => run(id, [x, offset], 'x,shift', 'product')).toThrow('no node named shift');
    expect(() => run(id, [x, offset], 'x,offset', 'product:7')).toThrow(
      'node product has 1 output(s), asked for number 7',
    );
    expect(() => run(id, [x, offset], 'x,offset:one', 'product')).toThrow('offset:one');
    expect(b.getNumOfTensors()).toBe(before);
    b.deleteSavedModel(id);
  });
});

describe('through TensorFlow.js', () => {
  test('tells its signatures', async () => {
    const [graph] = await getMetaGraphsFromSavedModel(DIRECTORY);
    expect(graph!.tags.sort()).toEqual(TAGS);
    expect(Object.keys(graph!.signatureDefs).sort()).toEqual(['affine', 'bytes', 'integers', 'text']);
  });

  test('predicts from names; float, int64, uint8 and text; one session for all signatures', async () => {
    const tensors = tf.memory().numTensors;
    const handles = binding().getNumOfTensors();
    const affine = await loadSavedModel(DIRECTORY, TAGS, 'affine');
    const integers = await loadSavedModel(DIRECTORY, TAGS, 'integers');
    const pixels = await loadSavedModel(DIRECTORY, TAGS, 'bytes');
    const text = await loadSavedModel(DIRECTORY, TAGS, 'text');
    expect(getNumOfSavedModels()).toBe(1);
    tf.tidy(() => {
      const { product, index } = affine.predict({
        x: tf.tensor2d([
          [1, 0],
          [0, 2],
        ]),
        offset: tf.scalar(1),
      }) as Record<string, tf.Tensor>;
      expect(Array.from(product!.dataSync())).toEqual([2, 3, 7, 9]);
      expect(Array.from(index!.dataSync())).toEqual([1, 1]);
      const { doubled } = integers.predict({ count: tf.tensor1d([3, 2 ** 30], 'int32') }) as Record<string, tf.Tensor>;
      expect(Array.from(doubled!.dataSync())).toEqual([6n, 2n ** 31n]);
      const { brighter } = pixels.predict({ pixels: tf.tensor1d([0, 255], 'int32') }) as Record<string, tf.Tensor>;
      expect(Array.from(brighter!.dataSync())).toEqual([1, 256]);
      const { greeting } = text.predict({ word: tf.scalar('wörld', 'string') }) as Record<string, tf.Tensor>;
      expect(greeting!.dataSync()).toEqual(['hello wörld']);
    });
    for (const model of [affine, integers, pixels]) model.dispose();
    expect(getNumOfSavedModels()).toBe(1);
    text.dispose();
    expect(getNumOfSavedModels()).toBe(0);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(binding().getNumOfTensors()).toBe(handles);
  });
});
