// One rank of each training in a plan: trains on pictures that are drawn, and writes what comes of it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '#src/core/random.js';
import { openCommunicator } from '#src/machines/mpi.js';
import { lossNamed } from '#src/method/losses/named-losses.js';
import { openBackend } from '#src/runtime/device.js';
import { writeSafetensors } from '#src/store/tensors/safetensors.js';
import { Trainer } from '#src/train/trainer.js';
import { tinyEncoder } from './tiny-encoder.mjs';

const folder = process.argv[2];
const { seed, lr, trainings } = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
const machines = await openCommunicator();
const { rank, size } = machines;
const backend = await openBackend('cpu', 1);
for (const { name, settings, instances, numbers, indices } of trainings) {
  const known = { ...instances, classes: Int32Array.from(instances.classes) };
  if (instances.noiseWeights) known.noiseWeights = Float64Array.from(instances.noiseWeights);
  const loss = lossNamed(settings.loss);
  const encoder = tinyEncoder(settings.dim);
  const trainer = await Trainer.create(encoder, loss, settings, known, backend, machines);
  // All begin with what rank 0 has.
  if (rank > 0) for (const array of [trainer.bank, ...trainer.weights.values()]) array.fill(0.5);
  trainer.shareState();
  const losses = [];
  let isStopWished = false;
  for (const [step, ofRanks] of indices.entries()) {
    const random = new Random(seed, 'draw', step, rank);
    const images = Float32Array.from({ length: numbers }, () => random.normal());
    const batch = { step, epoch: 0, indices: Int32Array.from(ofRanks[rank]), images };
    const wishes = rank === size - 1 && step === indices.length - 1;
    losses.push((await trainer.train(batch, lr, wishes)).loss);
    isStopWished ||= trainer.exchange.isStopWished && step < indices.length - 1;
  }
  const told = { losses, digest: trainer.digest(true), isWishedEarly: isStopWished };
  writeFileSync(join(folder, `${name}-${rank}.json`), JSON.stringify({ ...told, isWished: trainer.exchange.isStopWished }));
  const { weights, optimizer, bank } = trainer.snapshot();
  await writeSafetensors(join(folder, `${name}-${rank}.safetensors`), new Map([...weights, ...optimizer, ...bank]));
  await trainer.release();
}
await machines.close();
