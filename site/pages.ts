/**
 * @file Makes pages what readers expect: entries are named as they are imported, documents by their first heading, and the
 * page of the examples shows their code.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Application, Converter, DeclarationReflection, type ProjectReflection } from 'typedoc';

/** @param examples folder of the examples */
export function shapePages(app: Application, examples: string): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: { readonly project: ProjectReflection }) => {
    for (const entry of project.children ?? []) {
      if (entry instanceof DeclarationReflection) describeEntry(entry);
    }
    for (const document of project.documents ?? []) {
      const text = document.content.map(({ text }) => text).join('');
      document.name = /^# (.+)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? document.name;
      if (document.name !== 'Examples') continue;
      for (const [, file] of text.matchAll(/\[([\w-]+\.ts)\]/g)) {
        const code = readFileSync(join(examples, file!), 'utf8');
        document.content.push(
          { kind: 'text', text: `\n\n## ${file}\n\n` },
          { kind: 'code', text: `\`\`\`ts\n${code}\`\`\`` },
        );
      }
    }
  });
}

/** What a file says of itself after `@file` is what its page begins with. */
function describeEntry(entry: DeclarationReflection): void {
  entry.name = entry.name === 'index' ? 'instdisc' : `instdisc/${entry.name}`;
  const file = entry.comment?.getTag('@file');
  if (entry.comment === undefined || file === undefined) return;
  entry.comment.summary = file.content;
  entry.comment.removeTags('@file');
}
