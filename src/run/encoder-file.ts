/** @file The encoder of a run as a file, made from its weights. */
import { encoderOnnx } from '../method/encode.js';
import { type ReadoutOf, readoutAmong } from '../method/readout.js';
import type { Settings } from '../method/settings.js';
import type { EncoderForm } from './encoder-form.js';
import { transformOf } from './transform.js';

/**
 * The encoder as an ONNX model; the same weights give the same bytes.
 *
 * @param weights parameters and buffers by name, and the readout if there is one
 */
export function encoderFile(
  { settings, architecture }: EncoderForm,
  weights: ReadonlyMap<string, Float32Array>,
): Uint8Array {
  const readout = readoutAmong(weights, settings);
  const metadata = encoderMetadata(settings, readout);
  return encoderOnnx(architecture, settings.size, weights, metadata, readout);
}

/** What somebody needs to know to feed the encoder, as the model's metadata. */
function encoderMetadata(settings: Settings, readout: ReadoutOf | undefined): Record<string, string> {
  const { size, resize, shortSide, fit, interpolation, mean, std } = transformOf(settings, readout);
  const { encoder } = settings;
  const dim = readout?.bias.length ?? settings.dim;
  const preprocessing = {
    colour: 'RGB, sRGB, EXIF orientation applied',
    ...(fit === 'pad' && { pad: 'to a square, in its middle, with the median of its border in each channel' }),
    ...(size > settings.size && { reduced: `first, if they are larger, to a short side of ${shortSide}` }),
    resize,
    centerCrop: size,
    interpolation: `${interpolation}, antialiased`,
    scale: '1/255',
    mean,
    std,
    layout: 'float32[batch, 3, size, size]',
  };
  return { encoder, dim: String(dim), preprocessing: JSON.stringify(preprocessing), producer: 'instdisc' };
}
