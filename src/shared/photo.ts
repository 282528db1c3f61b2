/** What is known of photos and their files, on every side. */
import { z } from 'zod'

/**
 * What tells whether a file is still the one that was there: its length, and when it was last written in ms since 1970.
 */
export const FileState = z.object({ bytes: z.number(), modified: z.number() })
export type FileState = z.infer<typeof FileState>

export function isSameState(a: FileState | undefined, b: FileState | undefined): boolean {
  return a !== undefined && b !== undefined && a.bytes === b.bytes && a.modified === b.modified
}

/** A photo that the user opened. The window never names files by path: it passes the id back. */
export const Photo = FileState.extend({
  id: z.string(),
  name: z.string(),
  /** Folder relative to the opened one, '' at its top; for display and mirrored trees. */
  folder: z.string(),
})
export type Photo = z.infer<typeof Photo>

/** What opening files or a folder brought. */
export const Opened = z.object({
  /** Path of the folder, or of the one that holds the opened files; for display. */
  folder: z.string(),
  /** The folder that was opened as such and is watched from now on; null for files, or several folders. */
  root: z.string().nullable(),
  photos: z.array(Photo),
  /** Paths of files and folders that could not be read; for display. */
  passedOver: z.array(z.string()),
})
export type Opened = z.infer<typeof Opened>

/**
 * What has happened in the opened folder: photos that are new or no longer the same, and ids of those that are gone.
 */
export const PhotosChange = z.object({ changed: z.array(Photo), removed: z.array(z.string()) })
export type PhotosChange = z.infer<typeof PhotosChange>

/** Of an upright photo, in pixels. */
export const PhotoSize = z.object({ width: z.number(), height: z.number() })
export type PhotoSize = z.infer<typeof PhotoSize>

/** A part of an upright photo, in its own pixels. */
export const Region = z.object({
  left: z.number().int().min(0),
  top: z.number().int().min(0),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
})
export type Region = z.infer<typeof Region>

/** What a photo's file says about it; what it does not say is left out. */
export const PhotoFacts = PhotoSize.extend({
  /** Bits a channel. */
  depth: z.number(),
  /** The colour profile by its name, or else the colour model. */
  colour: z.string(),
  format: z.string(),
  camera: z.string().optional(),
  lens: z.string().optional(),
  /** Seconds. */
  exposure: z.number().optional(),
  aperture: z.number().optional(),
  iso: z.number().optional(),
  /** Millimetres. */
  focalLength: z.number().optional(),
  /** As the camera wrote it: a time without a zone, ISO 8601. */
  taken: z.string().optional(),
})
export type PhotoFacts = z.infer<typeof PhotoFacts>

export const channels = ['red', 'green', 'blue'] as const

/** How many pixels of a thousand have each of the 256 values, for each channel. */
export const Histogram = z.object({
  red: z.array(z.number()),
  green: z.array(z.number()),
  blue: z.array(z.number()),
})
export type Histogram = z.infer<typeof Histogram>
