/** @file What a process and its children take; nothing where the system has no /proc. */
import { readdir, readFile } from 'node:fs/promises';

export interface Use {
  /** Resident megabytes of all together. */
  readonly rssMB: number;
  /** Processor time that all have used, those that have ended aside. */
  readonly processorMs: number;
}

export async function useOf(pid: number): Promise<Use> {
  const all = await Promise.all([pid, ...(await childrenOf(pid))].map(useOfOne));
  return {
    rssMB: Math.round(all.reduce((sum, { rssMB }) => sum + rssMB, 0)),
    processorMs: all.reduce((sum, { processorMs }) => sum + processorMs, 0),
  };
}

/** Children belong to the thread that began them. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''));
  const pids = (await Promise.all(lists))
    .join(' ')
    .split(/\s+/)
    .filter((text) => text !== '');
  return pids.map(Number);
}

async function useOfOne(pid: number): Promise<Use> {
  const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const rss = /VmRSS:\s+(\d+)/.exec(await read('status'))?.[1] ?? 0;
  const stat = await read('stat');
  // The name, in brackets, may hold spaces; user and system time are the 12th and 13th fields after it, in 1/100 s.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { rssMB: Number(rss) / 1000, processorMs: 10 * (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) };
}
