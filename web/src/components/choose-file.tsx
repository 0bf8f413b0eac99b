/** @file A button that asks for a file. */
import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';

interface ChooseFileProps {
  /** Kinds of files, as inputs have them. */
  readonly accept: string;
  /** What is asked for, in words. */
  readonly name: string;
  readonly onFile: (file: File) => void;
  readonly children: ComponentChildren;
}

export function ChooseFile({ accept, name, onFile, children }: ChooseFileProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        aria-label={name}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // Emptied, so that the same file can be chosen again.
          currentTarget.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
    </>
  );
}
