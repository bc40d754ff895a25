import { effectiveMomentum } from '@spatial-ensemble/smoothing';
import { h, type VNode } from 'vue';
import { TITLES } from '../figure/charts.ts';
import { LOOK_EVERY } from '../figure/session.ts';
import { TEACHERS, type Settings } from '../figure/training.ts';

/** What the figure begins with. */
export const DEFAULTS: Settings & { readonly seed: number } = {
  momentum: 0.95,
  preserve: 0.5,
  granularity: 'channel',
  teaching: 'sts',
  seed: 1,
};

/** Where the slider of m may stand: it matters by 1 − m. */
const MOMENTA = [0, 0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995] as const;
const PRESERVES = Array.from({ length: 20 }, (_, i) => i / 20);
/** Without single weights, whose masks no screen has room for. */
const GRANULARITIES = {
  network: 'the whole network',
  layer: 'a layer',
  tensor: 'a tensor',
  channel: 'a channel',
} as const;

interface Doing {
  readonly toggle: () => void;
  readonly some: () => void;
  readonly restart: () => void;
}

/** Mean age in updates of weights that follow at an effective momentum. */
const age = (momentum: number): string => `${Math.round((10 * momentum) / (1 - momentum)) / 10}`;

/** Everything that a reader may change; `settings` is changed in place. */
export function controls(
  settings: { -readonly [key in keyof Settings]: Settings[key] } & { seed: number },
  { ready, running, finished }: { readonly ready: boolean; readonly running: boolean; readonly finished: boolean },
  does: Doing,
): VNode {
  const effective = effectiveMomentum(settings.momentum, settings.preserve);
  const button = (text: string, disabled: boolean, onClick: () => void): VNode =>
    h('button', { type: 'button', disabled: disabled || !ready, onClick }, text);
  return h('form', { class: 'live-controls', onSubmit: (event: Event) => event.preventDefault() }, [
    h('div', { class: 'live-buttons' }, [
      button(running ? 'Pause' : 'Train', finished, does.toggle),
      button(`${LOOK_EVERY} updates`, running || finished, does.some),
      button('Begin anew', false, does.restart),
    ]),
    slider('live-m', 'Momentum m', MOMENTA, settings.momentum, (m) => `${m}: mean age ${age(m)} updates`, (m) => {
      settings.momentum = m;
    }), // prettier-ignore
    slider('live-p', 'Preserve probability p', PRESERVES, settings.preserve, (p) => `${p}`, (p) => {
      settings.preserve = p;
    }), // prettier-ignore
    choice('live-teaching', 'Who teaches', { nobody: 'nobody: eight labels alone', ...teachers() }, settings.teaching, (teaching) => {
      settings.teaching = teaching as Settings['teaching'];
    }), // prettier-ignore
    choice('live-unit', 'One draw decides for', GRANULARITIES, settings.granularity, (granularity) => {
      settings.granularity = granularity as Settings['granularity'];
    }), // prettier-ignore
    h('p', { class: 'live-effective' }, [
      'STS moves like an average of momentum 1 − (1 − p)(1 − m) = ',
      h('strong', `${Math.round(1e5 * effective) / 1e5}`),
      `, mean age ${age(effective)} updates.`,
    ]),
  ]);
}

function teachers(): Record<string, string> {
  return Object.fromEntries(TEACHERS.map((teacher) => [teacher, TITLES[teacher]]));
}

/** A slider over given values, which says the value and not its place. */
function slider(
  id: string,
  label: string,
  values: readonly number[],
  value: number,
  text: (value: number) => string,
  set: (value: number) => void,
): VNode {
  return h('div', { class: 'live-control' }, [
    h('label', { for: id }, label),
    h('input', {
      id,
      type: 'range',
      min: 0,
      max: values.length - 1,
      step: 1,
      value: values.indexOf(value),
      'aria-valuetext': text(value),
      onInput: ({ target }: Event) => set(values[Number((target as HTMLInputElement).value)] ?? value),
    }),
    // The slider says it by itself.
    h('span', { 'aria-hidden': 'true' }, text(value)),
  ]);
}

function choice(
  id: string,
  label: string,
  options: Readonly<Record<string, string>>,
  value: string,
  set: (value: string) => void,
): VNode {
  return h('div', { class: 'live-control' }, [
    h('label', { for: id }, label),
    h(
      'select',
      { id, value, onChange: ({ target }: Event) => set((target as HTMLSelectElement).value) },
      Object.entries(options).map(([key, title]) => h('option', { value: key, selected: key === value }, title)),
    ),
  ]);
}
