import { constants, copyFile, open } from 'node:fs/promises'
import { type Directory, firstDirectory } from './directory'
import { withFile } from './parts'

/** The tag that points to the directories of pictures below a page (SubIFDs). */
const below = 330

/**
 * A file in which ExifTool finds the tags of the first page only; it reads the XMP and IPTC of every picture in a TIFF
 * as if they were one photo's. It is `path` itself unless that is a TIFF with other pictures behind or below its first
 * page; then it is a copy, made at `copy`, that does not point to them.
 */
export async function firstPageOnly(path: string, copy: string): Promise<string> {
  const directory = await withFile(path, (file) => firstDirectory(file))
  const links = directory ? linksIn(directory) : []
  if (links.length === 0) return path
  await copyFile(path, copy, constants.COPYFILE_FICLONE)
  const file = await open(copy, 'r+')
  try {
    for (const { at, bytes } of links) await file.write(Buffer.alloc(bytes), 0, bytes, at)
  } finally {
    await file.close()
  }
  return copy
}

/**
 * The bytes of a directory that point to other pictures unless they are zero: the next page's place and a tag's number.
 */
function linksIn({ entries, next }: Directory): { at: number; bytes: number }[] {
  const tag = entries.get(below)
  return [...(next.place === 0 ? [] : [next]), ...(tag === undefined ? [] : [{ at: tag, bytes: 2 }])]
}
