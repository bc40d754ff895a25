// @ts-check
import { connect } from 'node:http2';
import protobuf from 'protobufjs';

// TensorFlow's servers are asked by the protocol in which they ask each other (gRPC, which is HTTP/2), all at the same time
// and without a thread for each: TensorFlow's own `TFE_CollectiveOpsCheckPeerHealth` holds one until there is an answer.

/** @typedef {import('./watch-peers.ts').Peer} Peer */
/** @typedef {import('./look-after.js').Heard} Heard */
/** @typedef {import('node:http2').ClientHttp2Session} Session */

/** `tensorflow/core/protobuf/worker.proto` and `tensorflow/core/framework/device_attributes.proto`, 2.21. */
const GetStatusResponse = protobuf.Root.fromJSON({
  nested: {
    GetStatusResponse: {
      fields: { deviceAttributes: { rule: 'repeated', type: 'DeviceAttributes', id: 1 } },
    },
    // Drawn at random when a device is made, which is when a process starts.
    DeviceAttributes: { fields: { incarnation: { type: 'fixed64', id: 6 } } },
  },
}).lookupType('GetStatusResponse');

const REQUEST = {
  ':method': 'POST',
  ':path': '/tensorflow.WorkerService/GetStatus',
  'content-type': 'application/grpc',
  te: 'trailers',
};
/** A message of gRPC is a byte for compression and four for a length; an empty one asks for the status. */
const PREFIX = 5;

/**
 * Asks servers for their status, over a connection to each that is kept.
 *
 * @param {number} answersMs milliseconds in which one has to answer
 * @returns {(peer: Peer) => Promise<Heard>}
 */
export function askingWithin(answersMs) {
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  return async ({ host }) => {
    const session = sessions.get(host) ?? connect(`http://${host}`).on('error', () => undefined);
    sessions.set(host, session);
    const heard = await statusOf(session, answersMs);
    if (heard.start === undefined) {
      // The next one is asked over a connection of its own.
      sessions.delete(host);
      session.destroy();
    }
    return heard;
  };
}

/** @param {Session} session @param {number} answersMs @returns {Promise<Heard>} */
function statusOf(session, answersMs) {
  return new Promise((resolve) => {
    /** @param {Heard} heard */
    const done = (heard) => {
      clearTimeout(timer);
      resolve(heard);
    };
    const timer = setTimeout(() => done({ silent: true }), answersMs);
    if (session.destroyed || session.closed) return done({ silent: false });
    const stream = session.request(REQUEST);
    /** @type {Buffer[]} */
    const parts = [];
    let good = false;
    stream.on('data', (part) => parts.push(part));
    stream.on('trailers', (trailers) => (good = trailers['grpc-status'] === '0'));
    stream.on('error', () => undefined);
    stream.on('close', () => done((good && startIn(Buffer.concat(parts))) || { silent: false }));
    stream.end(Buffer.alloc(PREFIX));
  });
}

/**
 * Nothing where it cannot be read: another server may have the port by now, and no answer of its ends who watches.
 *
 * @param {Buffer} bytes of the answer
 * @returns {Heard | undefined}
 */
function startIn(bytes) {
  try {
    const answer = GetStatusResponse.decode(bytes.subarray(PREFIX));
    const { deviceAttributes } = GetStatusResponse.toObject(answer, { arrays: true, longs: String });
    return { start: deviceAttributes.map((/** @type {{ incarnation: string }} */ one) => one.incarnation).join() };
  } catch {
    return undefined;
  }
}
