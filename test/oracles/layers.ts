/** @file Layers in float64: each gives its result and the function that takes a gradient back through it. */
import { type Tensor, zeros } from './tensor.js';

export interface Layer<Gradients> {
  readonly y: Tensor;
  backward(dy: Tensor): Gradients;
}

type Four = [number, number, number, number];

/** y[n, o, i, j] = Σ x[n, c, i·stride + u − padding, j·stride + v − padding] · w[o, c, u, v] */
export function convolution(x: Tensor, w: Tensor, stride: number, padding: number): Layer<{ dx: Tensor; dw: Tensor }> {
  const [n, c, h, wd] = x.shape as Four;
  const [o, , kh, kw] = w.shape as Four;
  const oh = Math.floor((h + 2 * padding - kh) / stride) + 1;
  const ow = Math.floor((wd + 2 * padding - kw) / stride) + 1;
  const y = zeros(n, o, oh, ow);
  /** Calls `visit` with the places in x, w and y of every product in the sum. */
  const forEachProduct = (visit: (inX: number, inW: number, inY: number) => void): void => {
    for (let picture = 0; picture < n; picture++)
      for (let filter = 0; filter < o; filter++)
        for (let channel = 0; channel < c; channel++)
          for (let u = 0; u < kh; u++)
            for (let v = 0; v < kw; v++)
              for (let i = 0; i < oh; i++) {
                const row = i * stride + u - padding;
                if (row < 0 || row >= h) continue;
                for (let j = 0; j < ow; j++) {
                  const column = j * stride + v - padding;
                  if (column < 0 || column >= wd) continue;
                  const inX = ((picture * c + channel) * h + row) * wd + column;
                  visit(inX, ((filter * c + channel) * kh + u) * kw + v, ((picture * o + filter) * oh + i) * ow + j);
                }
              }
  };
  forEachProduct((inX, inW, inY) => {
    y.data[inY]! += x.data[inX]! * w.data[inW]!;
  });
  return {
    y,
    backward(dy) {
      const [dx, dw] = [zeros(...x.shape), zeros(...w.shape)];
      forEachProduct((inX, inW, inY) => {
        dx.data[inX]! += dy.data[inY]! * w.data[inW]!;
        dw.data[inW]! += dy.data[inY]! * x.data[inX]!;
      });
      return { dx, dw };
    },
  };
}

export interface BatchNorm extends Layer<{ dx: Tensor; dWeight: Tensor; dBias: Tensor }> {
  readonly mean: Float64Array;
  /** Divided by the count less one, as the running variance wants it. */
  readonly unbiasedVariance: Float64Array;
}

/** Normalises each channel over pictures and pixels; its gradient goes back through mean and variance one by one. */
export function batchNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon = 1e-5): BatchNorm {
  const [n, c, h, w] = x.shape as Four;
  const count = n * h * w;
  const places = (channel: number): number[] =>
    Array.from({ length: count }, (_, i) => (Math.floor(i / (h * w)) * c + channel) * h * w + (i % (h * w)));
  const [y, normalised] = [zeros(...x.shape), zeros(...x.shape)];
  const [mean, unbiasedVariance, deviation] = [new Float64Array(c), new Float64Array(c), new Float64Array(c)];
  for (let channel = 0; channel < c; channel++) {
    for (const p of places(channel)) mean[channel]! += x.data[p]! / count;
    let squares = 0;
    for (const p of places(channel)) squares += (x.data[p]! - mean[channel]!) ** 2;
    unbiasedVariance[channel] = squares / (count - 1);
    deviation[channel] = Math.sqrt(squares / count + epsilon);
    for (const p of places(channel)) {
      normalised.data[p] = (x.data[p]! - mean[channel]!) / deviation[channel]!;
      y.data[p] = weight.data[channel]! * normalised.data[p]! + bias.data[channel]!;
    }
  }
  return {
    y,
    mean,
    unbiasedVariance,
    backward(dy) {
      const [dx, dWeight, dBias] = [zeros(...x.shape), zeros(c), zeros(c)];
      for (let channel = 0; channel < c; channel++) {
        const sigma = deviation[channel]!;
        let dVariance = 0;
        let dMean = 0;
        for (const p of places(channel)) {
          dWeight.data[channel]! += dy.data[p]! * normalised.data[p]!;
          dBias.data[channel]! += dy.data[p]!;
          const dNormalised = dy.data[p]! * weight.data[channel]!;
          dVariance += dNormalised * (x.data[p]! - mean[channel]!) * -0.5 * sigma ** -3;
          dMean -= dNormalised / sigma;
        }
        for (const p of places(channel)) {
          const throughVariance = (dVariance * 2 * (x.data[p]! - mean[channel]!)) / count;
          dx.data[p] = (dy.data[p]! * weight.data[channel]!) / sigma + throughVariance + dMean / count;
        }
      }
      return { dx, dWeight, dBias };
    },
  };
}

/** Batch normalisation in evaluation: by given statistics. @returns its result; it is not differentiated */
export function fixedNorm(
  x: Tensor,
  [weight, bias, mean, variance]: readonly [Tensor, Tensor, Tensor, Tensor],
  epsilon = 1e-5,
): Tensor {
  const [, c, h, w] = x.shape as Four;
  const data = x.data.map((value, i) => {
    const channel = Math.floor(i / (h * w)) % c;
    const normalised = (value - mean.data[channel]!) / Math.sqrt(variance.data[channel]! + epsilon);
    return weight.data[channel]! * normalised + bias.data[channel]!;
  });
  return { shape: x.shape, data };
}

/** Batch normalisation of features [n, dim] without scale and shift. */
export function standardize({ shape, data }: Tensor): BatchNorm {
  const [n, dim] = shape as [number, number];
  const weight = { shape: [dim], data: new Float64Array(dim).fill(1) };
  const norm = batchNorm({ shape: [n, dim, 1, 1], data }, weight, zeros(dim));
  return {
    ...norm,
    y: { shape, data: norm.y.data },
    backward: (dy) => norm.backward({ shape: [n, dim, 1, 1], data: dy.data }),
  };
}

export function relu(x: Tensor): Layer<Tensor> {
  return {
    y: { shape: x.shape, data: x.data.map((value) => Math.max(0, value)) },
    backward: (dy) => ({ shape: x.shape, data: dy.data.map((value, i) => (x.data[i]! > 0 ? value : 0)) }),
  };
}

export function sum(a: Tensor, b: Tensor): Tensor {
  return { shape: a.shape, data: a.data.map((value, i) => value + b.data[i]!) };
}

/** Largest of each square window of that side, at stride 2. */
export function maxPool(x: Tensor, side = 3, padding = 1): Layer<Tensor> {
  const [n, c, h, w] = x.shape as Four;
  const [oh, ow] = [h, w].map((extent) => Math.floor((extent + 2 * padding - side) / 2) + 1) as [number, number];
  const y = zeros(n, c, oh, ow);
  const chosen = new Int32Array(y.data.length);
  for (let image = 0; image < n * c; image++)
    for (let i = 0; i < oh; i++)
      for (let j = 0; j < ow; j++) {
        const place = (image * oh + i) * ow + j;
        y.data[place] = Number.NEGATIVE_INFINITY;
        const [top, left] = [2 * i - padding, 2 * j - padding];
        for (let row = Math.max(0, top); row < Math.min(h, top + side); row++)
          for (let column = Math.max(0, left); column < Math.min(w, left + side); column++) {
            const candidate = (image * h + row) * w + column;
            if (x.data[candidate]! <= y.data[place]!) continue;
            y.data[place] = x.data[candidate]!;
            chosen[place] = candidate;
          }
      }
  return {
    y,
    backward(dy) {
      const dx = zeros(...x.shape);
      dy.data.forEach((value, place) => {
        dx.data[chosen[place]!]! += value;
      });
      return dx;
    },
  };
}

/** Mean over the pixels of each channel. */
export function meanPool(x: Tensor): Layer<Tensor> {
  const [n, c, h, w] = x.shape as Four;
  const y = zeros(n, c);
  x.data.forEach((value, i) => {
    y.data[Math.floor(i / (h * w))]! += value / (h * w);
  });
  return {
    y,
    backward: (dy) => ({ shape: x.shape, data: x.data.map((_, i) => dy.data[Math.floor(i / (h * w))]! / (h * w)) }),
  };
}

/** y = x·Wᵀ + b */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Layer<{ dx: Tensor; dWeight: Tensor; dBias: Tensor }> {
  const [n, fanIn] = x.shape as [number, number];
  const out = weight.shape[0]!;
  const y = zeros(n, out);
  for (let row = 0; row < n; row++)
    for (let o = 0; o < out; o++) {
      y.data[row * out + o] = bias.data[o]!;
      for (let i = 0; i < fanIn; i++) y.data[row * out + o]! += x.data[row * fanIn + i]! * weight.data[o * fanIn + i]!;
    }
  return {
    y,
    backward(dy) {
      const [dx, dWeight, dBias] = [zeros(n, fanIn), zeros(out, fanIn), zeros(out)];
      for (let row = 0; row < n; row++)
        for (let o = 0; o < out; o++) {
          const d = dy.data[row * out + o]!;
          dBias.data[o]! += d;
          for (let i = 0; i < fanIn; i++) {
            dx.data[row * fanIn + i]! += d * weight.data[o * fanIn + i]!;
            dWeight.data[o * fanIn + i]! += d * x.data[row * fanIn + i]!;
          }
        }
      return { dx, dWeight, dBias };
    },
  };
}

/** Rows of unit length: f = x/‖x‖, so dx = (df − f·⟨f, df⟩) / ‖x‖. */
export function normalizeRows(x: Tensor): Layer<Tensor> {
  const [n, dim] = x.shape as [number, number];
  const y = zeros(n, dim);
  const lengths = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const from = x.data.subarray(row * dim, (row + 1) * dim);
    lengths[row] = Math.sqrt(from.reduce((s, value) => s + value * value, 0));
    from.forEach((value, i) => {
      y.data[row * dim + i] = value / lengths[row]!;
    });
  }
  return {
    y,
    backward(dy) {
      const dx = zeros(n, dim);
      for (let row = 0; row < n; row++) {
        let along = 0;
        for (let i = row * dim; i < (row + 1) * dim; i++) along += y.data[i]! * dy.data[i]!;
        for (let i = row * dim; i < (row + 1) * dim; i++)
          dx.data[i] = (dy.data[i]! - y.data[i]! * along) / lengths[row]!;
      }
      return dx;
    },
  };
}
