/** @file A scenario with one fault, from its beginning to what came of it. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import type { Fault } from './child/plan.js';
import type { Host, HostEnded } from './hosts.js';
import { differing, type Outcome, type Sort, unadmitted, unclear, unkept, unspoken } from './outcome.js';
import { filesBelow, type Pieces, type Scenario } from './scenario.js';

/** How unfinished files are named; a command that failed leaves none, and one that was killed some. */
const UNFINISHED = /(^|\/)\.tmp-|\.partial/;

/** Where a scenario is run: what is done to the first process must not reach who looks at the result. */
export interface Place {
  /** Runs the command that goes wrong, and may be killed. */
  readonly victim: Host;
  /** Runs what comes before and after. */
  readonly calm: Host;
  /** Holds everything while the command runs; it is emptied each time. */
  readonly work: string;
  /** Beside it: how it all begins, and a log. */
  readonly aside: string;
}

/** Runs a scenario again and again from the same beginning. */
export class Trial {
  readonly #victim: Host;
  readonly #calm: Host;
  readonly #scenario: Scenario;
  readonly #work: string;
  readonly #base: string;
  readonly #log: string;
  #before: Pieces = {};
  #after: Pieces = {};
  #answers: readonly string[] = [];
  /** The operations of an undisturbed run, as lines `operation path`, in their order. */
  operations: readonly string[] = [];
  /** How long an undisturbed run takes, the shortest yet. */
  durationMs = 0;

  private constructor(scenario: Scenario, { victim, calm, work, aside }: Place) {
    this.#victim = victim;
    this.#calm = calm;
    this.#scenario = scenario;
    this.#work = work;
    this.#base = join(aside, 'base');
    this.#log = join(aside, 'operations.log');
  }

  /** Prepares a scenario and runs it undisturbed, twice: what it makes must not depend on anything else. */
  static async create(scenario: Scenario, place: Place): Promise<Trial> {
    const trial = new Trial(scenario, place);
    await rm(place.aside, { recursive: true, force: true });
    await emptied(place.work);
    await scenario.prepare(place.calm, place.work);
    await cp(place.work, trial.#base, { recursive: true, preserveTimestamps: true });
    await trial.#begin();
    trial.#before = await scenario.pieces(place.work);
    await trial.#undisturbed(place.calm);
    trial.#after = await scenario.pieces(place.work);
    trial.#answers = await trial.#ask();
    await trial.#begin();
    const startedAt = performance.now();
    trial.operations = await trial.#undisturbed(place.victim);
    trial.durationMs = performance.now() - startedAt;
    expect(await scenario.pieces(place.work)).toEqual(trial.#after);
    return trial;
  }

  /** @returns undefined if the fault's operation did not come */
  async inject(fault: Fault): Promise<Outcome | undefined> {
    await this.#begin();
    const plan = { under: this.#under, log: this.#log, fault };
    const ended = await this.#victim.run(this.#scenario.args(this.#work), { plan });
    if (!existsSync(this.#log)) return undefined;
    return this.#judge(ended, fault);
  }

  /** Runs it and ends the process by SIGKILL; undefined if it was over before. */
  async kill(afterMs: number): Promise<Outcome | undefined> {
    await this.#begin();
    const startedAt = performance.now();
    const ended = await this.#victim.run(this.#scenario.args(this.#work), { killAfterMs: afterMs });
    if (ended.code === null) return this.#judge(ended);
    // It was slower when it was measured, or had to be loaded.
    this.durationMs = Math.min(this.durationMs, performance.now() - startedAt);
    await this.#victim.close();
    return undefined;
  }

  /**
   * Runs it where there is less room than it needs.
   *
   * @param limit begins the shortage, once everything is laid out
   * @param lift ends it
   */
  async starve(limit: () => void, lift: () => void): Promise<Outcome> {
    await this.#begin();
    limit();
    const ended = await this.#victim.run(this.#scenario.args(this.#work));
    lift();
    return this.#judge(ended);
  }

  async #judge(ended: HostEnded, fault?: Fault): Promise<Outcome> {
    const wasKilled = ended.code === null && (fault === undefined || fault.harm.startsWith('kill'));
    const isRead = fault?.operation === 'read' || fault?.operation === 'open';
    if (ended.code !== 0 && !wasKilled) {
      const wrong = unspoken(ended.code, ended.stderr, this.#work);
      if (wrong !== undefined) return third(wrong);
    }
    // Locks are files of a process: commands of a user end with theirs.
    if (wasKilled || fault?.operation === 'rm' || this.#holdsLock()) await this.#victim.close();
    if (ended.code === 0 && fault?.operation !== 'rm') {
      const leftovers = this.#leftovers();
      if (leftovers !== undefined) return third(`exit 0, left: ${leftovers}`);
    }
    if (fault?.harm === 'flip' && fault.operation === 'write') return this.#judgeReaders();
    const now = await this.#pieces();
    if (ended.code === 0) {
      const other = typeof now === 'string' ? now : differing(now, this.#after);
      if (other === undefined) return { sort: 'same bytes' };
      // What was noted of files that were read amiss does not fit them: they are taken for damaged, and made anew.
      if (isRead && typeof now === 'string' && unclear(now, this.#work) === undefined) {
        return this.#judgeRepeat('found when read');
      }
      const unsaid = isRead ? unadmitted(ended.stderr, this.#work) : 'without a word';
      return unsaid === undefined ? this.#judgeRepeat('the one before, said') : third(`exit 0: ${other}, ${unsaid}`);
    }
    if (typeof now === 'string') {
      // Two files cannot take their places in one step: between the two they are refused together.
      const isRefused = wasKilled && unclear(now, this.#work) === undefined;
      return isRefused ? this.#judgeRepeat('killed, refused, then same bytes') : third(`exit ${ended.code}: ${now}`);
    }
    const lost = unkept(now, this.#before, this.#after);
    // A training goes from checkpoint to checkpoint: what it keeps is seen when it goes on.
    if (lost !== undefined && this.#scenario.repeat === undefined) return third(`exit ${ended.code}: ${lost}`);
    if (!wasKilled && fault?.operation !== 'rm' && !fault?.isLasting) {
      const leftovers = this.#leftovers();
      if (leftovers !== undefined) return third(`exit ${ended.code}, left: ${leftovers}`);
    }
    return this.#judgeRepeat(wasKilled ? 'killed, then same bytes' : 'said, then same bytes');
  }

  async #judgeRepeat(sort: Sort): Promise<Outcome> {
    const { args, repeat = args } = this.#scenario;
    const again = await this.#calm.run(repeat(this.#work));
    if (again.code !== 0) return third(`again, exit ${again.code}: ${again.stderr.trim()}`);
    const now = await this.#pieces();
    const other = typeof now === 'string' ? now : differing(now, this.#after);
    return other === undefined ? { sort } : third(`again: ${other}`);
  }

  /** Bytes were changed in silence: who reads them answers as if they had not been, or says so. */
  async #judgeReaders(): Promise<Outcome> {
    let sort: Sort = 'same bytes';
    const { readers, args, repeat = args } = this.#scenario;
    const commands = [...(readers?.(this.#work) ?? []), repeat(this.#work)];
    for (const [i, command] of commands.entries()) {
      const { code, stdout, stderr } = await this.#calm.run(command);
      const isLast = i === commands.length - 1;
      if (code === 0 && (isLast || stdout === this.#answers[i])) continue;
      const unsaid = code === 0 ? unadmitted(stderr, this.#work) : unspoken(code, stderr, this.#work);
      const wrong = unsaid && (code === 0 ? `${command[0]}: another answer, ${unsaid}` : unsaid);
      if (wrong !== undefined) return third(wrong);
      sort = 'found when read';
      if (isLast) return { sort };
    }
    const now = await this.#pieces();
    const other = typeof now === 'string' ? now : differing(now, this.#after);
    return other === undefined ? { sort } : third(`in the end: ${other}`);
  }

  /** A user's pictures and lists are not the program's: what cannot be read of them is told and left out. */
  get #under(): string[] {
    return ['run', 'out'].map((name) => join(this.#work, name));
  }

  async #begin(): Promise<void> {
    await emptied(this.#work);
    await cp(this.#base, this.#work, { recursive: true, preserveTimestamps: true });
    rmSync(this.#log, { force: true });
  }

  async #undisturbed(host: Host): Promise<string[]> {
    const args = this.#scenario.args(this.#work);
    const { code, stderr } = await host.run(args, { plan: { under: this.#under, log: this.#log } });
    expect({ code, stderr: code === 0 ? '' : stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trim().split('\n') : [];
  }

  async #ask(): Promise<string[]> {
    const answers: string[] = [];
    for (const command of this.#scenario.readers?.(this.#work) ?? []) {
      answers.push((await this.#calm.run(command)).stdout);
    }
    return answers;
  }

  async #pieces(): Promise<Pieces | string> {
    try {
      return await this.#scenario.pieces(this.#work);
    } catch (error) {
      return `what is left cannot be read: ${(error as Error).message}`;
    }
  }

  #holdsLock(): boolean {
    return this.#under.some((root) => existsSync(root) && filesBelow(root).some((path) => path.endsWith('.lock')));
  }

  #leftovers(): string | undefined {
    const unfinished = (folder: string): string[] =>
      filesBelow(folder)
        .filter((path) => UNFINISHED.test(path))
        .map((path) => relative(folder, path));
    const before = unfinished(this.#base);
    const left = unfinished(this.#work).filter((path) => !before.includes(path));
    return left.length === 0 ? undefined : left.join(', ');
  }
}

async function emptied(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

function third(why: string): Outcome {
  return { sort: 'third', why };
}
