import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { crc32c } from '../src/summaries/crc32c.ts';

// tensorflow/core/util/event.proto and framework/summary.proto, tensor.proto, histogram.proto, 2.21.
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
        image: { type: 'Image', id: 4 },
        histo: { type: 'Histogram', id: 5 },
        tensor: { type: 'TensorProto', id: 8 },
        metadata: { type: 'Metadata', id: 9 },
      },
    },
    Image: {
      fields: {
        height: { type: 'int32', id: 1 },
        width: { type: 'int32', id: 2 },
        colorspace: { type: 'int32', id: 3 },
        encodedImageString: { type: 'bytes', id: 4 },
      },
    },
    Histogram: {
      fields: {
        min: { type: 'double', id: 1 },
        max: { type: 'double', id: 2 },
        num: { type: 'double', id: 3 },
        sum: { type: 'double', id: 4 },
        sumSquares: { type: 'double', id: 5 },
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

/** What a summary holds under one tag. */
export interface SummaryValue {
  readonly tag: string;
  readonly simpleValue: number;
  readonly image: { height: number; width: number; colorspace: number; encodedImageString: Uint8Array } | null;
  readonly histo: { min: number; max: number; num: number; sum: number; sumSquares: number } | null;
  readonly tensor?: { floatVal: number[]; tensorContent: Uint8Array };
  readonly metadata?: { pluginData: { pluginName: string } };
}

export interface Event {
  readonly step: number;
  readonly fileVersion: string;
  readonly summary?: { readonly value: readonly SummaryValue[] };
}

/**
 * Reads TFRecord: length, checksum of the length, data, checksum of the data.
 *
 * @throws Error where a checksum is wrong
 */
export function readEvents(bytes: Buffer): Event[] {
  const events: Event[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    const sums = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12 + length)];
    if (sums[0] !== crc32c(bytes.subarray(at, at + 8)) || sums[1] !== crc32c(data))
      throw new Error(`the record at byte ${at} is damaged`);
    events.push(EVENT.toObject(EVENT.decode(data), { longs: Number, defaults: true }) as Event);
    at += 16 + length;
  }
  return events;
}

/** All that the event files of a folder hold, file after file by name, with its step. */
export function summariesIn(folder: string): (SummaryValue & { readonly step: number })[] {
  return readdirSync(folder)
    .filter((name) => name.includes('tfevents'))
    .toSorted()
    .flatMap((name) => readEvents(readFileSync(join(folder, name))))
    .flatMap(({ step, summary }) => (summary?.value ?? []).map((value) => ({ ...value, step })));
}
