import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { JobResult } from '../../shared/job'
import { FileState, isSameState } from '../../shared/photo'
import { lstatOf } from '../files/state'

/** A result as it was just before its file got its name. */
export const ResultRecord = z.object({
  /** Of the job, see `fingerprintOf`; absent for a copy that was saved by hand. */
  fingerprint: z.string().optional(),
  /** The photo that it was made of. */
  source: z.string(),
  state: FileState,
  result: JobResult,
})
export type ResultRecord = z.infer<typeof ResultRecord>

/**
 * Records what Petrichor has written, so that finished work is recognised and an earlier result may be replaced. A
 * record is added just before its file gets its name, and is valid only while the file of that name is in the recorded
 * state: so neither a crash at any instant nor a change by another program makes it lie.
 */
export interface ResultLedger {
  /** Returns a finished job's result, if its file is still in the state in which it was written. */
  finished(fingerprint: string): JobResult | undefined
  /**
   * Returns the source of a result, and its state, if the file is one and unchanged; its folder may be reached by
   * links.
   */
  resultAt(path: string): { source: string; state: FileState } | undefined
  /**
   * Appends a record, on the disk when the call returns. A settings folder that is full or locked only gives a warning.
   */
  record(record: ResultRecord): void
}

/**
 * Opens a ledger: a file of records, one JSON object a line, read once; what other processes append later is not seen.
 * Lines that are torn, or that another version wrote, are skipped. `onWarning` is called once, when records cannot be
 * written.
 */
export function openLedger(path: string, onWarning?: (warning: Error) => void): ResultLedger {
  const byFingerprint = new Map<string, ResultRecord>()
  let hasWarned = false
  const byPlace = new Map<string, ResultRecord>()
  const placeOf = placesByFolder()
  const take = (record: ResultRecord) => {
    if (record.fingerprint !== undefined) byFingerprint.set(record.fingerprint, record)
    byPlace.set(placeOf(record.result.output), record)
  }
  for (const line of linesOf(path)) {
    const record = parse(line)
    if (record) take(record)
  }
  const current = (record: ResultRecord | undefined) =>
    record && isSameState(lstatOf(record.result.output), record.state) ? record : undefined

  return {
    finished: (fingerprint) => current(byFingerprint.get(fingerprint))?.result,
    resultAt: (file) => {
      const record = current(byPlace.get(placeOf(file)))
      return record && { source: record.source, state: record.state }
    },
    record: (record) => {
      try {
        append(path, `${JSON.stringify(record)}\n`)
      } catch (error) {
        if (!hasWarned) onWarning?.(cannotBeWritten(path, error))
        hasWarned = true
      }
      take(record)
    },
  }
}

/**
 * Returns a function that maps all paths of one file to one. Real folders are cached: few, and perhaps on slow drives.
 */
function placesByFolder(): (path: string) => string {
  const folders = new Map<string, string>()
  return (path) => {
    const folder = dirname(path)
    const known = folders.get(folder) ?? realFolder(folder)
    folders.set(folder, known)
    return join(known, basename(path))
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder)
  } catch {
    return folder
  }
}

function cannotBeWritten(path: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Error(`Results cannot be written down in “${path}”: ${reason}`, { cause })
}

function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
}

function parse(line: string): ResultRecord | undefined {
  try {
    return ResultRecord.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

function append(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'a')
  try {
    // Starts a new line, because the last one may be torn.
    writeSync(file, `\n${line}`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
