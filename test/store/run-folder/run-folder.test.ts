import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import type { Checkpoint } from '#src/store/run-folder/checkpoint.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import type { Tensor } from '#src/store/tensors/tensor.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();
let numRuns = 0;

function newPath(): string {
  return join(root, `run-${numRuns++}`);
}

function checkpoint(step: number): Checkpoint {
  const tensor: Tensor = { dtype: 'F32', shape: [2], data: Float32Array.of(step, -step) };
  return {
    step,
    weights: new Map([['layer1.0.conv1.weight', tensor]]),
    optimizer: new Map([['layer1.0.conv1.weight.momentum', tensor]]),
    bank: new Map([['bank', tensor]]),
    state: { epoch: step, done: false },
  };
}

describe('creating', () => {
  it('makes the folder, keeps the configuration and holds the lock until closed', async () => {
    const path = join(newPath(), 'deeper');
    const run = await RunFolder.create(path, { epochs: 3 });
    expect(readdirSync(path).sort()).toEqual(['config.json', 'run.lock']);
    await run.close();
    expect(readdirSync(path)).toEqual(['config.json']);
    expect((await RunFolder.open(path)).config).toEqual({ epochs: 3 });
  });

  it('refuses a folder that holds a run, and leaves it as it is', async () => {
    const path = newPath();
    const run = await RunFolder.create(path, { epochs: 3 });
    await run.saveCheckpoint(checkpoint(1));
    await run.close();
    const again = RunFolder.create(path, { epochs: 4 });
    await expect(again).rejects.toThrow(RunError);
    await expect(again).rejects.toThrow('already holds a run; give --resume to go on with it, or another --out');
    expect((await RunFolder.open(path)).config).toEqual({ epochs: 3 });
  });

  it('begins anew where a run has learnt nothing, and keeps what that had decoded', async () => {
    const path = newPath();
    const first = await RunFolder.create(path, { epochs: 3 });
    await first.log({ step: 1 });
    mkdirSync(first.cachePath);
    await expect(RunFolder.create(path, { epochs: 4 })).rejects.toThrow('is writing');
    await first.close();
    const second = await RunFolder.create(path, { epochs: 4 });
    expect(second.config).toEqual({ epochs: 4 });
    expect(existsSync(second.cachePath)).toBe(true);
  });

  it('does not take what somebody added to such a run, or what lies there without one', async () => {
    const path = newPath();
    await (await RunFolder.create(path, {})).close();
    writeFileSync(join(path, 'encoder.onnx'), 'kept when the checkpoints were deleted');
    await expect(RunFolder.create(path, {})).rejects.toThrow('already holds a run');
  });

  it('takes back a run that came to nothing: its files, and only the folders made for it', async () => {
    const outer = newPath();
    mkdirSync(outer);
    const run = await RunFolder.create(join(outer, 'a', 'b'), {});
    await run.log({ step: 1 });
    await run.writeSkipped([{ path: 'x' }]);
    await run.discard();
    expect(readdirSync(outer)).toEqual([]);

    const inside = await RunFolder.create(outer, {});
    writeFileSync(join(outer, 'thesis.tex'), '');
    await inside.discard();
    expect(readdirSync(outer)).toEqual(['thesis.tex']);
  });

  it('takes nothing back that was learnt or decoded', async () => {
    const [learnt, decoded] = [await RunFolder.create(newPath(), {}), await RunFolder.create(newPath(), {})];
    await learnt.saveCheckpoint(checkpoint(1));
    mkdirSync(decoded.cachePath);
    for (const run of [learnt, decoded]) {
      await run.discard();
      expect((await RunFolder.open(run.path)).config).toEqual({});
      await run.close();
    }
  });

  it('refuses a folder with anything else in it, and a file', async () => {
    const path = newPath();
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.tex'), '');
    await expect(RunFolder.create(path, {})).rejects.toThrow('one with thesis.tex in it; give another --out');
    await expect(RunFolder.create(join(path, 'thesis.tex'), {})).rejects.toThrow(
      'expected a folder for the run, got a file',
    );
    expect(readdirSync(path)).toEqual(['thesis.tex']);
  });

  it('takes an empty folder, and one where an earlier attempt crashed at once', async () => {
    const path = newPath();
    mkdirSync(path);
    writeFileSync(join(path, '.tmp-1'), '{"epo');
    writeFileSync(join(path, 'run.lock'), '2147483646\n');
    await RunFolder.create(path, {});
    expect(readdirSync(path).sort()).toEqual(['config.json', 'run.lock']);
  });
});

describe('opening', () => {
  it('says what a run folder is when there is none', async () => {
    const nowhere = newPath();
    await expect(RunFolder.open(nowhere)).rejects.toThrow(
      new RunError(
        `${nowhere}: expected a run folder, got no config.json in it; give what was the --out of a training`,
      ),
    );
    await expect(RunFolder.resume(nowhere)).rejects.toThrow(RunError);
    expect(existsSync(nowhere)).toBe(false);
  });

  it('says that a configuration is damaged', async () => {
    const path = newPath();
    mkdirSync(path);
    writeFileSync(join(path, 'config.json'), 'epochs: 3');
    await expect(RunFolder.open(path)).rejects.toThrow('config.json: expected JSON, got epochs: 3; the run is damaged');
  });

  it('reads while another trains, but does not train twice', async () => {
    const path = newPath();
    const run = await RunFolder.create(path, {});
    await run.saveCheckpoint(checkpoint(1));
    expect(await (await RunFolder.open(path)).latestCheckpoint()).toBe(1);
    await expect(RunFolder.resume(path)).rejects.toThrow(/process \d+ is writing/);
    await run.close();
    await (await RunFolder.resume(path)).close();
  });

  it('removes what a crash left unfinished when resumed', async () => {
    const path = newPath();
    const run = await RunFolder.create(path, {});
    await run.saveCheckpoint(checkpoint(1));
    await run.close();
    mkdirSync(join(path, 'checkpoints', '.tmp-1'));
    writeFileSync(join(path, '.tmp-2'), '');
    await RunFolder.resume(path);
    expect(readdirSync(join(path, 'checkpoints'))).toEqual(['step-00000001']);
    expect(readdirSync(path).sort()).toEqual(['checkpoints', 'config.json', 'run.lock']);
  });
});

describe('checkpoints', () => {
  it('come back as they were saved, the newest unless a step is named', async () => {
    const run = await RunFolder.create(newPath(), {});
    await run.saveCheckpoint(checkpoint(9));
    await run.saveCheckpoint(checkpoint(123_456_789));
    expect(await run.loadCheckpoint()).toEqual(checkpoint(123_456_789));
    expect(await run.loadCheckpoint(9)).toEqual(checkpoint(9));
    expect(await run.loadPart('bank')).toEqual(checkpoint(123_456_789).bank);
    expect(readdirSync(join(run.path, 'checkpoints', 'step-00000009')).sort()).toEqual([
      'bank.safetensors',
      'digests.json',
      'optimizer.safetensors',
      'state.json',
      'weights.safetensors',
    ]);
  });

  it('are kept as many as asked, the newest', async () => {
    const run = await RunFolder.create(newPath(), {});
    for (const step of [1, 2, 3]) await run.saveCheckpoint(checkpoint(step));
    expect(readdirSync(join(run.path, 'checkpoints'))).toEqual(['step-00000002', 'step-00000003']);
    expect(await run.checkpoints()).toEqual([2, 3]);
    await run.saveCheckpoint(checkpoint(4), 1);
    expect(readdirSync(join(run.path, 'checkpoints'))).toEqual(['step-00000004']);
  });

  it('are left alone when their step is saved again', async () => {
    const run = await RunFolder.create(newPath(), {});
    await run.saveCheckpoint(checkpoint(5));
    await run.saveCheckpoint({ ...checkpoint(5), state: 'other' });
    expect(await run.loadCheckpoint()).toEqual(checkpoint(5));
  });

  it('do not count while they are being written', async () => {
    const run = await RunFolder.create(newPath(), {});
    expect(await run.latestCheckpoint()).toBeUndefined();
    mkdirSync(join(run.path, 'checkpoints', '.tmp-step-00000007'), { recursive: true });
    expect(await run.latestCheckpoint()).toBeUndefined();
  });

  it('that are missing are named, with those that are there', async () => {
    const run = await RunFolder.create(newPath(), {});
    await expect(run.loadCheckpoint()).rejects.toThrow(
      new RunError(`${run.path}: expected a checkpoint, got none yet; train longer`),
    );
    await run.saveCheckpoint(checkpoint(1));
    await expect(run.loadCheckpoint(2)).rejects.toThrow('expected a checkpoint of step 2, got those of steps 1');
  });
});

describe('progress that a power cut has torn', () => {
  it('is none', async () => {
    const run = await RunFolder.create(newPath(), {});
    writeFileSync(run.progressPath, '\0\0\0');
    expect(await run.readProgress()).toBeUndefined();
  });
});

it('keeps metrics, rewinds them, and replaces the encoder', async () => {
  const run = await RunFolder.create(newPath(), {});
  for (const step of [1, 2, 3]) await run.log({ step });
  await run.rewindLog((record) => (record as { step: number }).step < 3);
  expect(await run.readLog()).toEqual([{ step: 1 }, { step: 2 }]);
  await run.writeEncoder(Uint8Array.of(1));
  await run.writeEncoder(Uint8Array.of(2));
  expect([...readFileSync(run.encoderPath)]).toEqual([2]);
});

describe('progress', () => {
  it('is what was written last, nothing before and nothing once removed', async () => {
    const run = await RunFolder.create(newPath(), {});
    expect(await run.readProgress()).toBeUndefined();
    await run.writeProgress({ step: 1 });
    await run.writeProgress({ step: 2 });
    expect(await (await RunFolder.open(run.path)).readProgress()).toEqual({ step: 2 });
    expect(readdirSync(run.path).sort()).toEqual(['config.json', 'progress.json', 'run.lock']);
    await run.removeProgress();
    await run.removeProgress();
    expect(await run.readProgress()).toBeUndefined();
  });

  it('of a training that was killed is gone when the run is resumed', async () => {
    const run = await RunFolder.create(newPath(), {});
    await run.writeProgress({ step: 1 });
    await run.close();
    expect(await (await RunFolder.resume(run.path)).readProgress()).toBeUndefined();
  });

  it('tells that it cannot be written, and leaves nothing behind', async () => {
    const run = await RunFolder.create(newPath(), {});
    mkdirSync(run.progressPath);
    await expect(run.writeProgress({ step: 1 })).rejects.toThrow();
    await expect(run.readProgress()).rejects.toThrow('EISDIR');
    expect(readdirSync(run.path).sort()).toEqual(['config.json', 'progress.json', 'run.lock']);
  });
});

describe('the lock', () => {
  it('is seen from outside while it is held', async () => {
    const run = await RunFolder.create(newPath(), {});
    const watcher = await RunFolder.open(run.path);
    expect(await watcher.isLocked()).toBe(true);
    await run.close();
    expect(await watcher.isLocked()).toBe(false);
  });
});
