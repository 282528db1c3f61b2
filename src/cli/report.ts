import { basename } from 'node:path'
import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import type { Skipped } from '../core/batch/plan'
import type { ErrorReport } from '../shared/errors'
import type { JobResult } from '../shared/job'

/** Reports on a batch while it runs. Results go to stdout, failures and progress to stderr. */
export interface Report {
  begin(photos: number): void
  progress(source: string, done: number, total: number): void
  done(source: string, result: JobResult): void
  failed(source: string, error: ErrorReport): void
  skipped(photo: Skipped): void
  /** Something beside the photos went wrong, and the batch goes on; always on stderr. */
  warn(warning: Error): void
  /** Nothing could be started. */
  stop(error: ErrorReport): void
  end(done: number, failed: number, skipped: number): void
}

/** One JSON object for each photo, one a line. */
export function reportAsJson(): Report {
  const print = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`)
  return {
    begin: () => undefined,
    progress: () => undefined,
    done: (source, result) => print({ source, ...result }),
    failed: (source, error) => print({ source, error }),
    skipped: ({ source, reason, output }) => print({ source, skipped: reason, output }),
    warn: ({ message }) => process.stderr.write(`${plain(message)}\n`),
    stop: (error) => print({ error }),
    end: () => undefined,
  }
}

/** Lines a person reads, with progress bars where stderr is a terminal. */
export function reportToPerson(): Report {
  const bars = process.stderr.isTTY ? new Bars() : undefined
  // Above the bars where both go to the same terminal; a pipe or a file gets plain lines.
  const say = (line: string, stream: NodeJS.WriteStream) =>
    bars && stream.isTTY ? bars.log(line) : stream.write(`${line}\n`)
  return {
    begin: (photos) => bars?.begin(photos),
    progress: (source, done, total) => bars?.photo(nameOf(source), done, total),
    done: (source, { output, seconds, gates, notes }) => {
      say(`${nameOf(source)} → ${plain(output)}  (${seconds.toFixed(1)} s${found(gates)})`, process.stdout)
      for (const { message } of notes) say(`  ${plain(message)}`, process.stdout)
      bars?.next()
    },
    failed: (source, error) => {
      say(plain(`${nameOf(source)}: ${error.message} ${error.detail}`), process.stderr)
      bars?.next()
    },
    skipped: ({ source, reason, output }) => {
      say(`${nameOf(source)} ${skippedBecause[reason]}: ${plain(output)}`, process.stdout)
    },
    warn: ({ message }) => say(plain(message), process.stderr),
    stop: (error) => process.stderr.write(`${plain(`${error.message} ${error.detail}`)}\n`),
    end: (done, failed, skipped) => {
      bars?.end()
      const failures = failed > 0 ? `, ${failed} not` : ''
      const passed = skipped > 0 ? `, ${skipped} skipped` : ''
      process.stderr.write(`${done} restored${failures}${passed}.\n`)
    },
  }
}

const skippedBecause: Record<Skipped['reason'], string> = {
  done: 'was restored before',
  taken: 'is skipped, its name is taken',
  result: 'is an earlier result, and skipped',
}

/** Replaces control characters: file names may hold line breaks and terminal escape codes. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '\u{fffd}')
}

function nameOf(path: string): string {
  return plain(basename(path))
}

/** The strongest gates, as ", rain 0.8, haze 0.1". */
function found(gates: Record<string, number>): string {
  return Object.entries(gates)
    .filter(([, weight]) => weight >= 0.1)
    .sort(([, a], [, b]) => b - a)
    .map(([name, weight]) => `, ${name} ${weight.toFixed(1)}`)
    .join('')
}

/** A bar for the photo in hand above one for the whole. */
class Bars {
  private readonly bars = new MultiBar(
    {
      format: '{bar} {value}/{total} {name}',
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      // We handle Ctrl+C ourselves: the bars stay until the current photo has been cancelled.
      gracefulExit: false,
      stream: process.stderr,
    },
    Presets.shades_classic,
  )
  private tiles: SingleBar | undefined
  private photos: SingleBar | undefined

  begin(photos: number): void {
    // Shows the cursor again, also after a second Ctrl+C.
    process.once('exit', () => this.end())
    this.tiles = this.bars.create(1, 0, { name: 'tiles' })
    this.photos = this.bars.create(photos, 0, { name: 'photos' })
  }

  photo(name: string, done: number, total: number): void {
    this.tiles?.setTotal(total)
    this.tiles?.update(done, { name: `tiles of ${name}` })
  }

  next(): void {
    this.photos?.increment()
  }

  log(line: string): void {
    this.bars.log(`${line}\n`)
    this.bars.update()
  }

  end(): void {
    if (this.bars.isActive) this.bars.stop()
  }
}
