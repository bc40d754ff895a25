import { defineAsyncComponent } from 'vue';
import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import './style.css';

/** VitePress' own theme, and the live figure. */
export const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component(
      'LiveFigure',
      defineAsyncComponent(async () => (await import('./live-figure.ts')).LiveFigure),
    );
  },
};
