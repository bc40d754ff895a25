import * as tfjs from '@tensorflow/tfjs';
import type * as Callbacks from '#tfjs-node/callbacks.js';
import type * as FileSystem from '#tfjs-node/io/file_system.js';
import type * as Io from '#tfjs-node/io/index.js';
import type * as Node from '#tfjs-node/node.js';
import type * as Version from '#tfjs-node/version.js';
import { requireTfjsNode } from '../tfjs-node.ts';

const { ProgbarLogger } = requireTfjsNode('callbacks') as typeof Callbacks;
const { nodeFileSystemRouter } = requireTfjsNode('io/file_system') as typeof FileSystem;
const nodeIo = requireTfjsNode('io/index') as typeof Io;
const nodeVersion = requireTfjsNode('version') as typeof Version;

export * from '@tensorflow/tfjs';

/** Images, summaries for TensorBoard and SavedModels, as `tf.node` of `@tensorflow/tfjs-node`. */
export const { node } = requireTfjsNode('node') as typeof Node;
/** `tf.io` with the file system and HTTP for Node.js. */
export const io = { ...tfjs.io, ...nodeIo };
/** Versions of TensorFlow.js' parts; `tfjs-node` is the one whose JavaScript half this is. */
export const version = { ...tfjs.version, 'tfjs-node': nodeVersion.version };

// What `@tensorflow/tfjs-node` does when it is loaded.
tfjs.io.registerLoadRouter(nodeFileSystemRouter);
tfjs.io.registerSaveRouter(nodeFileSystemRouter);
tfjs.registerCallbackConstructor(1, ProgbarLogger);

const everything: Omit<typeof tfjs, 'io' | 'version'> & {
  readonly node: typeof node;
  readonly io: typeof io;
  readonly version: typeof version;
} = { ...tfjs, node, io, version };

/** All of it as one object, for `import tf from`. */
export default everything;
