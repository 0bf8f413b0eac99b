/** @file Changes of colour as version 0.1 made them: in place on float32[3, n], red, green and blue planes in [0, 1]. */

const RED = 0.2989;
const GREEN = 0.587;
const BLUE = 0.114;

function clamp(value: number): number {
  if (value < 0) return 0;
  if (value > 1) return 1;
  return value;
}

/** @param factor ≥ 0; 0 gives black, 1 changes nothing */
function adjustBrightness(picture: Float32Array, factor: number): void {
  for (let i = 0; i < picture.length; i++) picture[i] = clamp(picture[i]! * factor);
}

/** Blends with the mean grey of the picture. @param factor ≥ 0; 0 gives plain grey, 1 changes nothing */
function adjustContrast(picture: Float32Array, factor: number): void {
  const n = picture.length / 3;
  let total = 0;
  for (let i = 0; i < n; i++) total += RED * picture[i]! + GREEN * picture[i + n]! + BLUE * picture[i + 2 * n]!;
  const offset = (1 - factor) * (total / n);
  for (let i = 0; i < picture.length; i++) picture[i] = clamp(picture[i]! * factor + offset);
}

/** Blends each pixel with its grey. @param factor ≥ 0; 0 gives a grey picture, 1 changes nothing */
function adjustSaturation(picture: Float32Array, factor: number): void {
  const n = picture.length / 3;
  for (let i = 0; i < n; i++) {
    const red = picture[i]!;
    const green = picture[i + n]!;
    const blue = picture[i + 2 * n]!;
    const offset = (1 - factor) * (RED * red + GREEN * green + BLUE * blue);
    picture[i] = clamp(red * factor + offset);
    picture[i + n] = clamp(green * factor + offset);
    picture[i + 2 * n] = clamp(blue * factor + offset);
  }
}

/** Turns the colour wheel. @param turn in turns, in [−0.5, 0.5]; 0 changes nothing */
function adjustHue(picture: Float32Array, turn: number): void {
  const n = picture.length / 3;
  for (let i = 0; i < n; i++) {
    const red = picture[i]!;
    const green = picture[i + n]!;
    const blue = picture[i + 2 * n]!;
    const max = Math.max(red, green, blue);
    const min = Math.min(red, green, blue);
    const chroma = max - min;
    if (chroma === 0) continue;
    // Hue in sixths of a turn: red 0, green 2, blue 4. Value and saturation stay, so max and min do.
    let hue: number;
    if (max === red) hue = (green - blue) / chroma;
    else if (max === green) hue = 2 + (blue - red) / chroma;
    else hue = 4 + (red - green) / chroma;
    hue += 6 * turn;
    if (hue < 0) hue += 6;
    else if (hue >= 6) hue -= 6;
    picture[i] = min + chroma * clamp(Math.abs(hue - 3) - 1);
    picture[i + n] = min + chroma * clamp(2 - Math.abs(hue - 2));
    picture[i + 2 * n] = min + chroma * clamp(2 - Math.abs(hue - 4));
  }
}

export const FORMULAS = { adjustBrightness, adjustContrast, adjustSaturation, adjustHue };
