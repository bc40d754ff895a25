import { changeset, parse, View } from 'vega';
import { compile } from 'vega-lite';
import { chartOf, type Chart, type Rows } from '../figure/charts.ts';

/** A chart in an element of the page. */
export interface Drawn {
  /** Shows other rows. */
  readonly show: (rows: Rows) => Promise<void>;
  readonly close: () => void;
}

/** Draws a chart as wide as its element, and again where that changes. */
export async function draw(element: HTMLElement, chart: Chart, ground: 'light' | 'dark'): Promise<Drawn> {
  const { spec } = compile(chartOf(chart, ground));
  const view = new View(parse(spec), { renderer: 'svg', container: element, hover: false });
  // What its table says is said there; an image of hundreds of named parts would drown it.
  await view.runAsync();
  const observer = new ResizeObserver(() => void view.resize().width(element.clientWidth).runAsync());
  observer.observe(element);
  return {
    async show(rows) {
      // Labels may be wider than before, and the chart is laid out anew around them.
      await view.change('rows', changeset().remove(() => true).insert([...rows])).resize().runAsync(); // prettier-ignore
    },
    close() {
      observer.disconnect();
      view.finalize();
    },
  };
}
