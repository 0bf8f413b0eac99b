/** @file Draws the points with WebGL 2, in one call. */
import type { Camera } from './camera.ts';

const VERTEX = `#version 300 es
layout(location = 0) in vec2 from;
layout(location = 1) in vec2 to;
layout(location = 2) in vec4 colour;
uniform float progress;
uniform vec4 view; // middle of the view, and units of the map to clip space
uniform float size;
out vec4 tint;
void main() {
  gl_Position = vec4((mix(from, to, progress) - view.xy) * view.zw, 0, 1);
  gl_PointSize = size;
  tint = colour;
}`;

// A disc with an edge one pixel soft; as a ring, only its rim.
const FRAGMENT = `#version 300 es
precision highp float;
in vec4 tint;
uniform float size;
uniform vec4 ring;
out vec4 pixel;
void main() {
  float inside = (0.5 - length(gl_PointCoord - 0.5)) * size;
  float disc = clamp(inside + 0.5, 0.0, 1.0);
  float rim = disc - clamp(inside - 1.5, 0.0, 1.0);
  vec4 colour = ring.a > 0.0 ? mix(tint, ring, rim) : tint;
  float alpha = colour.a * disc;
  pixel = vec4(colour.rgb * alpha, alpha);
}`;

const FROM = 0;
const TO = 1;
const COLOUR = 2;

export interface Ring {
  /** Which points are marked. */
  readonly rows: Uint32Array;
  /** Red, green and blue, in [0, 1]. */
  readonly colour: readonly [number, number, number];
}

/** The points of a map; how they are coloured and which of them are marked can be set at any time. */
export class Points {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #buffers: readonly WebGLBuffer[];
  /** Rows in the order they are drawn: mixed, so that no label lies on top of the others. */
  readonly #order: WebGLBuffer;
  readonly #marks: WebGLBuffer;
  readonly #uniforms: Readonly<Record<'progress' | 'view' | 'size' | 'ring', WebGLUniformLocation | null>>;
  #numPoints = 0;
  #ring: Ring = { rows: new Uint32Array(), colour: [0, 0, 0] };

  /** @throws if the browser has no WebGL 2 */
  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { antialias: false, depth: false, stencil: false, alpha: true });
    if (gl === null) throw new Error('The map is drawn with WebGL 2, which this browser has not, or has switched off.');
    this.#gl = gl;
    this.#program = buildProgram(gl);
    this.#buffers = [FROM, TO, COLOUR].map(() => gl.createBuffer());
    this.#order = gl.createBuffer();
    this.#marks = gl.createBuffer();
    const locate = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(this.#program, name);
    this.#uniforms = { progress: locate('progress'), view: locate('view'), size: locate('size'), ring: locate('ring') };
    for (const location of [FROM, TO, COLOUR]) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffers[location]!);
      gl.enableVertexAttribArray(location);
      if (location === COLOUR) gl.vertexAttribPointer(location, 4, gl.UNSIGNED_BYTE, true, 0, 0);
      else gl.vertexAttribPointer(location, 2, gl.FLOAT, false, 0, 0);
    }
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** @param from float32[n, 2] @param to float32[n, 2]: places are drawn on the way from one to the other */
  setPlaces(from: Float32Array, to: Float32Array): void {
    if (this.#numPoints !== to.length / 2) {
      this.#numPoints = to.length / 2;
      this.#uploadRows(this.#order, mixed(this.#numPoints));
    }
    this.#upload(FROM, from);
    this.#upload(TO, to);
  }

  /** @param colours uint8[n, 4], red, green, blue and alpha */
  setColours(colours: Uint8Array): void {
    this.#upload(COLOUR, colours);
  }

  setRing(ring: Ring): void {
    this.#ring = ring;
    this.#uploadRows(this.#marks, ring.rows);
  }

  /**
   * @param progress on the way between the two places, in [0, 1]
   * @param size diameter of a point, in CSS pixels
   * @param ratio pixels of the device to one of CSS
   */
  draw(camera: Camera, progress: number, size: number, ratio: number): void {
    const gl = this.#gl;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this.#numPoints === 0) return;
    const { x, y, scale, width, height } = camera;
    gl.useProgram(this.#program);
    gl.uniform1f(this.#uniforms.progress, progress);
    gl.uniform4f(this.#uniforms.view, x, y, (2 * scale) / width, (2 * scale) / height);
    gl.uniform1f(this.#uniforms.size, size * ratio);
    gl.uniform4f(this.#uniforms.ring, 0, 0, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.#order);
    gl.drawElements(gl.POINTS, this.#numPoints, gl.UNSIGNED_INT, 0);
    if (this.#ring.rows.length === 0) return;
    gl.uniform1f(this.#uniforms.size, Math.max(size + 4, 8) * ratio);
    gl.uniform4f(this.#uniforms.ring, ...this.#ring.colour, 1);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.#marks);
    gl.drawElements(gl.POINTS, this.#ring.rows.length, gl.UNSIGNED_INT, 0);
  }

  release(): void {
    for (const buffer of [...this.#buffers, this.#order, this.#marks]) this.#gl.deleteBuffer(buffer);
    this.#gl.deleteProgram(this.#program);
  }

  #uploadRows(buffer: WebGLBuffer, rows: Uint32Array): void {
    this.#gl.bindBuffer(this.#gl.ELEMENT_ARRAY_BUFFER, buffer);
    this.#gl.bufferData(this.#gl.ELEMENT_ARRAY_BUFFER, rows, this.#gl.DYNAMIC_DRAW);
  }

  #upload(location: number, values: Float32Array | Uint8Array): void {
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#buffers[location]!);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, values, this.#gl.DYNAMIC_DRAW);
  }
}

/** Rows 0 … n − 1, each step far from the last: by the golden ratio, or near it, so that no row is met twice. */
function mixed(n: number): Uint32Array {
  let step = Math.max(Math.round(0.618 * n), 1);
  while (commonDivisor(step, n) > 1) step++;
  return Uint32Array.from({ length: n }, (_, i) => (i * step) % n);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function buildProgram(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The map's shaders: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}
