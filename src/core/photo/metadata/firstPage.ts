import { constants, copyFile, open } from 'node:fs/promises'
import { firstDirectory } from './directory'
import { withFile } from './parts'

/**
 * A file in which ExifTool finds the tags of the first page only, for it reads the XMP and IPTC of every page of a TIFF as
 * if they were one photo's. It is `path` itself unless that is a TIFF of several pages, and else a copy at `copy` whose
 * chain of pages ends after the first.
 */
export async function firstPageOnly(path: string, copy: string): Promise<string> {
  const next = await nextOf(path)
  if (!next || next.place === 0) return path
  await copyFile(path, copy, constants.COPYFILE_FICLONE)
  const file = await open(copy, 'r+')
  try {
    await file.write(Buffer.alloc(next.bytes), 0, next.bytes, next.at)
  } finally {
    await file.close()
  }
  return copy
}

const nextOf = (path: string) => withFile(path, async (file) => (await firstDirectory(file))?.next)
