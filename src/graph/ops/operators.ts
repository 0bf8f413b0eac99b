/** @file Every operator that may stand in a graph before it is lowered. */
export * from './conv.js';
export * from './elementwise.js';
export * from './indexing.js';
export * from './linear.js';
export * from './normalization.js';
export * from './pool.js';
export * from './reduce.js';
export * from './relu.js';
export * from './reshape.js';
export * from './shape.js';
export { squareWindow, type Window } from './window.js';
