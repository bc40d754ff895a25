import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { bool, int, ints, text, type } from './attributes.ts';
import { executeWithInt64 } from './int64.ts';
import { kernel } from './kernel-call.ts';

/** TensorFlow's ops on strings that `@tensorflow/tfjs-node-gpu` 4.22 lacks: n-grams, splitting, hashing. */
export const stringKernels = [
  kernel<tf.StringNGramsInputs, tf.StringNGramsAttrs>(
    tf.StringNGrams,
    ({ inputs: { data, dataSplits }, backend, attrs }) =>
      backend.executeMultipleOutputs(
        'StringNGrams',
        [
          text('separator', attrs.separator),
          ints('ngram_widths', attrs.nGramWidths),
          text('left_pad', attrs.leftPad),
          text('right_pad', attrs.rightPad),
          int('pad_width', attrs.padWidth),
          bool('preserve_short_sequences', attrs.preserveShortSequences),
          type('Tsplits', DataType.int32),
        ],
        [data, dataSplits],
        2,
      ),
  ),
  kernel<tf.StringSplitInputs, tf.StringSplitAttrs>(
    tf.StringSplit,
    ({ inputs: { input, delimiter }, backend, attrs }) =>
      executeWithInt64(backend, 'StringSplit', [bool('skip_empty', attrs.skipEmpty)], [input, delimiter], 3),
  ),
  kernel<tf.StringToHashBucketFastInputs, tf.StringToHashBucketFastAttrs>(
    tf.StringToHashBucketFast,
    ({ inputs: { input }, backend, attrs }) =>
      executeWithInt64(backend, 'StringToHashBucketFast', [int('num_buckets', attrs.numBuckets)], [input], 1)[0]!,
  ),
];
