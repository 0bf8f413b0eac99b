/** @file A process that repairs a table: prints how many rows it has removed, or what has gone wrong. */
import { PictureIndex } from './picture-index.js';

const [address = '', encoderKey = '', dim] = process.argv.slice(2);
try {
  const index = await PictureIndex.create(address, encoderKey, Number(dim));
  const earlier = await index.takeEarlier(encoderKey);
  const { doubled, damaged } = await index.repair();
  await index.dropApproximate();
  index.close();
  process.stdout.write(JSON.stringify({ doubled: doubled + earlier.doubled, damaged: damaged + earlier.damaged }));
} catch (error) {
  process.stdout.write((error as Error).message);
  process.exitCode = 1;
}
