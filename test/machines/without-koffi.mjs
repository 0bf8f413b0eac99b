/** @file Asks for MPI in a process that has no koffi, and prints what is thrown. */
import Module from 'node:module';
import { loadMpi } from '#src/machines/mpi-library.js';

const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...more) => resolve.call(Module, name === 'koffi' ? 'no-koffi' : name, ...more);
try {
  loadMpi({ size: 2, kind: 'MPICH' });
} catch ({ name, message }) {
  process.stdout.write(JSON.stringify({ name, message }));
}
