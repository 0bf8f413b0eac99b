/** @file Where the pictures lie, arranged to be asked what is near a place and what is inside a line. */
import type { Bounds, Point } from './camera.ts';

/** Cells a side. */
const SIDE = 256;

export class Places {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly bounds: Bounds;
  /** int32[SIDE² + 1]: where the rows of each cell start in `#rows`. */
  readonly #starts = new Int32Array(SIDE * SIDE + 1);
  readonly #rows: Int32Array;
  /** Representatives of the squares of each level: row by square. */
  readonly #levels = new Map<number, Map<number, number>>();

  /** @param x float32[n] @param y float32[n] */
  constructor(x: Float32Array, y: Float32Array) {
    this.x = x;
    this.y = y;
    this.bounds = boundsOf(x, y);
    this.#rows = new Int32Array(x.length);
    const cells = Int32Array.from(x, (_, row) => this.#column(x[row]!) + SIDE * this.#line(y[row]!));
    for (const cell of cells) this.#starts[cell + 1]!++;
    for (let cell = 0; cell < SIDE * SIDE; cell++) this.#starts[cell + 1]! += this.#starts[cell]!;
    const next = this.#starts.slice();
    for (const [row, cell] of cells.entries()) this.#rows[next[cell]!++] = row;
  }

  /** @returns the row nearest to a place, at most `radius` away; −1 if there is none */
  nearest({ x, y }: Point, radius: number): number {
    let best = -1;
    let least = radius * radius;
    this.#visit({ left: x - radius, right: x + radius, bottom: y - radius, top: y + radius }, (row) => {
      const distance = (this.x[row]! - x) ** 2 + (this.y[row]! - y) ** 2;
      if (distance > least) return;
      least = distance;
      best = row;
    });
    return best;
  }

  /** @param line corners of a polygon, which closes itself @returns rows inside, even-odd, ascending */
  inside(line: readonly Point[]): number[] {
    const found: number[] = [];
    this.#visit(
      boundsOf(
        line.map(({ x }) => x),
        line.map(({ y }) => y),
      ),
      (row) => {
        if (isInside(this.x[row]!, this.y[row]!, line)) found.push(row);
      },
    );
    return found.sort((a, b) => a - b);
  }

  /**
   * One picture for each square of the map in view that has any. Squares have sides of 2^−level; the picture that stands
   * for a square also stands for one of its four quarters, so that zooming in adds pictures and takes none away.
   */
  representatives(level: number, view: Bounds): number[] {
    const side = 2 ** -level;
    const squares = this.#levels.get(level) ?? this.#arrange(level);
    const found: number[] = [];
    for (let i = Math.floor(view.left / side); i <= view.right / side; i++) {
      for (let j = Math.floor(view.bottom / side); j <= view.top / side; j++) {
        const row = squares.get(squareKey(i, j));
        if (row !== undefined) found.push(row);
      }
    }
    return found;
  }

  #arrange(level: number): Map<number, number> {
    const squares = new Map<number, number>();
    const factor = 2 ** level;
    for (let row = 0; row < this.x.length; row++) {
      const key = squareKey(Math.floor(this.x[row]! * factor), Math.floor(this.y[row]! * factor));
      const rival = squares.get(key);
      if (rival === undefined || priority(row) > priority(rival)) squares.set(key, row);
    }
    this.#levels.set(level, squares);
    return squares;
  }

  #visit({ left, right, bottom, top }: Bounds, visit: (row: number) => void): void {
    for (let line = this.#line(bottom); line <= this.#line(top); line++) {
      const first = this.#starts[line * SIDE + this.#column(left)]!;
      const end = this.#starts[line * SIDE + this.#column(right) + 1]!;
      for (let at = first; at < end; at++) visit(this.#rows[at]!);
    }
  }

  #column(x: number): number {
    return cellOf(x, this.bounds.left, this.bounds.right);
  }

  #line(y: number): number {
    return cellOf(y, this.bounds.bottom, this.bounds.top);
  }
}

function cellOf(value: number, from: number, to: number): number {
  return Math.min(Math.max(Math.floor(((value - from) / (to - from || 1)) * SIDE), 0), SIDE - 1);
}

/** Squares are told apart while their numbers fit in 26 bits. */
function squareKey(i: number, j: number): number {
  return (i + 2 ** 25) * 2 ** 26 + j + 2 ** 25;
}

/** As good as random, so that no label is preferred, and the same each time. */
function priority(row: number): number {
  return Math.imul(row + 1, 0x9e3779b1) >>> 0;
}

function boundsOf(x: ArrayLike<number>, y: ArrayLike<number>): Bounds {
  const bounds = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i < x.length; i++) {
    bounds.left = Math.min(bounds.left, x[i]!);
    bounds.right = Math.max(bounds.right, x[i]!);
    bounds.bottom = Math.min(bounds.bottom, y[i]!);
    bounds.top = Math.max(bounds.top, y[i]!);
  }
  return x.length === 0 ? { left: -1, right: 1, bottom: -1, top: 1 } : bounds;
}

function isInside(x: number, y: number, line: readonly Point[]): boolean {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [a, b] = [line[i]!, line[j]!];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
