import { describe, expect, it } from 'vitest';
import { ArgumentError, DeviceError } from '#src/core/errors.js';
import { openBackend, withoutSource } from '#src/runtime/device.js';

it('tells of an error of the runtime no line of its source', () => {
  const message =
    '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize' +
    '(const Config&)::<lambda()> adapter_result.status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n';
  expect(withoutSource(message)).toBe('Failed to get a WebGPU adapter: No supported adapters');
  expect(withoutSource('no such provider.')).toBe('no such provider');
});

describe('openBackend', () => {
  it('finds blocks of 8 or 16 channels on a CPU, or none', async () => {
    const { target, threads } = await openBackend('cpu', 1);
    expect(target.device).toBe('cpu');
    expect([8, 16, undefined]).toContain(target.channelBlock);
    expect(threads).toBe(1);
  });

  for (const threads of [0, -1, 1.5, Number.NaN]) {
    it(`refuses ${threads} threads`, async () => {
      await expect(openBackend('cpu', threads)).rejects.toThrow(ArgumentError);
      await expect(openBackend('cpu', threads)).rejects.toThrow(
        `threads: expected a positive integer, got ${threads}.`,
      );
    });
  }

  it('says that a device is not there, and what to do', async () => {
    // The package is installed without its CUDA files.
    const error = await openBackend('cuda').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DeviceError);
    expect((error as Error).message).toMatch(/^device: expected 'cuda' to work here, got: .* Use --device cpu\.$/s);
  });
});
