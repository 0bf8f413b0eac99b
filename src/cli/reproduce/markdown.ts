/** @file The report as Markdown. */
import type { Findings } from './findings.js';
import { cellOf, mainColumn, making, orderHere, orderInPaper, scale, verdict } from './tell.js';

export function markdown(findings: Findings): string {
  const { experiment, rows, plan, measureAgain } = findings;
  const { title: ranked } = mainColumn(findings);
  const paperOrder = orderInPaper(findings);
  const parts = [
    `# ${experiment.title}`,
    ...experiment.story,
    '## What came out',
    resultTable(findings),
    ...verdict(findings),
    ...(experiment.isRanking && rows.length > 1 ? [`By ${ranked}, here: ${orderHere(findings)}`] : []),
    ...(!experiment.isRanking || paperOrder === '' ? [] : [`In the paper: ${paperOrder}`]),
    '## What differs in scale',
    table(['', 'here', 'paper'], scale(findings)),
    ...experiment.remarks,
    '## How it was made',
    making(findings)
      .map(([name, value]) => `- ${name}: ${name === 'Command' ? `\`${value}\`` : value}`)
      .join('\n'),
    table(
      ['run', 'pictures', 'epochs', 'steps'],
      plan.runs.map(({ label, pictures, epochs, steps }) => [label, pictures, epochs, steps].map(String)),
    ),
    'Plots are in report.html beside this file.',
    ...(measureAgain === undefined
      ? []
      : [`Each run is an ordinary run folder. To measure the last again: \`${measureAgain}\``]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function resultTable(findings: Findings): string {
  const { experiment, rows } = findings;
  const { columns } = experiment;
  const head = ['', ...columns.flatMap(({ title, isOurs }) => (isOurs ? [title] : [title, 'paper']))];
  const body = rows.map((row) => [
    row.label,
    ...columns.flatMap((column) => {
      const { ours, paper } = cellOf(row, column, findings);
      return column.isOurs ? [ours] : [ours, paper];
    }),
  ]);
  return table(head, body);
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...body.map(line)].join('\n');
}
