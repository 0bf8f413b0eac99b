/** @file Computes small ONNX models: what of a network depends on shapes and constants alone. */
import { DataError } from '../core/errors.js';
import { ELEMENT_ARRAYS, type ElementType } from '../graph/from-onnx/element-type.js';
import type { OnnxTensor } from '../graph/from-onnx/onnx-tensor.js';
import { withoutSource } from './device.js';
import { InferenceSession, Tensor } from './onnxruntime.js';

/**
 * Runs a model on the CPU, for each of `feeds`: what `fromOnnx` takes as `evaluate`.
 *
 * @throws {DataError} if the runtime cannot run it
 */
export async function evaluateOnnx(
  model: Uint8Array,
  feeds: readonly Readonly<Record<string, OnnxTensor>>[],
): Promise<Readonly<Record<string, OnnxTensor>>[]> {
  try {
    const session = await InferenceSession.create(model, {
      graphOptimizationLevel: 'disabled',
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    const results: Record<string, OnnxTensor>[] = [];
    for (const feed of feeds) {
      const tensors = Object.entries(feed).map(([name, { type, data, shape }]) => [
        name,
        new Tensor(type as Tensor.Type, data as never, shape),
      ]);
      const outputs = await session.run(Object.fromEntries(tensors) as Record<string, Tensor>);
      results.push(Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, fromRuntime(tensor)])));
    }
    await session.release();
    return results;
  } catch (error) {
    throw new DataError(
      `expected a model whose constants can be computed, got: ${withoutSource((error as Error).message)}. Export it again.`,
      { cause: error },
    );
  }
}

/** Numbers as ONNX's types have them; newer versions of Node have an array of their own for sixteen-bit floats. */
function fromRuntime({ type, data, dims }: Tensor): OnnxTensor {
  const { buffer, byteOffset, length } = data as Float32Array<ArrayBuffer>;
  return {
    type: type as ElementType,
    shape: dims,
    data: new ELEMENT_ARRAYS[type as ElementType](buffer, byteOffset, length),
  };
}
