import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

/** Use is recorded once a day at most, so that most reads write nothing. */
const dayInMilliseconds = 24 * 60 * 60 * 1000
/** Files that a crash left half written are deleted after this time. */
const hourInMilliseconds = 60 * 60 * 1000

interface DiskCacheOptions {
  folder: string
  /** With the dot. */
  extension: string
  /** Size limit in bytes; the least recently used files are deleted first. */
  mostBytes: number
}

interface Entry {
  path: string
  bytes: number
  /** Last use, in ms since 1970. */
  used: number
}

/** An LRU cache of files in a folder, under keys of hexadecimal digits. */
export class DiskCache {
  private readonly underWay = new Map<string, Promise<string>>()
  private bytesSinceTrim = 0
  private trimming: Promise<void> | undefined

  constructor(private readonly options: DiskCacheOptions) {}

  /** Path of the file under a key, if there is one. It counts as used. */
  async find(key: string): Promise<string | undefined> {
    const path = this.pathOf(key)
    const found = await stat(path).catch(() => undefined)
    if (!found) return undefined
    if (Date.now() - found.mtimeMs > dayInMilliseconds) {
      const now = new Date()
      await utimes(path, now, now).catch(() => undefined)
    }
    return path
  }

  /**
   * Path of the file under a key, made where it is missing; simultaneous calls share the work. Throws what `make`
   * throws.
   */
  get(key: string, make: (target: string) => Promise<void>): Promise<string> {
    const known = this.underWay.get(key)
    if (known) return known
    const path = this.findOrMake(key, make).finally(() => this.underWay.delete(key))
    this.underWay.set(key, path)
    return path
  }

  /** Where the limit is exceeded, deletes the least recently used files until a tenth of it is free. */
  trim(): Promise<void> {
    this.trimming ??= this.removeOldest().finally(() => (this.trimming = undefined))
    return this.trimming
  }

  private async findOrMake(key: string, make: (target: string) => Promise<void>): Promise<string> {
    const found = await this.find(key)
    if (found) return found
    const path = this.pathOf(key)
    await mkdir(join(path, '..'), { recursive: true })
    await make(path)
    this.bytesSinceTrim += (await stat(path)).size
    if (this.bytesSinceTrim > this.options.mostBytes / 20) void this.trim()
    return path
  }

  private async removeOldest(): Promise<void> {
    const { mostBytes, extension } = this.options
    this.bytesSinceTrim = 0
    const all = await this.entries()
    const abandoned = all.filter(
      ({ path, used }) => !path.endsWith(extension) && Date.now() - used > hourInMilliseconds,
    )
    const kept = all.filter(({ path }) => path.endsWith(extension)).sort((a, b) => a.used - b.used)
    let bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0)
    const room = bytes > mostBytes ? mostBytes * 0.9 : mostBytes
    const oldest = kept.filter((entry) => {
      if (bytes <= room) return false
      bytes -= entry.bytes
      return true
    })
    for (const { path } of [...abandoned, ...oldest]) await rm(path, { force: true })
  }

  private async entries(): Promise<Entry[]> {
    const entries: Entry[] = []
    for (const name of await readdir(this.options.folder, { recursive: true }).catch(() => [])) {
      const path = join(this.options.folder, name)
      const found = await stat(path).catch(() => undefined)
      if (found?.isFile()) entries.push({ path, bytes: found.size, used: found.mtimeMs })
    }
    return entries
  }

  private pathOf(key: string): string {
    return join(this.options.folder, key.slice(0, 2), `${key}${this.options.extension}`)
  }
}
