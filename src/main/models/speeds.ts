import { readFile } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { Speed } from '../../shared/models'

/** By the checksum of the model's weights: another model of the same name is another one. */
const Kept = z.record(z.string(), Speed)
type Kept = z.infer<typeof Kept>

/** How fast models were when they were last measured on this machine, in one JSON file. */
export class Speeds {
  constructor(private readonly path: string) {}

  /** All that are known, by the models' checksums. */
  async all(): Promise<Kept> {
    try {
      return Kept.parse(JSON.parse(await readFile(this.path, 'utf8')))
    } catch {
      // They were never measured, or are measured anew.
      return {}
    }
  }

  async keep(sha256: string, speed: Speed): Promise<void> {
    await writeFileAtomic(
      this.path,
      `${JSON.stringify({ ...(await this.all()), [sha256]: speed }, null, 2)}\n`,
    )
  }
}
