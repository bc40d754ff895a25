import koffi from 'koffi';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { compile, useTensorFlow } from '@spatial-ensemble/engine';
import { binding } from '../src/binding/start.ts';
import { bufferBytes } from '../src/binding/c-api.ts';

/** The graphs that TensorFlow makes of the functions that `run` calls first, serialised. */
async function graphsOf(run: () => void): Promise<Buffer> {
  const { library } = await useTensorFlow();
  const { api, context, status } = binding().runtime;
  const cc = koffi.load(library.cc, { global: true });
  const about = (name: string): void => void cc.func(`void ${name}(void *context)`)(context);
  const buffer = api.TF_NewBuffer();
  about('TFE_ContextEnableGraphCollection');
  about('TFE_ContextEnableRunMetadata');
  try {
    run();
    cc.func('void TFE_ContextExportRunMetadata(void *context, void *buffer, void *status)')(
      context,
      buffer,
      status.pointer,
    );
    status.check('no graphs');
    return Buffer.from(bufferBytes(buffer));
  } finally {
    about('TFE_ContextDisableRunMetadata');
    about('TFE_ContextDisableGraphCollection');
    api.TF_DeleteBuffer(buffer);
  }
}

// Four tensors of 64 MiB: more than the memory that TensorFlow's pass for memory takes a processor to have.
test('large tensors are added up by one op, and not in the order in which the executor comes to them', async () => {
  const sum = compile((x: tf.Tensor) => tf.mean(tf.add(tf.add(tf.sin(x), tf.cos(x)), tf.add(tf.sqrt(x), tf.exp(x)))), {
    name: 'test.sum',
  });
  const x = await useTensorFlow().then(() => tf.zeros([2 ** 24]));
  const graphs = await graphsOf(() => tf.dispose(sum(x)));
  x.dispose();
  sum.dispose();
  expect(graphs.includes('AddN')).toBe(true);
  expect(graphs.includes('TemporaryVariable')).toBe(false);
});
