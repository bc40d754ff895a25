import type { Element } from 'hast';
import { h } from 'hastscript';

import type { Facets } from '../tabular.ts';

/** By what can be filtered, in the order of the form. */
const FACETS = ['tier', 'method', 'verdict'] as const;

/**
 * Marks an element with what the page's script filters it by; several verdicts are separated by commas.
 *
 * @param counted what the script counts it as, in the plural
 */
export function filtered({ tier, method, verdicts }: Facets, counted?: string): Record<string, string> {
  return {
    dataTier: tier,
    dataMethod: method,
    dataVerdict: verdicts.join(','),
    ...(counted !== undefined && { dataCounted: counted }),
  };
}

/** The form that filters, hidden until a script is there to do it. */
export function filterForm(all: readonly Facets[]): Element {
  const values: Readonly<Record<(typeof FACETS)[number], readonly string[]>> = {
    tier: all.map(({ tier }) => tier),
    method: all.map(({ method }) => method),
    verdict: all.flatMap(({ verdicts }) => verdicts),
  };
  return h('form', { id: 'filter', hidden: true, ariaLabel: 'Filter' }, [
    ...FACETS.flatMap((facet) => {
      const options = [...new Set(values[facet])];
      return options.length === 0 ? [] : [choice(facet, options)];
    }),
    h('button', { type: 'reset' }, 'Show all'),
    h('p', { role: 'status' }),
  ]);
}

function choice(facet: string, options: readonly string[]): Element {
  return h('label', [
    `${facet} `,
    h('select', { name: facet }, [
      h('option', { value: '' }, 'all'),
      ...options.map((value) => h('option', { value }, value)),
    ]),
  ]);
}
