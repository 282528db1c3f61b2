import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** Extensions of files that hold weights. */
export const weightExtensions = ['pth', 'pt', 'ckpt', 'safetensors']

/**
 * The first of several files and folders that is taken for a model, by its place among them; null where none is. What
 * was dragged out of another program's page has no path, ''.
 */
export async function findDropped(paths: string[]): Promise<number | null> {
  for (const [index, path] of paths.entries()) {
    if (path === '') continue
    if (isWeights(path) || (await isModelFolder(path))) return index
  }
  return null
}

const isWeights = (path: string) => weightExtensions.includes(extname(path).slice(1).toLowerCase())

/** An ONNX file with its manifest; what is in them is looked at later. */
async function isModelFolder(path: string): Promise<boolean> {
  const found = await Promise.all(['manifest.json', 'model.onnx'].map((name) => isFile(join(path, name))))
  return found.every(Boolean)
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
