/** @file What pictures may differ in and still count as alike: words, and the settings that each stands for. */
import type { Settings } from './settings.js';

/** What the words decide. Jitter's four numbers go by names here, for they belong to two words. */
interface Changes extends Pick<Settings, 'colours' | 'greyscale' | 'flip' | 'turns' | 'crop'> {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly hue: number;
}

interface Difference {
  readonly is: string;
  /** How far pictures are changed in it where it is ignored, and where it matters. */
  readonly ignored: Partial<Changes>;
  readonly matters: Partial<Changes>;
  /** The settings that it decides. */
  readonly settings: readonly (keyof Settings)[];
}

/** What each does to accuracy is in docs/recipe.md. */
export const DIFFERENCES = {
  colour: {
    is: 'hue, and how strong colours are',
    ignored: { colours: 0, saturation: 0.4, hue: 0.4, greyscale: 0.2 },
    // The encoder is to learn shapes all the same: what is searched has the colours beside them.
    matters: { colours: 0.5, saturation: 0.4, hue: 0.1, greyscale: 0.2 },
    settings: ['colours', 'jitter', 'greyscale'],
  },
  brightness: {
    is: 'brightness and contrast',
    ignored: { brightness: 0.4, contrast: 0.4 },
    matters: { brightness: 0.1, contrast: 0.1 },
    settings: ['jitter'],
  },
  scale: {
    is: 'how large a thing is in the picture, and where',
    ignored: { crop: [0.3, 1] },
    matters: { crop: [0.7, 1] },
    settings: ['crop'],
  },
  mirror: { is: 'left and right', ignored: { flip: 0.5 }, matters: { flip: 0 }, settings: ['flip'] },
  orientation: { is: 'which way is up', ignored: { turns: 4 }, matters: { turns: 1 }, settings: ['turns'] },
} as const satisfies Record<string, Difference>;

export type DifferenceName = keyof typeof DIFFERENCES;
export const DIFFERENCE_NAMES = Object.keys(DIFFERENCES) as DifferenceName[];

/** What is ignored unless pictures or somebody say otherwise. */
export const USUALLY_IGNORED: readonly DifferenceName[] = ['brightness', 'scale', 'mirror'];

export type AlikeSettings = Pick<Settings, 'colours' | 'crop' | 'flip' | 'turns' | 'jitter' | 'greyscale'>;

/** The settings of a training that ignores these differences; all others matter. */
export function ignoring(names: readonly DifferenceName[]): AlikeSettings {
  const parts = DIFFERENCE_NAMES.map((name) => DIFFERENCES[name][names.includes(name) ? 'ignored' : 'matters']);
  const { brightness, contrast, saturation, hue, ...rest } = Object.assign({}, ...parts) as Changes;
  return { ...rest, jitter: [brightness, contrast, saturation, hue] };
}
