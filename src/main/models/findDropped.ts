import { extname, join } from 'node:path'
import { isFile } from '../../core/files/state'
import { weightExtensions } from '../../shared/models'

/** The index of the first of several dropped files and folders that is taken for a model; null where none is. */
export async function findDropped(paths: string[]): Promise<number | null> {
  for (const [index, path] of paths.entries()) {
    // What was dragged out of another program's page has no path.
    if (path === '') continue
    if (isWeights(path) || (await isModelFolder(path))) return index
  }
  return null
}

const isWeights = (path: string) => weightExtensions.includes(extname(path).slice(1).toLowerCase())

/** An ONNX file with its manifest; their contents are checked later. */
async function isModelFolder(path: string): Promise<boolean> {
  const found = await Promise.all(['manifest.json', 'model.onnx'].map((name) => isFile(join(path, name))))
  return found.every(Boolean)
}
