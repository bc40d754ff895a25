import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { defineComponent, h, markRaw, onBeforeUnmount, onMounted, reactive, ref, shallowRef, type VNode } from 'vue';
import { CHARTS, rowsOf, type Chart } from '../figure/charts.ts';
import { LAST_STEP, LOOK_EVERY, Session } from '../figure/session.ts';
import type { Settings } from '../figure/training.ts';
import { controls, DEFAULTS } from './controls.ts';
import { draw, type Drawn } from './charts.ts';
import { said, table } from './numbers.ts';

/** How long a frame may train, and how long what is drawn may be old, in milliseconds. */
const FRAME = 14;
const REDRAW = 150;

const HEADINGS: Readonly<Record<Chart, string>> = {
  accuracy: 'Accuracy on 512 held-out points',
  distance: 'Distance of each teacher from the student',
  masks: 'What the masks of SE and STS kept',
};

/** The live figure: a student and its teachers, trained by plain TensorFlow.js where it is read. */
export const LiveFigure = defineComponent({
  name: 'LiveFigure',
  setup() {
    const settings = reactive<Settings & { seed: number }>({ ...DEFAULTS });
    const session = shallowRef<Session>();
    const steps = ref(0);
    const running = ref(false);
    const status = ref('TensorFlow.js is being started.');
    const places: Partial<Record<Chart, HTMLElement>> = {};
    let drawn: Partial<Record<Chart, Drawn>> = {};
    let [frame, drawnAt] = [0, 0];
    const ground = (): 'light' | 'dark' => (document.documentElement.classList.contains('dark') ? 'dark' : 'light');

    async function show(): Promise<void> {
      const now = session.value;
      if (now === undefined) return;
      steps.value = now.steps;
      await Promise.all(CHARTS.map((chart) => drawn[chart]?.show(rowsOf(chart, now.looks, now.masks))));
    }

    async function drawAnew(): Promise<void> {
      for (const chart of Object.values(drawn)) chart.close();
      const made = CHARTS.map(async (chart) => [chart, await draw(places[chart]!, chart, ground())] as const);
      drawn = Object.fromEntries(await Promise.all(made));
      await show();
    }

    function advance(until: (done: number) => boolean): void {
      const now = session.value!;
      for (let done = 0; now.steps < LAST_STEP && !until(done); done++) now.advance(settings);
    }

    function pause(why = 'Paused'): void {
      running.value = false;
      cancelAnimationFrame(frame);
      void show();
      status.value = said(why, session.value!);
    }

    function train(): void {
      const from = performance.now();
      advance((done) => done > 0 && performance.now() - from > FRAME);
      if (session.value!.steps >= LAST_STEP) return pause('Finished');
      if (from - drawnAt > REDRAW) {
        drawnAt = from;
        void show();
      }
      frame = requestAnimationFrame(train);
    }

    const does = {
      toggle(): void {
        if (running.value) return pause();
        running.value = true;
        status.value = 'Training.';
        frame = requestAnimationFrame(train);
      },
      some(): void {
        advance((done) => done === LOOK_EVERY);
        pause('Trained');
      },
      restart(): void {
        session.value?.close();
        session.value = markRaw(new Session(settings.seed));
        pause('Begun anew');
      },
    };

    let theme: MutationObserver;
    onMounted(async () => {
      // Its numbers are the same everywhere; a few hundred weights are no work for a GPU.
      await tf.setBackend('cpu');
      session.value = markRaw(new Session(settings.seed));
      await drawAnew();
      theme = new MutationObserver(() => void drawAnew());
      theme.observe(document.documentElement, { attributeFilter: ['class'] });
      status.value = 'Ready.';
    });
    onBeforeUnmount(() => {
      running.value = false;
      cancelAnimationFrame(frame);
      theme?.disconnect();
      for (const chart of Object.values(drawn)) chart.close();
      session.value?.close();
    });

    const panel = (chart: Chart): VNode =>
      h('figure', { class: `live-panel live-${chart}` }, [
        h('figcaption', HEADINGS[chart]),
        // What it shows is in the table, which speaks.
        h('div', {
          class: 'live-chart',
          'aria-hidden': 'true',
          ref: (one) => void (places[chart] = one as HTMLElement),
        }),
      ]);
    return () => {
      const ready = session.value !== undefined;
      return h('section', { class: 'live-figure', 'aria-label': 'Live figure: a student and its teachers' }, [
        controls(settings, { ready, running: running.value, finished: steps.value >= LAST_STEP }, does),
        h('p', { class: 'live-status', role: 'status' }, status.value),
        table(session.value),
        h('div', { class: 'live-panels' }, CHARTS.map(panel)),
      ]);
    };
  },
});
