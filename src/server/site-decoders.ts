/** @file Copies into an exported page the decoders of formats that browsers do not know, from the packages that are installed. */
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Taken } from '../data/decode/kind.js';
import { folderOfPackage } from '../data/decode/wasm-packages.js';
import { makeFolder } from '../store/files/make-folder.js';
import { DECODER_FILES, type SiteDecoders } from './site.js';

export const DECODERS = 'decoders';

interface DecoderPackage {
  readonly name: string;
  /** By the name in the page, the path in the package. Licences lie beside what they are of, which is copied as it is. */
  readonly files: Readonly<Record<string, string>>;
}

const PACKAGES: Readonly<Partial<Record<Taken, DecoderPackage>>> = {
  HEIC: {
    name: 'libheif-js',
    files: {
      // Web servers know .js better than .mjs.
      [DECODER_FILES.libheif]: 'libheif-wasm/libheif-bundle.mjs',
      LICENSE: 'libheif-wasm/LICENSE',
      'README.md': 'README.md',
    },
  },
  'JPEG XL': {
    name: '@jsquash/jxl',
    files: {
      [DECODER_FILES.libjxl]: 'codec/dec/jxl_dec.js',
      [DECODER_FILES.libjxlWasm]: 'codec/dec/jxl_dec.wasm',
      LICENSE: 'LICENSE',
      'README.md': 'README.md',
    },
  },
};

/** @param out the folder of the page @returns what it can now decode, and the folders in it */
export async function copyDecoders(out: string): Promise<SiteDecoders> {
  const copied: Partial<Record<Taken, string>> = {};
  for (const [format, { name, files }] of Object.entries(PACKAGES)) {
    const from = folderOfPackage(name);
    if (from === undefined) continue;
    const { version } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'));
    const folder = `${DECODERS}/${name.replace('@', '').replace('/', '-')}-${version}`;
    await makeFolder(join(out, folder));
    for (const [to, path] of Object.entries(files)) await cp(join(from, path), join(out, folder, to));
    copied[format as Taken] = folder;
  }
  return copied;
}
