import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

/** A value that JSON can hold without loss. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * The one spelling of a JSON value: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript prints
 * them (RFC 8785, JSON Canonicalization Scheme). −0 becomes 0, as the RFC demands.
 *
 * @throws Error naming the path of the first thing that JSON cannot hold: NaN, an infinity, `undefined`, a function,
 * a typed array, a class instance, a lone surrogate, a cycle. `JSON.stringify` would drop or bend these silently, and
 * two different values would then share one hash.
 */
export function canonicalJson(value: unknown): string {
  assertJson(value, '', new Set());
  return canonicalize(value) as string;
}

/** SHA-256 of the canonical JSON of `value` (UTF-8), as 64 hexadecimal digits. */
export function hash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

function assertJson(value: unknown, path: string, above: Set<object>): asserts value is Json {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'string':
      if (/\p{Surrogate}/u.test(value)) refuse(path, 'a string with a lone surrogate');
      return;
    case 'number':
      if (!Number.isFinite(value)) refuse(path, String(value));
      return;
    case 'object': {
      if (value === null) return;
      if (above.has(value)) refuse(path, 'a value that contains itself');
      above.add(value);
      if (Array.isArray(value)) {
        // Array.from visits holes too; forEach would skip them.
        Array.from(value as unknown[]).forEach((item, i) => assertJson(item, `${path}[${i}]`, above));
      } else {
        const prototype: unknown = Object.getPrototypeOf(value);
        if (prototype !== Object.prototype && prototype !== null) {
          refuse(path, `an instance of ${value.constructor?.name ?? 'a class'}`);
        }
        for (const [name, item] of Object.entries(value)) {
          assertJson(name, `a key of ${path === '' ? 'the value' : path}`, above);
          assertJson(item, path === '' ? name : `${path}.${name}`, above);
        }
      }
      above.delete(value);
      return;
    }
    default:
      refuse(path, typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`);
  }
}

// Not made anew for each value: a quarter of a report's time went there.
function refuse(path: string, what: string): never {
  throw new Error(`${path === '' ? 'the value' : path} is ${what}, which JSON cannot hold`);
}
