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

/** MPI 5 gives all libraries one ABI; before, each had its own. */
const ABI = { world: 0x101, float: 0x210, byte: 0x247, sum: 0x21 };
const MPICH = { world: 0x44000000, float: 0x4c00040a, byte: 0x4c00010d, sum: 0x58000003 };
const OPEN_MPI = {
  world: 'ompi_mpi_comm_world',
  float: 'ompi_mpi_float',
  byte: 'ompi_mpi_byte',
  sum: 'ompi_mpi_op_sum',
};

/** A library of another kind than the launcher's would start a job of its own, so its kind comes first. */
const NAMES: Readonly<Record<Launch['kind'], readonly string[]>> = {
  'Open MPI': ['libmpi.so.40', 'libmpi.so'],
  MPICH: ['libmpi.so.12', 'libmpich.so.12', 'libmpi.so'],
  PMIx: ['libmpi.so.40', 'libmpi.so.12', 'libmpich.so.12', 'libmpi.so'],
};
const COMMON = 'libmpi_abi.so.0';

const INSTALL =
  'Install an MPI of the launcher’s kind (Debian: apt install openmpi-bin, or mpich), or name the library in INSTDISC_MPI; ' +
  '--machines off goes on without the others.';

type Koffi = typeof import('koffi').default;

/** @throws {DeviceError} that says what to install, if koffi or the library is not there */
export function loadMpi(launch: Launch): MpiLibrary {
  const koffi = loadKoffi();
  const given = process.env['INSTDISC_MPI'];
  const names = given ? [given] : [COMMON, ...NAMES[launch.kind]];
  const failures: string[] = [];
  for (const name of names) {
    try {
      // Its plugins look for its symbols.
      return bind(koffi, koffi.load(name, { global: true }), name);
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

function bind(koffi: Koffi, library: ReturnType<Koffi['load']>, name: string): MpiLibrary {
  const version = versionOf(library);
  const isCommon = name.includes('mpi_abi');
  const isOpenMpi = !isCommon && version.startsWith('Open MPI');
  if (!isCommon && !isOpenMpi && !/MPICH|Intel|MVAPICH|CRAY/i.test(version)) {
    throw new DeviceError(`${name} is ${version.split('\n')[0]}, whose handles are not known`);
  }
  // The common ABI has pointers that are small numbers.
  const handle = isOpenMpi || isCommon ? 'void *' : 'int';
  const TYPES: Readonly<Record<string, string>> = { h: handle, i: 'int', p: 'void *' };
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
  const common = Object.fromEntries(Object.entries(ABI).map(([what, number]) => [what, BigInt(number)]));
  const handles = isOpenMpi ? symbols() : isCommon ? (common as Record<keyof typeof ABI, bigint>) : MPICH;
  return { version, call, ...handles };
}

function versionOf(library: ReturnType<Koffi['load']>): string {
  const text = new Uint8Array(8192);
  const length = new Int32Array(1);
  library.func('int MPI_Get_library_version(void *text, void *length)')(text, length);
  return new TextDecoder().decode(text.subarray(0, length[0])).replace(/\0.*$/s, '');
}
