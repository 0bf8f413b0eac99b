import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { tempFolder } from './store/temp-folder.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const root = tempFolder();
const at = (...names: string[]): string => join(root, ...names);
const build = (): void => void execFileSync(process.execPath, [join(ROOT, 'build.mjs'), root], { stdio: 'ignore' });

/** A checkout of few sources, with the tools of this one. */
beforeAll(() => {
  for (const folder of ['src', 'kernels', 'bench', 'examples', 'web']) mkdirSync(at(folder));
  symlinkSync(join(ROOT, 'node_modules'), at('node_modules'), 'junction');
  writeFileSync(at('package.json'), '{ "type": "module" }');
  for (const [folder, outDir] of [
    ['src', '../dist'],
    ['bench', '../dist/bench'],
    ['examples', '../dist/examples'],
  ] as const) {
    const ofBuild = { incremental: true, tsBuildInfoFile: `${outDir}/tsconfig.tsbuildinfo` };
    const compilerOptions = { rootDir: '.', outDir, module: 'nodenext', types: [], ...ofBuild };
    writeFileSync(at(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
    writeFileSync(at(folder, 'other.ts'), 'export {};');
  }
  writeFileSync(at('web', 'vite.config.mjs'), "export default { build: { outDir: '../dist/web' } };");
  writeFileSync(at('web', 'index.html'), '<script type="module" src="./page.ts"></script>');
  writeFileSync(at('web', 'page.ts'), "import { answer } from '../src/answer.ts'; console.log(answer);");
  writeFileSync(at('src', 'answer.ts'), 'export const answer = 41;');
  writeFileSync(at('kernels', 'index.ts'), 'export function answer(): i32 { return 41; }');
  build();
});
beforeEach(() => expect(existsSync(at('dist', 'web', 'index.html'))).toBe(true));

/** When files of dist/ were written. */
const written = (...names: string[]): number[] => names.map((name) => statSync(at('dist', name)).mtimeMs);

it('writes nothing where nothing has changed', () => {
  const before = written('answer.js', 'bench/other.js', 'web/index.html');
  build();
  expect(written('answer.js', 'bench/other.js', 'web/index.html')).toEqual(before);
});

it('makes what an edited source is in, and only that', () => {
  const [answer, page, other] = written('answer.js', 'web/index.html', 'other.js');
  writeFileSync(at('src', 'answer.ts'), 'export const answer = 42;');
  build();
  expect(readFileSync(at('dist', 'answer.js'), 'utf8')).toContain('42');
  expect(written('answer.js', 'web/index.html').map((time, i) => time > [answer!, page!][i]!)).toEqual([true, true]);
  expect(written('other.js')).toEqual([other]);
});

it('makes WebAssembly of what is written for it', async () => {
  const answer = async (): Promise<number> => {
    const bytes = readFileSync(at('dist', 'data', 'transform', 'kernels.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes);
    return (instance.exports['answer'] as () => number)();
  };
  expect(await answer()).toBe(41);
  writeFileSync(at('kernels', 'index.ts'), 'export function answer(): i32 { return 42; }');
  build();
  expect(await answer()).toBe(42);
});

it('leaves nothing to import of a source that is gone, and makes what somebody has removed', () => {
  writeFileSync(at('src', 'gone.ts'), 'export {};');
  build();
  rmSync(at('src', 'gone.ts'));
  rmSync(at('dist', 'other.js'));
  build();
  expect(['gone.js', 'gone.d.ts', 'other.js'].map((name) => existsSync(at('dist', name)))).toEqual([
    false,
    false,
    true,
  ]);
});

it('fails where a source does not compile, until it does', () => {
  writeFileSync(at('src', 'other.ts'), 'export const wrong: number = "";');
  expect(build).toThrow();
  expect(build).toThrow();
  writeFileSync(at('src', 'other.ts'), 'export {};');
  expect(build).not.toThrow();
});
