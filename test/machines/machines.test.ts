import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '#src/core/errors.js';
import { ALONE } from '#src/machines/communicator.js';
import { launchOf } from '#src/machines/launcher.js';
import { openCommunicator } from '#src/machines/mpi.js';
import { loadMpi } from '#src/machines/mpi-library.js';
import { HAS_MPI, runRanks } from './mpirun.js';

const CALLS = fileURLToPath(new URL('./calls.mjs', import.meta.url));

describe('a launcher', () => {
  it('is known by what it tells each process', () => {
    expect(launchOf({})).toBeUndefined();
    expect(launchOf({ OMPI_COMM_WORLD_SIZE: '4', OMPI_COMM_WORLD_RANK: '2' })).toEqual({ size: 4, kind: 'Open MPI' });
    expect(launchOf({ PMI_SIZE: '3', PMI_RANK: '0' })).toEqual({ size: 3, kind: 'MPICH' });
    expect(launchOf({ SLURM_STEP_NUM_TASKS: '8', PMIX_RANK: '7' })).toEqual({ size: 8, kind: 'PMIx' });
  });

  it('is none where a script of Slurm runs one process in a job of many tasks', () => {
    expect(launchOf({ SLURM_NTASKS: '8', SLURM_PROCID: '0' })).toBeUndefined();
  });
});

describe('a process alone', () => {
  it('is one without a launcher, and with one that has started no other', async () => {
    expect(await openCommunicator()).toBe(ALONE);
    process.env['OMPI_COMM_WORLD_SIZE'] = '1';
    expect(await openCommunicator()).toBe(ALONE);
    process.env['OMPI_COMM_WORLD_SIZE'] = '2';
    expect(await openCommunicator({ machines: 'off' })).toBe(ALONE);
    delete process.env['OMPI_COMM_WORLD_SIZE'];
  });

  it('tells itself what it has', async () => {
    const into = new Float32Array(2);
    ALONE.allreduce(Float32Array.of(1, 2), into);
    expect([...into]).toEqual([1, 2]);
    expect(await ALONE.exchange(Uint8Array.of(3))).toEqual([Uint8Array.of(3)]);
  });
});

it('says what to install where there is no MPI', () => {
  process.env['INSTDISC_MPI'] = '/nowhere/libmpi.so';
  const load = (): unknown => loadMpi({ size: 2, kind: 'MPICH' });
  expect(load).toThrow(DeviceError);
  expect(load).toThrow(/expected the library of MPICH.*\/nowhere\/libmpi\.so.*apt install openmpi-bin, or mpich/s);
  delete process.env['INSTDISC_MPI'];
});

it('says what to install where there is no koffi', () => {
  const { stdout } = spawnSync(process.execPath, [fileURLToPath(new URL('./without-koffi.mjs', import.meta.url))], {
    encoding: 'utf8',
  });
  const told = JSON.parse(stdout);
  expect(told.name).toBe('DeviceError');
  expect(told.message).toMatch(/expected koffi.*Cannot find module.*npm install koffi; --machines off/s);
});

describe.runIf(HAS_MPI)('ranks', () => {
  it('add up, gather and give out numbers, each as many bytes as it likes', async () => {
    const { code, stdout, stderr } = await runRanks(3, [CALLS]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .sort((a, b) => a.rank - b.rank);
    for (const [rank, each] of told.entries()) {
      expect(each).toEqual({
        rank,
        size: 3,
        ranksHere: 3,
        sum: [3, 3, 1.5],
        all: [0, 0, 1, -1, 2, -2],
        first: [0.25, 0],
        bytes: [[], [1], [2, 2]],
        collected: rank === 0 ? [[0, 0], [1], []] : [],
        fromFirst: { of: 0 },
        fromAll: ['rank 0', 'rank 1', 'rank 2'],
      });
    }
  });

  it('are as many as the launcher says, or the library is not its own', async () => {
    const { code, stderr } = await runRanks(2, [CALLS, 'other']);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /MPI: expected 3 ranks, as the launcher says, got 2: .* is not of its kind\. Name the right library/,
    );
  });

  it('end all as soon as one of them cannot go on', async () => {
    expect((await runRanks(2, [CALLS, 'abort'])).code).toBe(4);
  });
});
