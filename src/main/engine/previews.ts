import type { PreviewRequest, PreviewResult } from '../../core/restore/restorer'
import { PetrichorError } from '../../shared/errors'
import type { Allowance } from '../../shared/machine'
import { modelLibraries } from '../models/libraries'
import type { WorkerHost } from '../workers/host'
import type { EngineMethods } from './worker'

/** Restores parts of photos for the screen. Only the last that was asked for counts. */
export class Previews {
  private current: AbortController | undefined

  /** results: the file in which results are written down. */
  constructor(
    private readonly engine: WorkerHost<EngineMethods>,
    private readonly results: string,
  ) {}

  /** Throws what restoring throws, and `cancelled` where another was asked for meanwhile. */
  make(wish: PreviewRequest, allowance: Allowance): Promise<PreviewResult> {
    this.cancel()
    this.current = new AbortController()
    return this.engine.call(
      'preview',
      { libraries: modelLibraries(), results: this.results, allowance, wish },
      { signal: this.current.signal },
    )
  }

  cancel(): void {
    this.current?.abort(
      new PetrichorError('cancelled', 'Another preview is wanted.', 'Nothing is to be done.'),
    )
    this.current = undefined
  }
}
