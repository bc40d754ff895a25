import { dataSchema, type DataSet } from '@spatial-ensemble/datasets';
import { parse, type Json, type JsonObject } from '@spatial-ensemble/record';

/** What is declared about images, with `null` for what is not, so that `--set` reaches it. */
export function allOf(dataSets: readonly DataSet[], data: JsonObject): JsonObject {
  return { ...Object.fromEntries(Object.keys(dataSchema(dataSets).shape).map((key) => [key, null])), ...data };
}

/** @throws SchemaError */
export function parseData(
  dataSets: readonly DataSet[],
  data: Json | undefined,
  what: string,
  prefix: string,
): JsonObject {
  return parse(dataSchema(dataSets), withoutNull(data), what, prefix) as JsonObject;
}

/** Without what is null: not given. */
function withoutNull(data: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries(data as JsonObject).filter(([, value]) => value !== null));
}
