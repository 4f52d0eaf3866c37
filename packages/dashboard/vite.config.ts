import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages: static files that work under whatever path they are mounted, and under a policy that allows nothing inline. */
export default defineConfig({
  root: 'pages',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/pages',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
});
