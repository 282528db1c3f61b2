import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'

/** Entries by key in one JSON file, which may get lost: a file that is missing or damaged counts as empty. */
export class JsonRecord<Entry> {
  private readonly content: z.ZodType<Record<string, Entry>>

  constructor(
    private readonly path: string,
    entry: z.ZodType<Entry>,
  ) {
    this.content = z.record(z.string(), entry)
  }

  async read(): Promise<Record<string, Entry>> {
    try {
      return this.content.parse(JSON.parse(await readFile(this.path, 'utf8')))
    } catch {
      return {}
    }
  }

  /** Replaces all entries. Throws what the system throws. */
  async write(entries: Record<string, Entry>): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true })
    await writeFileAtomic(this.path, `${JSON.stringify(entries, null, 2)}\n`)
  }

  /** Adds or replaces one entry. Throws what the system throws. */
  async set(key: string, entry: Entry): Promise<void> {
    await this.write({ ...(await this.read()), [key]: entry })
  }
}
