/** @file What is known of a picture's file, as a schema; `api.ts` gives it along with the others. */
import { z } from 'zod';

/** What the file of a picture says; nothing of one that is gone or cannot be read. */
export const PictureFile = z.object({
  /** Pixels, upright. */
  width: z.int(),
  height: z.int(),
  format: z.string(),
  bytes: z.number(),
  /** When the file was last changed, in ISO 8601, UTC. */
  changed: z.string(),
  /** When the picture was taken, by the clock of the camera, whose zone is not known: yyyy-mm-ddThh:mm:ss. */
  taken: z.string().optional(),
  camera: z.string().optional(),
  /** Time, aperture, sensitivity and focal length, as far as they are known. */
  exposure: z.string().optional(),
});
export type PictureFile = z.infer<typeof PictureFile>;

export const PictureFacts = z.object({
  /** Undefined if the file is gone or cannot be read: then what the run's cache has is shown. */
  file: PictureFile.optional(),
  /** Where it is; told on the machine itself only. */
  path: z.string().optional(),
});
export type PictureFacts = z.infer<typeof PictureFacts>;
