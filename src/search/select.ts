/** @file Selection in place. */

/**
 * Brings the `k` largest of the numbers in [start, end) to the end of that stretch, in no order (Hoare's quickselect).
 *
 * @returns the least of these
 */
export function selectLargest(numbers: Float32Array | Float64Array, start: number, end: number, k: number): number {
  const wanted = end - k;
  let low = start;
  let high = end - 1;
  while (low < high) {
    const pivot = numbers[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (numbers[i]! < pivot) i++;
      while (numbers[j]! > pivot) j--;
      if (i > j) break;
      const swapped = numbers[i]!;
      numbers[i++] = numbers[j]!;
      numbers[j--] = swapped;
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return numbers[wanted]!;
}
