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

/** One result as it was about to get its name. */
export const ResultRecord = z.object({
  /** Of the job, see `fingerprintOf`; absent for a copy that somebody saved by hand, which is no job's work. */
  fingerprint: z.string().optional(),
  /** The photo that it was made of. */
  source: z.string(),
  state: FileState,
  result: JobResult,
})
export type ResultRecord = z.infer<typeof ResultRecord>

/**
 * What Petrichor has written, so that finished work is recognised and a former result may be replaced. A record is made
 * just before its file gets its name, and holds only as long as the file of that name is the one it describes; so it
 * does not matter at which instant a crash comes, nor what others do to the files.
 */
export interface ResultLedger {
  /** A finished job's result, if its file is still there as it was written. */
  finished(fingerprint: string): JobResult | undefined
  /** Of what photo a file is the result, if it is one and still as it was written; its folder may be reached by links. */
  resultAt(path: string): { source: string; state: FileState } | undefined
  /** On the disk when the call returns, if it can be: a settings folder that is full or locked stops no photo. */
  record(record: ResultRecord): void
}

/**
 * The records in a file, one a line, read once; what other processes add meanwhile is not seen. A line that a power cut
 * tore, or that another version wrote, is passed over. `onTrouble` is told, once, that records cannot be written down.
 */
export function openLedger(path: string, onWarning?: (trouble: Error) => void): ResultLedger {
  const byFingerprint = new Map<string, ResultRecord>()
  let isTold = false
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
        if (!isTold) onWarning?.(cannotBeWritten(path, error))
        isTold = true
      }
      take(record)
    },
  }
}

/** Tells one place by whatever path it is reached. Folders are looked up once: there are few, and they may be far away. */
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
    // The line before may have been torn.
    writeSync(file, `\n${line}`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
