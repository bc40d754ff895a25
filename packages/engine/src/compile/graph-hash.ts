import { createHash } from 'node:crypto';
import type { Attribute } from '../binding/attributes.ts';
import type { HostValues } from '../binding/host-data.ts';
import type { Symbol } from './symbol.ts';

/**
 * sha256 over a graph in the order of its recording: ops, their attributes, constants and wiring. Values are told by the
 * number of the node that gives them and the place among its outputs. Names and devices are not in it.
 */
export class GraphHash {
  readonly #hash = createHash('sha256');

  placeholder(dtype: number, shape: readonly number[]): void {
    this.#hash.update(`Placeholder ${dtype} [${shape.join()}]`);
  }

  constant(dtype: number, shape: readonly number[], values: HostValues): void {
    this.#hash.update(`Const ${dtype} [${shape.join()}] `);
    for (const part of ArrayBuffer.isView(values) ? [values] : values) this.#hash.update(part as Uint8Array);
  }

  node(name: string, attributes: readonly Attribute[], inputs: readonly Symbol[]): void {
    this.#hash.update(
      `${name} (${inputs.map((input) => `${input.node}:${input.output.index}`).join()}) ${describeAttributes(attributes)}\n`,
    );
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

function describeAttributes(attributes: readonly Attribute[]): string {
  const sorted = [...attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted
    .map(({ name, type, value }) => `${name}=${type}:${Array.isArray(value) ? JSON.stringify(value) : String(value)}`)
    .join(' ');
}
