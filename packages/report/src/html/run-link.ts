import { shortIdentity, type StoredResult } from '@spatial-ensemble/record';
import type { Element } from 'hast';
import { h } from 'hastscript';

/** A run by its short identity, which leads to its result. */
export function runLink({ result }: StoredResult, href: string): Element {
  return h('a', { href }, h('code', shortIdentity(result.identity)));
}
