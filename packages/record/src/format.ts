import type { core } from 'zod';

import { textsOf } from './allowed.ts';

/** `spatial-ensemble/result-5`: a kind of document and the number of its format. */
const FORMAT = /^(.+)-(\d+)$/;

/**
 * What to say of a document whose format has another number than its schema's; undefined of any other value. Nothing
 * else of such a document is looked at: what is wrong with it as a document of this format says nothing.
 */
export function otherFormat(schema: core.$ZodType, value: unknown): string | undefined {
  const { shape } = schema._zod.def as { readonly shape?: { readonly [key: string]: core.$ZodType } };
  const format = shape?.['format'];
  const given = (value as { readonly format?: unknown } | null | undefined)?.format;
  if (format === undefined || typeof given !== 'string') return undefined;
  const [wanted] = textsOf(format);
  const [[, kind, number], [, givenKind, givenNumber]] = [parts(wanted), parts(given)];
  if (kind === undefined || kind !== givenKind || number === givenNumber) return undefined;
  return Number(givenNumber) < Number(number)
    ? `format: is ${given}, and this version reads ${wanted}. \`npm run convert -- FOLDER\` rewrites results and plans of older formats; a run whose checkpoint is older begins again with --fresh`
    : `format: is ${given}, which a newer version wrote; this one reads ${wanted}`;
}

function parts(format: string | undefined): readonly (string | undefined)[] {
  return FORMAT.exec(format ?? '') ?? [];
}
