/** @file A button that asks for a picture file and searches with it. */
import type { ComponentChildren, JSX } from 'preact';
import { searchWith } from '../dropped.ts';
import { ChooseFile } from './choose-file.tsx';

export function ChoosePicture({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <ChooseFile accept="image/*,.heic,.heif,.jxl" name="Picture to search with" onFile={searchWith}>
      {children}
    </ChooseFile>
  );
}
