/** @file Scans a folder with few files left that may be opened: `node starved.mjs SCAN_MODULE FOLDER`. */
import { closeSync, openSync } from 'node:fs';

const [scanModule, folder] = process.argv.slice(2);
const { scan } = await import(scanModule);
// What the scan needs besides is loaded by a scan that is not short of anything.
await scan([folder]);
const held = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch {
  for (const file of held.splice(0, 5)) closeSync(file);
}
try {
  const { skipped } = await scan([folder]);
  process.stdout.write(`${skipped.length} skipped: ${skipped[0]?.reason}`);
} catch (error) {
  process.stdout.write(`${error.exitCode} ${error.message}`);
}
