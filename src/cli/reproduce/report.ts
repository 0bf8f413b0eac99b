/** @file The report of an experiment, as Markdown and as a page. */
import { join } from 'node:path';
import { writeFilesAtomic } from '../../store/files/atomic.js';
import { type FindingsOptions, gatherFindings } from './findings.js';
import { markdown } from './markdown.js';
import { reportPage } from './report-page.js';

/** @returns the files */
export async function writeReport(
  options: FindingsOptions,
): Promise<{ readonly html: string; readonly markdown: string }> {
  const findings = await gatherFindings(options);
  const files = { html: join(options.out, 'report.html'), markdown: join(options.out, 'report.md') };
  await writeFilesAtomic([
    [files.markdown, markdown(findings)],
    [files.html, await reportPage(findings)],
  ]);
  return files;
}
