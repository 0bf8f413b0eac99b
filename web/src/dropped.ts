/** @file A picture that the reader dropped on the page, pasted, or picked: what the neighbours are searched of. */
import { signal } from '@preact/signals';
import { goTo } from './route.ts';

export const dropped = signal<Blob | undefined>(undefined);

/** Searches with a picture, whatever view is open. */
export function searchWith(picture: Blob): void {
  dropped.value = picture;
  goTo('neighbours', 'new');
}

/** Many systems know no type for pictures of iPhones. */
function isPicture({ type, name }: File): boolean {
  return type.startsWith('image/') || /\.hei[cf]$/i.test(name);
}

/** Takes pictures that are dropped on or pasted into the page, wherever. @returns a function that stops it */
export function acceptPictures(onHover: (isOver: boolean) => void): () => void {
  const take = (event: Event, transfer: DataTransfer | null): void => {
    const file = Array.from(transfer?.files ?? []).find(isPicture);
    if (file === undefined) return;
    event.preventDefault();
    searchWith(file);
  };
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener('paste', (event) => take(event, event.clipboardData), { signal });
  addEventListener(
    'dragover',
    (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      onHover(true);
    },
    { signal },
  );
  addEventListener('dragleave', ({ relatedTarget }) => relatedTarget === null && onHover(false), { signal });
  addEventListener(
    'drop',
    (event) => {
      if (hasFiles(event)) event.preventDefault();
      onHover(false);
      take(event, event.dataTransfer);
    },
    { signal },
  );
  return () => stop.abort();
}
