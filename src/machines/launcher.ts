/** @file Whether a launcher has started this process as one of several: mpirun, mpiexec, srun. */

/** What a launcher has told. */
export interface Launch {
  readonly size: number;
  /** The kind of MPI that it belongs to. */
  readonly kind: 'Open MPI' | 'MPICH' | 'PMIx';
}

/**
 * What the environment tells of the launcher. Of Slurm's own variables a script that runs no task by `srun` has the same,
 * so they count only beside those by which tasks find one another.
 *
 * @returns undefined if this process was started alone
 */
export function launchOf(environment: Readonly<Record<string, string | undefined>>): Launch | undefined {
  const count = (name: string): number | undefined => {
    const value = Number(environment[name]);
    return Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const ofOpenMpi = count('OMPI_COMM_WORLD_SIZE');
  if (ofOpenMpi !== undefined) return { size: ofOpenMpi, kind: 'Open MPI' };
  const ofPmi = count('PMI_SIZE');
  if (ofPmi !== undefined) return { size: ofPmi, kind: 'MPICH' };
  const ofSlurm = count('SLURM_STEP_NUM_TASKS') ?? count('SLURM_NTASKS');
  if (ofSlurm !== undefined && environment['PMIX_RANK'] !== undefined) return { size: ofSlurm, kind: 'PMIx' };
  return undefined;
}
