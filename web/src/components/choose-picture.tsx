/** @file A button that asks for a picture file and searches with it. */
import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { searchWith } from '../dropped.ts';

export function ChoosePicture({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label="Picture to search with"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // Emptied, so that the same file can be chosen again.
          currentTarget.value = '';
          if (file !== undefined) searchWith(file);
        }}
      />
    </>
  );
}
