import { join } from 'node:path';
import sharp from 'sharp';
import { makeFolder } from '#src/store/files/make-folder.js';
import { noise } from './pictures.js';

/** Writes ten pictures of noise, of the given sides in pixels. */
export async function longPictures(folder: string, width: number, height: number): Promise<void> {
  await makeFolder(folder);
  for (let i = 0; i < 10; i++) {
    const { pixels } = noise(width, height, i);
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, `${i}.png`));
  }
}
