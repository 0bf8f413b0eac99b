/** @file Hands the reader a file. */

export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the content by the next turn of its loop at the latest.
  setTimeout(() => URL.revokeObjectURL(url));
}

/** Rows of cells as CSV (RFC 4180). */
export function csv(rows: readonly (readonly (string | number)[])[]): Blob {
  const cell = (value: string | number): string => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return new Blob([rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')], { type: 'text/csv' });
}
