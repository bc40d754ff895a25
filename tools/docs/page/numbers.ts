import { h, type VNode } from 'vue';
import { NETWORKS, TITLES, type Network } from '../figure/charts.ts';
import type { LookAt, Session } from '../figure/session.ts';

const accuracy = (at: LookAt, network: Network): number => at.accuracy[network];
const distance = (at: LookAt, network: Network): number | undefined =>
  network === 'student' ? undefined : 100 * at.distance[network];

/** The last look in numbers, and the charts' legend. */
export function table(session: Session | undefined): VNode {
  const last = session?.looks.at(-1);
  const cell = (value: number | undefined, digits: number): VNode =>
    h('td', { 'data-value': value }, value === undefined ? '–' : value.toFixed(digits));
  return h('table', { class: 'live-numbers' }, [
    h('caption', `At update ${last?.step ?? 0}`),
    h('thead', [
      h('tr', ['Network', 'Accuracy, %', 'Distance, %'].map((title) => h('th', { scope: 'col' }, title))),
    ]), // prettier-ignore
    h(
      'tbody',
      NETWORKS.map((network) =>
        h('tr', { key: network }, [
          h('th', { scope: 'row' }, [
            h('span', { class: `live-key live-key-${network}`, 'aria-hidden': 'true' }),
            TITLES[network],
          ]),
          cell(last && accuracy(last, network), 1),
          cell(last && distance(last, network), 1),
        ]),
      ),
    ),
  ]);
}

/** The last look in a sentence, for those who hear it. */
export function said(why: string, { steps, looks }: Session): string {
  const last = looks.at(-1);
  const each = NETWORKS.map((network) => `${TITLES[network]} ${last?.accuracy[network].toFixed(1)} %`);
  return `${why}, at update ${steps}. Accuracy: ${each.join(', ')}.`;
}
