import { fileURLToPath } from 'node:url';
import { defineConfig, type DefaultTheme } from 'vitepress';
import { OUTLINE, PUBLIC, WORK } from './outline.ts';

const sidebar: DefaultTheme.SidebarItem[] = OUTLINE.map(({ title, entries }) => ({
  text: title,
  collapsed: title === 'Packages' ? true : undefined,
  items: [
    ...entries.map(({ title: text, page }) => ({ text, link: `/${page}.html` })),
    ...(title === 'Reference'
      ? [
          { text: 'API', link: '/api/' },
          { text: 'Reports of this repository', link: '/reports/index.html', target: '_self' },
        ]
      : []),
  ],
}));

/** VitePress' configuration. */
export const config = defineConfig({
  title: 'Spatial Ensemble',
  description: 'Student–teacher training in TypeScript',
  lang: 'en',
  outDir: `${WORK}/site`,
  cacheDir: `${WORK}/cache`,
  // Whoever serves the site below a path says so.
  base: process.env['DOCS_BASE'] ?? '/',
  lastUpdated: false,
  // Those of Shiki's whose every colour is read on the ground of a block.
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  // Pages that exist as files alone; the links of the built site are checked as a whole, with their anchors.
  ignoreDeadLinks: [/^\/reports\/index\.html/],
  themeConfig: {
    sidebar,
    nav: [
      { text: 'Tutorial', link: '/tutorial/first-experiment.html' },
      { text: 'Live figure', link: '/explanation/what-sts-does.html' },
      { text: 'Reference', link: '/reference/experiments.html' },
    ],
    outline: [2, 3],
    // Its index is a file of the site: no server is asked.
    search: { provider: 'local' },
  },
  vite: {
    publicDir: PUBLIC,
    resolve: { conditions: ['@spatial-ensemble/source'] },
    server: { fs: { allow: [fileURLToPath(new URL('../../..', import.meta.url))] } },
    // The live figure brings TensorFlow.js and Vega, and is loaded by its page alone.
    build: { chunkSizeWarningLimit: 2500 },
    logLevel: 'warn',
  },
});
