import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'

export const fixtures = resolve(import.meta.dirname, '../fixtures/photos')

/** A folder with copies of fixtures, as a user's originals. */
export async function photoFolder(parent: string, names: string[]): Promise<string> {
  const folder = join(parent, 'photos')
  await mkdir(folder, { recursive: true })
  for (const name of names) await copyFile(join(fixtures, name), join(folder, name))
  return folder
}

/** A photo of a size of one's own choice, made from a fixture; large ones take their time to restore. */
export async function enlargedPhoto(path: string, width: number, height: number): Promise<string> {
  await sharp(join(fixtures, 'barn-rain.png')).resize(width, height, { fit: 'fill' }).toFile(path)
  return path
}

/** Contents of all files of a folder, by name, to be compared before and after. */
export async function checksumsOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder)
  const entries = names.map(async (name) => [name, await checksumOf(join(folder, name))] as const)
  return Object.fromEntries(await Promise.all(entries))
}

export async function checksumOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

/** Which file stands under each name: it differs once a file was written anew. Hidden ones are left out. */
export async function identitiesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  const entries = names.map(async (name) => {
    const { ino, mtimeMs } = await stat(join(folder, name))
    return [name, `${ino} ${mtimeMs}`] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Mean difference of two pictures of the same size, 0..255. */
export async function differenceOf(a: Buffer | string, b: Buffer | string): Promise<number> {
  const [first, second] = await Promise.all(
    [a, b].map((picture) => sharp(picture).removeAlpha().raw().toBuffer()),
  )
  if (!first || first.length !== second?.length) throw new Error('The pictures differ in size.')
  return first.reduce((sum, value, at) => sum + Math.abs(value - second[at]!), 0) / first.length
}
