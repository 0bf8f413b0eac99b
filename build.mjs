/**
 * @file Brings dist/ up to date with src/, kernels/, bench/, examples/ and web/, and writes the man page. What has not
 * changed is left as it is, to be called before every test; files whose source is gone are removed, so that nothing can
 * import them.
 *
 *     node build.mjs [checkout]
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(process.argv[2] ?? dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
/** By part, a digest of all that it was made of; and which sources the page takes from outside of web/. */
const stampPath = join(dist, '.built.json');
const stamp = existsSync(stampPath) ? JSON.parse(readFileSync(stampPath, 'utf8')) : {};

/** Files below a folder, sorted; none if it is not there. */
function filesIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort();
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', 'tsconfig.base.json', ...paths]) {
    const file = join(root, path);
    hash.update(`${path}\0`).update(existsSync(file) ? readFileSync(file) : 'none');
  }
  return hash.digest('hex');
}

/** What tsc makes of the sources in a folder, without extension. */
function outputsOf(folder, out) {
  const sources = filesIn(folder).filter((path) => path.endsWith('.ts'));
  return new Set(sources.map((path) => out + path.slice(folder.length, -'.ts'.length)));
}

/** Compiles a folder to `out`, after what it no longer makes is removed; `kept` are folders in it that others make. */
async function compile(folder, out, kept = []) {
  const outputs = outputsOf(folder, out);
  for (const path of filesIn(out)) {
    if (kept.some((other) => path.startsWith(`${other}/`)) || !/\.(js|js\.map|d\.ts)$/.test(path)) continue;
    if (!outputs.has(path.replace(/\.(js|js\.map|d\.ts)$/, ''))) rmSync(join(root, path));
  }
  // What it wrote once it does not write again.
  if (!hasAll(outputs)) rmSync(join(root, out, 'tsconfig.tsbuildinfo'), { force: true });
  await tsc(folder);
}

function hasAll(outputs) {
  return [...outputs].every((path) => existsSync(join(root, `${path}.js`)));
}

/** @returns the files outside of web/ that the page is made of */
async function bundle() {
  const { build } = await import('vite');
  const modules = new Set();
  const moduleParsed = ({ id }) => modules.add(relative(root, id).replaceAll('\\', '/'));
  await build({ root: join(root, 'web'), logLevel: 'warn', plugins: [{ name: 'modules', moduleParsed }] });
  return [...modules].filter((path) => path.startsWith('src/')).sort();
}

function tsc(folder) {
  const command = join(root, 'node_modules/.bin/tsc');
  const child = spawn(command, ['-p', folder], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  return ended(child, `${folder}: expected what tsc takes.`);
}

function ended(child, failure) {
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(failure))));
  });
}

/** AssemblyScript to WebAssembly, beside what uses it. */
function assemble(source, wasm) {
  const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
  const flags = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'];
  return ended(
    spawn(process.execPath, [asc, source, '-o', wasm, ...flags], { cwd: root, stdio: 'inherit' }),
    `${source}: expected what AssemblyScript takes.`,
  );
}

/** Makes a part if it is not there whole, of what it would be made of now. */
async function part(name, inputs, isThere, make) {
  if (stamp[name] === digestOf(inputs()) && isThere()) return;
  const begunMs = Date.now();
  await make();
  // What was edited meanwhile may not be in it.
  if (inputs().some((path) => existsSync(join(root, path)) && statSync(join(root, path)).mtimeMs >= begunMs)) return;
  stamp[name] = digestOf(inputs());
  writeFileSync(stampPath, JSON.stringify(stamp));
}

async function code() {
  const isThere = (folder, out) => () => hasAll(outputsOf(folder, out));
  await part(
    'src',
    () => filesIn('src'),
    isThere('src', 'dist'),
    () => compile('src', 'dist', ['dist/bench', 'dist/examples', 'dist/web']),
  );
  await part(
    'kernels',
    () => filesIn('kernels'),
    () => existsSync(join(dist, 'data/transform/kernels.wasm')),
    () => assemble('kernels/index.ts', 'dist/data/transform/kernels.wasm'),
  );
  await manual();
  for (const folder of ['bench', 'examples']) {
    const inputs = () => [...filesIn('src'), ...filesIn(folder)];
    await part(folder, inputs, isThere(folder, `dist/${folder}`), () => compile(folder, `dist/${folder}`));
  }
}

/** The man page, which the commands describe themselves. */
async function manual() {
  const writer = join(dist, 'cli/manual/write-manual.js');
  if (!existsSync(writer)) return;
  const inputs = () => [...filesIn('src'), 'package.json'];
  await part(
    'man',
    inputs,
    () => existsSync(join(dist, 'man/instdisc.1')),
    () =>
      ended(
        spawn(process.execPath, [writer, join(dist, 'man/instdisc.1')], { stdio: 'inherit' }),
        'dist/man/instdisc.1: expected to be written.',
      ),
  );
}

async function page() {
  const inputs = () => [...filesIn('web'), ...(stamp.modules ?? [])];
  await part(
    'web',
    inputs,
    () => existsSync(join(dist, 'web/index.html')),
    async () => {
      stamp.modules = await bundle();
    },
  );
}

const failed = (await Promise.allSettled([code(), page()])).filter(({ status }) => status === 'rejected');
for (const { reason } of failed) process.stderr.write(`${reason.message}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
