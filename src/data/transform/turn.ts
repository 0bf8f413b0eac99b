/** @file Square pictures turned by quarters. */

/**
 * Turns a picture clockwise, in place.
 *
 * @param image float32[3, size, size]
 * @param quarters in [0, 4)
 */
export function turn(image: Float32Array, size: number, quarters: number): void {
  const area = size * size;
  for (let start = 0; start < image.length; start += area) {
    const plane = image.subarray(start, start + area);
    if (quarters % 2 === 1) {
      transpose(plane, size);
      for (let row = 0; row < area; row += size) plane.subarray(row, row + size).reverse();
    }
    if (quarters >= 2) plane.reverse();
  }
}

function transpose(plane: Float32Array, size: number): void {
  for (let y = 1; y < size; y++) {
    for (let x = 0; x < y; x++) {
      const other = plane[x * size + y]!;
      plane[x * size + y] = plane[y * size + x]!;
      plane[y * size + x] = other;
    }
  }
}
