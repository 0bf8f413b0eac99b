/** @file A trained run and the pictures it is measured with: what `evaluate` and the paper's studies ask of them, once. */
import { embeddedByAll } from '../collection/embedded-by-ranks.js';
import { DataError } from '../core/errors.js';
import type { Picture } from '../data/picture.js';
import { scan } from '../data/scan/scan.js';
import { ALONE, type Communicator } from '../machines/communicator.js';
import { type Embedded, embed, rulesFor } from '../run/embed.js';
import type { TrainedRun } from '../run/open-run.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import { type Baseline, baselinesOf, forLinear } from './baselines.js';
import { type Classification, classify } from './classify.js';
import { type LinearAccuracy, linearAccuracy } from './linear/linear-accuracy.js';
import { LINEAR_NAMES, type LinearKind } from './linear/linear-loss.js';
import { sameRows, withoutShared } from './overlap.js';
import { type Retrieval, retrieval } from './retrieval.js';
import { type LayerAccuracies, layerAccuracies } from './stage-accuracies.js';

/** Tells how far long work is; `noun` says what is counted, and is left out where `of` is not a number of things. */
export type MeasureProgress = (what: string, done: number, of?: number, noun?: string) => void;

export interface MeasuredRunOptions {
  /** Labelled pictures to learn from and search, default those of the training; and pictures that are asked about. */
  readonly folders: { readonly reference?: string | undefined; readonly test?: string | undefined };
  /** Words for what is left out of them beside what the run leaves out, as `ScanRules` has them. */
  readonly exclude?: readonly string[] | undefined;
  /** Of random choices, such as the pictures to validate with. */
  readonly seed: number;
  readonly onProgress: MeasureProgress;
  /** Called with each set of pictures when it is encoded. */
  readonly onEncoded?: (pictures: Embedded) => void;
  readonly signal: AbortSignal;
  /** With whom pictures are encoded, and neighbours of the vote searched; default alone. */
  readonly machines?: Communicator;
}

/** Votes, as `classify` counts them. */
interface VoteOptions {
  readonly ks: readonly number[];
  /** Default that of the training. */
  readonly tau?: readonly number[] | undefined;
}

/** What a measure gives of features that were not learnt. */
export type OfBaseline<Result> = Result & { readonly name: string };

/**
 * Pictures are encoded when they are first asked for, and once. Test pictures that are in the reference, too, never answer
 * for themselves. All methods throw a DataError where the pictures do not allow the measure, and the signal's reason.
 */
export class MeasuredRun {
  readonly run: TrainedRun;
  readonly options: MeasuredRunOptions;
  #reference: Promise<Embedded> | undefined;
  #test: Promise<Embedded> | undefined;
  #same: Promise<readonly (readonly number[])[]> | undefined;
  #baselines: Promise<readonly Baseline[]> | undefined;

  constructor(run: TrainedRun, options: MeasuredRunOptions) {
    this.run = run;
    this.options = options;
  }

  /** Features of the reference. */
  reference(): Promise<Embedded> {
    const { reference: folder } = this.options.folders;
    this.#reference ??=
      folder === undefined
        ? Promise.resolve({ ...this.run.embeddings, skipped: [], readings: [], aliases: [], excluded: [] })
        : this.#encode(folder, 'reference');
    return this.#reference;
  }

  /** Features of the test pictures, whose folder must be given. */
  test(): Promise<Embedded> {
    this.#test ??= this.#encode(this.options.folders.test!, 'test');
    return this.#test;
  }

  /** What has been encoded so far. */
  async encoded(): Promise<{ readonly reference: Embedded | undefined; readonly test: Embedded | undefined }> {
    return { reference: await this.#reference, test: await this.#test };
  }

  /** Test pictures that are in the reference, too. */
  async numShared(): Promise<number> {
    return (await this.#sameRows()).filter((rows) => rows.length > 0).length;
  }

  /** How well the nearest labelled pictures tell classes. */
  async votes({ ks, tau }: VoteOptions): Promise<Classification> {
    const { backend, config } = this.run;
    const { machines = ALONE } = this.options;
    const [reference, test, same] = [await this.reference(), await this.test(), await this.#sameRows()];
    return classify(reference, test, { ks, tau: tau ?? config.settings.tau, backend, same, machines });
  }

  /** The same by what needs no learning: the colour histogram and raw pixels. */
  async baselineVotes({ ks, tau }: VoteOptions): Promise<readonly OfBaseline<Classification>[]> {
    const { backend, config } = this.run;
    const found: OfBaseline<Classification>[] = [];
    for (const { name, reference, test } of await this.#baselinePictures()) {
      const same = await sameRows(reference, test, this.options.signal);
      found.push({
        name,
        ...(await classify(reference, test, { ks, tau: tau ?? config.settings.tau, backend, same })),
      });
    }
    return found;
  }

  /** How well a linear classifier of the features tells classes. */
  async linear(kind: LinearKind): Promise<LinearAccuracy> {
    return this.#linear(kind, await this.reference(), await this.test(), await this.#sameRows(), LINEAR_NAMES[kind]);
  }

  /** The same by what needs no learning. */
  async baselineLinear(kind: LinearKind): Promise<readonly OfBaseline<LinearAccuracy>[]> {
    const found: OfBaseline<LinearAccuracy>[] = [];
    for (const baseline of await this.#baselinePictures()) {
      const { name, reference, test } = forLinear(baseline);
      const same = await sameRows(reference, test, this.options.signal);
      const told = `${LINEAR_NAMES[kind]} of ${name}`;
      found.push({ name, ...(await this.#linear(kind, reference, test, same, told)) });
    }
    return found;
  }

  #linear(
    kind: LinearKind,
    reference: Embeddings,
    test: Embeddings,
    same: readonly (readonly number[])[],
    told: string,
  ): Promise<LinearAccuracy> {
    const { seed, onProgress, signal } = this.options;
    return linearAccuracy(withoutShared(reference, same), test, {
      kind,
      backend: this.run.backend,
      seed,
      signal,
      onProgress: (done, of) => onProgress(`${told}: fitting`, done, of, 'classifiers'),
    });
  }

  /** Both for each stage of the encoder, whose folders must be given. */
  async layers({ ks, tau }: VoteOptions): Promise<LayerAccuracies> {
    const { folders, seed, onProgress, signal } = this.options;
    const reference = await this.#scan(folders.reference!);
    const test = await this.#scan(folders.test!);
    const pictures = { reference, test };
    return layerAccuracies(this.run, pictures, { ks, ...(tau && { tau }), seed, signal, onProgress });
  }

  /** Where in the ranking of the reference those of a test picture's class are. */
  async retrieval(ks?: readonly number[]): Promise<Retrieval> {
    const { onProgress, signal } = this.options;
    const [reference, test, same] = [await this.reference(), await this.test(), await this.#sameRows()];
    return retrieval(reference, test, {
      same,
      ...(ks && { ks }),
      backend: this.run.backend,
      signal,
      onProgress: (done, of) => onProgress('ranking', done, of, 'queries'),
    });
  }

  async #sameRows(): Promise<readonly (readonly number[])[]> {
    const [reference, test] = [await this.reference(), await this.test()];
    this.#same ??= sameRows(reference, test, this.options.signal);
    return this.#same;
  }

  #baselinePictures(): Promise<readonly Baseline[]> {
    const { folders, onProgress, signal } = this.options;
    const load = async (): Promise<readonly Baseline[]> => {
      const test = await this.#scan(folders.test!);
      return baselinesOf(await this.#referencePictures(), test, {
        transform: this.run.transform,
        signal,
        onProgress: (done, of) => onProgress('raw pixels and colours', done, of, 'pictures'),
      });
    };
    this.#baselines ??= load();
    return this.#baselines;
  }

  /** The files of the reference; those of the bank as far as they are still there, with the labels it knows. */
  async #referencePictures(): Promise<readonly Picture[]> {
    const { folders, signal } = this.options;
    if (folders.reference !== undefined) return this.#scan(folders.reference);
    const { ids, labels = [] } = this.run.embeddings;
    const labelOf = new Map(ids.map((id, row) => [id, labels[row] ?? undefined]));
    const { pictures } = await scan(this.run.config.paths, { rules: this.run.config.scan, signal });
    const trained = pictures.flatMap((picture) =>
      labelOf.has(picture.id) ? [{ ...picture, label: labelOf.get(picture.id) }] : [],
    );
    if (trained.length > 0) return trained;
    throw new DataError(
      `${this.run.path}: expected the pictures it was trained on in their place, got none. Put them back.`,
    );
  }

  async #scan(folder: string): Promise<readonly Picture[]> {
    const { exclude = [], signal } = this.options;
    return (await scan([folder], { rules: rulesFor(this.run, [folder], { exclude }), signal })).pictures;
  }

  async #encode(folder: string, name: string): Promise<Embedded> {
    const { exclude, onProgress, onEncoded, signal, machines = ALONE } = this.options;
    const telling = (done: number, of?: number): void => onProgress(`encoding ${name} pictures`, done, of, 'pictures');
    const shares = machines.size > 1 ? { of: machines.size, own: [machines.rank] } : undefined;
    const own = await embed(this.run, [folder], { ...(exclude && { exclude }), signal, shares, onProgress: telling });
    const encoded = await embeddedByAll(machines, own);
    onEncoded?.(encoded);
    return encoded;
  }
}
