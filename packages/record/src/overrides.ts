import type { Json, JsonObject } from './canonical-json.ts';
import { suggestion } from './suggest.ts';

/** One `--set key=value`. */
export interface Override {
  readonly path: readonly string[];
  readonly value: Json;
}

/**
 * Reads `optimiser.learningRate=0.01`. What follows the first `=` is JSON where it is JSON (`0.01`, `true`, `null`,
 * `[1,2]`, `{"kind":"tma"}`, `"7"`), else the string itself (`teacher`).
 */
export function parseOverride(text: string): Override {
  const at = text.indexOf('=');
  const key = text.slice(0, at).trim();
  const path = key.split('.');
  if (at < 1 || path.some((part) => part === '')) {
    throw new Error(`--set expects key=value, as in --set data.labelled=40, got '${text}'`);
  }
  return { path, value: jsonOrString(text.slice(at + 1)) };
}

/**
 * `spec` with the given `key=value` texts applied in order; `spec` itself is not changed. Dots go into objects and,
 * with a number, into arrays: `arms.0`. An object is replaced whole by an object.
 *
 * @throws Error where one text undoes another, and where a key is not in `spec`, with the nearest and all valid keys. What a value may be is for the method's
 * schema to say: validate the outcome with it.
 * @param mayHave the keys that the object at a path of such a spec may have beside those that are there; default: none
 */
export function applyOverrides<T extends Json>(
  spec: T,
  overrides: readonly string[],
  mayHave: (spec: Json, path: readonly string[]) => readonly string[] = () => [],
): T {
  const given = overrides.map((text) => ({ ...parseOverride(text), text }));
  given.forEach((one, i) => refuseUndone(one, given.slice(i + 1)));
  return given.reduce<Json>(
    (changed, { path, value }) => replaceAt(changed, path, value, [], (above) => mayHave(changed, above)),
    spec,
  ) as T;
}

interface Given extends Override {
  readonly text: string;
}

/** A later text for the same key, or for an object around it, would undo this one without a word. */
function refuseUndone({ path, text }: Given, later: readonly Given[]): void {
  const undoing = later.find((other) => other.path.every((part, i) => part === path[i]));
  if (undoing === undefined) return;
  throw new Error(
    undoing.path.length === path.length
      ? `--set ${path.join('.')} is given twice, '${text}' and '${undoing.text}': keep one of them`
      : `--set ${undoing.text} would undo --set ${text} before it: give the object first, or leave one of them out`,
  );
}

/**
 * `base` with the differences in `patch`: objects are merged key by key, everything else is replaced. Where base and
 * patch are objects whose `kind` differs, the patch's replaces the base's whole, since the keys of another kind mean
 * nothing to it.
 */
export function applyPatch(base: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const old = merged[key];
    const mergeable = isObject(old) && isObject(value) && !('kind' in value && value['kind'] !== old['kind']);
    Object.defineProperty(merged, key, {
      value: mergeable ? applyPatch(old, value) : value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return merged;
}

function replaceAt(
  node: Json,
  path: readonly string[],
  value: Json,
  above: readonly string[],
  mayHave: (above: readonly string[]) => readonly string[],
): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const here = [...above, key].join('.');
  if (Array.isArray(node)) {
    const items: readonly Json[] = node;
    const index = /^\d+$/.test(key) ? Number(key) : -1;
    const item = items[index];
    if (item === undefined) throw new Error(`--set ${here}: the list has the places 0 to ${items.length - 1}`);
    return items.map((old, i) => (i === index ? replaceAt(item, rest, value, [...above, key], mayHave) : old));
  }
  if (!isObject(node)) {
    throw new Error(
      `--set ${here}: '${above.join('.')}' is a single value (${JSON.stringify(node)}), nothing lies below it`,
    );
  }
  if (Object.hasOwn(node, key))
    return { ...node, [key]: replaceAt(node[key] as Json, rest, value, [...above, key], mayHave) };
  const leftOut = mayHave(above);
  if (!leftOut.includes(key)) {
    const valid = [...new Set([...Object.keys(node), ...leftOut])];
    throw new Error(`--set ${here}: unknown key '${key}'.${suggestion(key, valid)}`);
  }
  return { ...node, [key]: replaceAt({}, rest, value, [...above, key], mayHave) };
}

function jsonOrString(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
