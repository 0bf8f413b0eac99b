/** @file Builds the explorer into dist/web of the package. In development /api goes to `instdisc serve`. */
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses: an exported page may lie anywhere below its host.
  base: './',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Everything is a file of its own, so that the strict content security policy needs no data: scripts or fonts.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': process.env['INSTDISC_SERVER'] ?? 'http://127.0.0.1:4747' } },
});
