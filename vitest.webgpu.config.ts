import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { builtSource } from './test/built.ts';

/** Debian's `chromium` package brings a renderer for machines without a graphics card, and the Vulkan loader. */
const CHROMIUM = '/usr/lib/chromium';
const swiftShader = join(CHROMIUM, 'vk_swiftshader_icd.json');

// Set here, in the parent, since the loader reads them when a test's process starts.
if (process.env['VK_DRIVER_FILES'] === undefined && existsSync(swiftShader)) {
  process.env['VK_DRIVER_FILES'] = swiftShader;
  process.env['LD_LIBRARY_PATH'] = [process.env['LD_LIBRARY_PATH'], CHROMIUM].filter(Boolean).join(':');
}

export default defineConfig({
  plugins: [builtSource()],
  test: {
    include: ['test/webgpu/*.suite.ts'],
    pool: 'forks',
    env: { ORT_DISABLE_TELEMETRY: '1' },
    maxWorkers: 1,
    testTimeout: 300_000,
  },
});
