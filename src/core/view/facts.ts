import { ExifTool } from 'exiftool-vendored'
import type { PhotoFacts } from '../../shared/photo'
import { measure } from './measure'

const tags = [
  'Make',
  'Model',
  'LensModel',
  'ExposureTime',
  'FNumber',
  'ISO',
  'FocalLength',
  'DateTimeOriginal',
  'ProfileDescription',
] as const
type Found = Partial<Record<(typeof tags)[number], unknown>>

let tool: ExifTool | undefined

/** Reads a photo's data. Throws what `measure` throws; what ExifTool cannot read is left out. */
export async function readFacts(path: string): Promise<PhotoFacts> {
  const { width, height, depth, space, format } = await measure(path)
  tool ??= new ExifTool({ maxProcs: 1 })
  const found: Found = await tool
    .readRaw(path, { readArgs: ['-n', ...tags.map((tag) => `-${tag}`)] })
    .catch(() => ({}))
  const profile = text(found.ProfileDescription)
  return withoutMissing({
    width,
    height,
    depth,
    colour: profile ?? space,
    format,
    camera: cameraName(text(found.Make), text(found.Model)),
    lens: text(found.LensModel),
    exposure: number(found.ExposureTime),
    aperture: number(found.FNumber),
    iso: number(found.ISO),
    focalLength: number(found.FocalLength),
    taken: isoTime(text(found.DateTimeOriginal)),
  })
}

/** Maker and model of a camera; many models already start with their maker. */
function cameraName(make: string | undefined, model: string | undefined): string | undefined {
  if (!make || !model) return model ?? make
  return model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`
}

/** A time as EXIF writes it, `2024:05:03 14:07:22`, in ISO 8601. */
function isoTime(time: string | undefined): string | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(time ?? '')
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}` : undefined
}

function text(value: unknown): string | undefined {
  const trimmed = value === undefined ? '' : String(value).trim()
  return trimmed === '' ? undefined : trimmed
}

function number(value: unknown): number | undefined {
  const parsed = Number(value)
  return value !== undefined && Number.isFinite(parsed) && parsed > 0 ? parsed : undefined
}

type Optional<T> = { [K in keyof T]: T[K] | undefined }

function withoutMissing(facts: Optional<PhotoFacts>): PhotoFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined),
  ) as unknown as PhotoFacts
}
