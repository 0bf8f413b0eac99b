/** @file The MPI library of this machine, whichever it is, called through koffi. */
import { createRequire } from 'node:module';
import { DeviceError } from '../core/errors.js';
import type { Launch } from './launcher.js';

/** A handle as the library has it: a number (MPICH, the common ABI) or the address of a symbol (Open MPI). */
type Handle = number | bigint | object;

/** What of MPI is called here. Arrays are passed by their memory; counts are of elements. */
export interface MpiLibrary {
  /** As it names itself. */
  readonly version: string;
  readonly world: Handle;
  readonly float: Handle;
  readonly byte: Handle;
  readonly sum: Handle;
  /** Its number for: one thread calls at a time, and not always the same. */
  readonly serialized: number;
  readonly call: Readonly<Record<MpiFunction, (...parameters: unknown[]) => number>>;
}

/** Functions by name, with parameters: `h` a handle, `i` an int, `p` memory. */
const FUNCTIONS = {
  MPI_Initialized: 'p',
  MPI_Init_thread: 'ppip',
  MPI_Comm_rank: 'hp',
  MPI_Comm_size: 'hp',
  MPI_Allreduce: 'ppihhh',
  MPI_Allgather: 'pihpihh',
  MPI_Bcast: 'pihih',
  MPI_Iallgather: 'pihpihhp',
  MPI_Igather: 'pihpihihp',
  MPI_Test: 'ppp',
  MPI_Finalize: '',
  MPI_Abort: 'hi',
} as const;
type MpiFunction = keyof typeof FUNCTIONS;

/** MPI 5 gives all libraries one ABI, whose handles are pointers that are small numbers; before, each had its own. */
const ABI = { world: 0x101n, float: 0x210n, byte: 0x247n, sum: 0x21n };
const MPICH = { world: 0x44000000, float: 0x4c00040a, byte: 0x4c00010d, sum: 0x58000003 };
const OPEN_MPI = {
  world: 'ompi_mpi_comm_world',
  float: 'ompi_mpi_float',
  byte: 'ompi_mpi_byte',
  sum: 'ompi_mpi_op_sum',
};

/** The library by which a program of the common ABI calls any of them. */
const COMMON = 'libmpi_abi.so.1';
const NAMES: Readonly<Record<Launch['kind'], readonly string[]>> = {
  'Open MPI': [COMMON, 'libmpi.so.40', 'libmpi.so'],
  MPICH: [COMMON, 'libmpi.so.12', 'libmpich.so.12', 'libmpi.so'],
  PMIx: ['libmpi.so.40', COMMON, 'libmpi.so.12', 'libmpich.so.12', 'libmpi.so'],
};

const INSTALL =
  'Install an MPI of the launcher’s kind (Debian: apt install openmpi-bin, or mpich), or name the library in INSTDISC_MPI; ' +
  '--machines off goes on without the others.';

type Koffi = typeof import('koffi').default;

/** @throws {DeviceError} that says what to install, if koffi or the library is not there */
export function loadMpi(launch: Launch): MpiLibrary {
  const koffi = loadKoffi();
  const given = process.env['INSTDISC_MPI'];
  const names = given ? [given] : NAMES[launch.kind];
  const failures: string[] = [];
  for (const name of names) {
    try {
      const version = versionOf(koffi.load(name));
      // One of another kind would start a job of its own.
      if (!given && launch.kind !== 'PMIx' && (launch.kind === 'Open MPI') !== isOpenMpi(version)) {
        throw new DeviceError(`${name} is ${version.split('\n')[0]}`);
      }
      // Its plugins look for its symbols.
      return bind(koffi, koffi.load(name, { global: true }), version, name);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new DeviceError(
    `MPI: expected the library of ${launch.kind}, under whose launcher this runs, got none of ${names.join(', ')} (${failures.at(-1)}). ${INSTALL}`,
  );
}

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (error) {
    throw new DeviceError(
      `MPI: expected koffi, through which it is called, got: ${(error as Error).message.split('\n')[0]}. ` +
        'Install it: npm install koffi; --machines off goes on without the others.',
    );
  }
}

function bind(koffi: Koffi, library: ReturnType<Koffi['load']>, version: string, name: string): MpiLibrary {
  const isCommon = hasCommonAbi(library);
  if (!isCommon && !isOpenMpi(version) && !/MPICH|Intel|MVAPICH|CRAY/i.test(version)) {
    throw new DeviceError(`${name} is ${version.split('\n')[0]}, whose handles are not known`);
  }
  const TYPES: Readonly<Record<string, string>> = {
    h: isCommon || isOpenMpi(version) ? 'void *' : 'int',
    i: 'int',
    p: 'void *',
  };
  const call = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([each, parameters]) => [
      each,
      library.func(`int ${each}(${[...parameters].map((kind, i) => `${TYPES[kind]} p${i}`).join(', ')})`),
    ]),
  ) as unknown as MpiLibrary['call'];
  const symbols = (): Record<keyof typeof OPEN_MPI, Handle> => {
    const entries = Object.entries(OPEN_MPI).map(([what, symbol]) => [
      what,
      koffi.address(library.symbol(symbol, 'char')),
    ]);
    return Object.fromEntries(entries);
  };
  const handles = isCommon ? ABI : isOpenMpi(version) ? symbols() : MPICH;
  return { version, call, serialized: isCommon ? 2048 : 2, ...handles };
}

/** Whether it has the ABI of MPI 5. The same releases have libraries with their own, which say so; older ones cannot be asked. */
function hasCommonAbi(library: ReturnType<Koffi['load']>): boolean {
  const [major, minor] = [new Int32Array(1), new Int32Array(1)];
  try {
    library.func('int MPI_Abi_get_version(void *major, void *minor)')(major, minor);
  } catch {
    return false;
  }
  return major[0]! > 0;
}

function isOpenMpi(version: string): boolean {
  return version.startsWith('Open MPI');
}

function versionOf(library: ReturnType<Koffi['load']>): string {
  const text = new Uint8Array(8192);
  const length = new Int32Array(1);
  library.func('int MPI_Get_library_version(void *text, void *length)')(text, length);
  return new TextDecoder().decode(text.subarray(0, length[0])).replace(/\0.*$/s, '');
}
