/** @file LanceDB, loaded when it is needed, and its errors in our words. */
import type { Connection } from '@lancedb/lancedb';
import { DeviceError, InstDiscError, RunError } from '../../core/errors.js';
import { systemError } from '../../core/system-errors.js';
import { isLocal } from './index-address.js';
import { isUnborn } from './index-files.js';

/** An object store that does not answer is given up after half a minute, rather than several. */
const PATIENCE = { connect_timeout: '5s', client_max_retries: '2', client_retry_timeout: '30' };

/**
 * Opens the database at an address, which need not be there yet.
 *
 * @returns it and the names of its tables
 */
export async function connectTo(address: string): Promise<{ connection: Connection; names: string[] }> {
  const { connect } = await loadLance();
  const connection = await connect(address, isLocal(address) ? {} : { storageOptions: PATIENCE });
  const names: string[] = [];
  for (const name of await connection.tableNames()) {
    if (!isLocal(address) || !(await isUnborn(address, name))) names.push(name);
  }
  return { connection, names };
}

/** Loaded when an index is first used: that takes a second, and most commands need none. */
export async function loadLance(): Promise<typeof import('@lancedb/lancedb')> {
  // Its warnings are about itself. In the main thread this reaches the process's environment.
  process.env['LANCEDB_LOG'] ??= 'error';
  process.env['RUST_BACKTRACE'] = '0';
  try {
    return await import('@lancedb/lancedb');
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new DeviceError(
      `index: expected LanceDB to run on this machine, got: ${reason}. If it is not there: npm install @lancedb/lancedb`,
    );
  }
}

/**
 * Does something with an index, and says so if it cannot be used.
 *
 * @param signal whose reason is passed on
 */
export async function usable<T>(address: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InstDiscError || (signal?.aborted && error === signal.reason)) throw error;
    const refused = systemError(error);
    if (refused !== undefined) throw refused;
    // LanceDB tells the whole chain of causes, with lines of its sources.
    const [reason] = (error as Error).message.split(/\n|\s+Caused by|[,:]?\s*\S+\.rs:\d/);
    throw new RunError(
      `${address}: expected an index that can be read and written, got: ${reason}. If it is damaged, ` +
        'run `instdisc index` again with the same paths',
      { cause: error },
    );
  }
}
