import { join } from 'node:path';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { handouts } from './build/handout.ts';
import { textFiles } from './build/text-files.ts';

/** `npm run dev` here asks the lab API of a lab that is running: LAB_URL, http://localhost:8080 without it. */
const lab = process.env.LAB_URL ?? 'http://localhost:8080';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [
    react(),
    textFiles(join(import.meta.dirname, 'texts')),
    handouts(join(import.meta.dirname, '../../../docs/workshop')),
    // React Aria speaks thirty languages; the page two.
    { ...optimizeLocales.vite({ locales: ['en-US', 'es-ES'] }), enforce: 'pre' },
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // As `data:` it would be of another origin to the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/lab/v1': {
        target: lab,
        changeOrigin: true,
        // The lab answers its own page only.
        configure: (proxy) =>
          proxy.on('proxyReq', (request) => {
            if (request.hasHeader('origin')) request.setHeader('origin', lab);
          }),
      },
    },
  },
});
