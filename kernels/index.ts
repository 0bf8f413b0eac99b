/**
 * @file AssemblyScript, a strict TypeScript of numbers and memory, that is compiled to one module of WebAssembly:
 * dist/data/transform/kernels.wasm. What uses it is src/data/transform/crop-canvas.ts.
 */
export * from './colour';
export * from './resample';
