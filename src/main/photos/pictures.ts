import { createHash } from 'node:crypto'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { thumbnailsWorkerFile } from '../paths'
import type { PictureMethods } from '../thumbnails/worker'
import { WorkerHost } from '../workers/host'

export interface Picture {
  bytes: Uint8Array<ArrayBuffer>
  mimeType: string
}

const thumbnailEdge = 320
const viewEdge = 8192

/** Pictures of photos as the window can show them; what has to be made is made once and kept in a cache folder. */
export class Pictures {
  private readonly worker = new WorkerHost<PictureMethods>({
    file: thumbnailsWorkerFile(),
    name: 'pictures',
  })
  private readonly underWay = new Map<string, Promise<string>>()

  constructor(private readonly cache: string) {}

  async thumbnail(path: string): Promise<Picture> {
    return { bytes: await contentOf(await this.rendition(path, thumbnailEdge, 80)), mimeType: 'image/jpeg' }
  }

  /** The file itself where a browser shows it as it is, else a rendition. */
  async view(path: string): Promise<Picture> {
    const mimeType = await browserType(path)
    if (mimeType) return { bytes: await contentOf(path), mimeType }
    return { bytes: await contentOf(await this.rendition(path, viewEdge, 95)), mimeType: 'image/jpeg' }
  }

  stop(): void {
    this.worker.stop()
  }

  /** Path of the rendition. It is made anew when the photo's size or time changes; two wishes for one share the work. */
  private async rendition(source: string, edge: number, quality: number): Promise<string> {
    const { size, mtimeMs } = await stat(source)
    const key = createHash('sha256').update(`${source}\n${size}\n${mtimeMs}\n${edge}`).digest('hex')
    const target = join(this.cache, key.slice(0, 2), `${key}.jpg`)
    const known = this.underWay.get(target)
    if (known) return known

    const made = this.make(source, target, edge, quality).finally(() => this.underWay.delete(target))
    this.underWay.set(target, made)
    return made
  }

  private async make(source: string, target: string, edge: number, quality: number): Promise<string> {
    if (await exists(target)) return target
    await mkdir(dirname(target), { recursive: true })
    await this.worker.call('render', { source, target, edge, quality })
    return target
  }
}

/** The type of a file that Chromium decodes by itself, by its first bytes. */
async function browserType(path: string): Promise<string | undefined> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(12), 0, 12, 0)
    if (buffer.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg'
    if (buffer.subarray(1, 4).toString('latin1') === 'PNG') return 'image/png'
    if (buffer.subarray(8, 12).toString('latin1') === 'WEBP') return 'image/webp'
    return undefined
  } finally {
    await file.close()
  }
}

async function contentOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(path))
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
