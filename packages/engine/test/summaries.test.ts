import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c } from './crc32c.ts';
import * as tf from '@tensorflow/tfjs-core';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { binding } from '@spatial-ensemble/engine/binding';

interface Writer {
  scalar(name: string, value: number | tf.Scalar, step: number): void;
  histogram(name: string, data: tf.Tensor, step: number, buckets?: number): void;
  flush(): void;
}

const { summaryFileWriter } = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/tensorboard') as {
  summaryFileWriter(directory: string): Writer;
};

const directory = mkdtempSync(join(tmpdir(), 'summaries-'));
afterAll(() => rmSync(directory, { recursive: true }));
beforeAll(async () => {
  await useTensorFlow();
});

// tensorflow/core/util/event.proto and framework/summary.proto, tensor.proto, 2.21.
const EVENT = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        step: { type: 'int64', id: 2 },
        fileVersion: { type: 'string', id: 3 },
        summary: { type: 'Summary', id: 5 },
      },
    },
    Summary: { fields: { value: { rule: 'repeated', type: 'Value', id: 1 } } },
    Value: {
      fields: {
        tag: { type: 'string', id: 1 },
        simpleValue: { type: 'float', id: 2 },
        tensor: { type: 'TensorProto', id: 8 },
        metadata: { type: 'Metadata', id: 9 },
      },
    },
    Metadata: { fields: { pluginData: { type: 'PluginData', id: 1 } } },
    PluginData: { fields: { pluginName: { type: 'string', id: 1 } } },
    TensorProto: {
      fields: {
        dtype: { type: 'int32', id: 1 },
        tensorContent: { type: 'bytes', id: 4 },
        floatVal: { rule: 'repeated', type: 'float', id: 5 },
      },
    },
  },
}).lookupType('Event');

interface Event {
  step: number;
  fileVersion: string;
  summary?: {
    value: {
      tag: string;
      simpleValue: number;
      tensor?: { floatVal: number[]; tensorContent: Uint8Array };
      metadata?: { pluginData: { pluginName: string } };
    }[];
  };
}

/** Reads TFRecord: length, checksum of the length, data, checksum of the data. */
function readEvents(bytes: Buffer): Event[] {
  const events: Event[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 8)).toBe(crc32c(bytes.subarray(at, at + 8)));
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(crc32c(data));
    events.push(EVENT.toObject(EVENT.decode(data), { longs: Number, defaults: true }) as Event);
    at += 16 + length;
  }
  return events;
}

test('scalars and histograms land in an event file that reads back', () => {
  const writer = summaryFileWriter(directory);
  const handles = binding().getNumOfTensors();
  writer.scalar('loss', 0.5, 1);
  tf.tidy(() => writer.scalar('loss', tf.scalar(0.25), 2));
  tf.tidy(() => writer.histogram('weights', tf.tensor1d([0, 0.1, 0.9, 1]), 2, 2));
  writer.flush();
  expect(binding().getNumOfTensors()).toBe(handles);
  const [file, ...others] = readdirSync(directory);
  expect(others).toEqual([]);
  expect(file).toMatch(/^events\.out\.tfevents\..*\.v2$/);
  const [version, ...events] = readEvents(readFileSync(join(directory, file!)));
  expect(version!.fileVersion).toBe('brain.Event:2');
  const values = events.map(({ step, summary }) => ({ step, ...summary!.value[0]! }));
  expect(values.map(({ step, tag }) => [step, tag])).toEqual([
    [1, 'loss'],
    [2, 'loss'],
    [2, 'weights'],
  ]);
  expect(values.slice(0, 2).map(({ simpleValue }) => simpleValue)).toEqual([0.5, 0.25]);
  const histogram = values[2]!;
  expect(histogram.metadata!.pluginData.pluginName).toBe('histograms');
  const { tensorContent } = histogram.tensor!;
  // Left edge, right edge and count of each bucket.
  expect(Array.from(new Float32Array(Uint8Array.from(tensorContent).buffer))).toEqual([0, 0.5, 2, 0.5, 1, 2]);
});
