import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { compareNames } from '../../shared/collation'
import type { PetrichorError } from '../../shared/errors'
import type { FileState } from '../../shared/photo'
import type { SkipReason } from '../../shared/queue'
import type { ExportSettings, PlacingSettings, RestoreSettings } from '../../shared/settings'
import { cannotRead } from '../files/fileErrors'
import { withNumber } from '../files/names'
import { hasPhotoExtension, outputExtension } from '../photo/extensions'
import { fingerprintOf } from './fingerprint'
import type { ResultLedger } from './ledger'
import { caseFoldedPath, mirroredFolder, nameFrom, type NameParts } from './naming'
import type { NewJob } from './queue'

/** A photo to restore, and where it lies below the folder it was found through ('' for a file named by itself). */
export interface Source {
  /** Absolute. */
  path: string
  folder: string
  /** Whether this file itself was given, rather than a folder that holds it. */
  isNamed?: true
}

export interface SearchOptions {
  /** False: only what lies in the folders themselves. */
  deep?: boolean
  /** A folder that is skipped where it lies below one that is searched: results go there. */
  except?: string
  /** Called for what cannot be read, and the search goes on; without it the first such error is thrown. */
  onFailure?: (path: string, error: PetrichorError) => void
}

/**
 * Expands files and folders to photos, each once. A file that is named is taken whatever it is, so that its failure can
 * be told; folders are searched to their depths for files that look like photos, hidden ones and links left out, in the
 * order of their names, folders after files. Earlier results are among what is found, for they are photos too: it is the
 * plan that leaves them out.
 *
 * Throws `not-found` or `unreadable` for what cannot be looked at, unless `onFailure` is there to be told.
 */
export async function expandSources(paths: string[], options: SearchOptions = {}): Promise<Source[]> {
  const sources = new Map<string, Source>()
  for await (const source of search(paths, options)) {
    const known = sources.get(source.path)
    sources.set(source.path, { ...source, ...known, ...(source.isNamed && { isNamed: true }) })
  }
  return [...sources.values()]
}

async function* search(
  paths: string[],
  { deep = true, except, onFailure }: SearchOptions,
): AsyncGenerator<Source> {
  const passedOver = except === undefined ? undefined : resolve(except)

  async function* photosIn(root: string, folder: string): AsyncGenerator<Source> {
    const entries = await orFailure(folder, readdir(folder, { withFileTypes: true }))
    const visible = (entries ?? [])
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => compareNames(a.name, b.name))
    for (const entry of visible.filter((entry) => entry.isFile() && hasPhotoExtension(extname(entry.name)))) {
      yield { path: join(folder, entry.name), folder: relative(root, folder) }
    }
    if (!deep) return
    for (const entry of visible.filter((entry) => entry.isDirectory())) {
      const path = join(folder, entry.name)
      if (path !== passedOver) yield* photosIn(root, path)
    }
  }

  async function orFailure<T>(path: string, look: Promise<T>): Promise<T | undefined> {
    try {
      return await look
    } catch (cause) {
      const error = cannotRead(path, cause)
      if (!onFailure) throw error
      onFailure(path, error)
      return undefined
    }
  }

  for (const path of paths.map((path) => resolve(path))) {
    const found = await orFailure(path, stat(path))
    if (found?.isDirectory()) yield* photosIn(path, path)
    else if (found) yield { path, folder: '', isNamed: true }
  }
}

/** What a plan depends on beside its input: the disk, and what Petrichor has written there. */
export interface Surroundings {
  /** The state of what a path names, be it a link; undefined where nothing is there. */
  lstatOf(path: string): FileState | undefined
  /** The same with links followed. */
  statOf(path: string): FileState | undefined
  ledger: Pick<ResultLedger, 'finished' | 'resultAt'>
}

export interface PlanSettings {
  settings: RestoreSettings
  export: ExportSettings
  placing: PlacingSettings
  /** The model that the settings name: its id, and the SHA-256 of its file. */
  model: { id: string; sha256: string }
}

/** A photo that needs no job. */
export interface Skipped {
  source: string
  reason: SkipReason
  /** The file that is there. */
  output: string
}

export interface Plan {
  jobs: NewJob[]
  skipped: Skipped[]
}

/**
 * The jobs of a batch. No two write the same file, also where letter case, or the way accents are stored, does not tell
 * names apart, and none writes a file that is a source. Earlier results are no sources, so that a batch that is run
 * again does not restore what it wrote, unless somebody named that very file. What was restored before with the same
 * settings, and is still there, is skipped; the collision setting says what becomes of other names that are taken. Only
 * an earlier result of the very same photo is ever replaced, and only while it is as it was written.
 */
export function planJobs(sources: Source[], planned: PlanSettings, world: Surroundings): Plan {
  const { settings, export: exportSettings, placing, model } = planned
  const results = new Set(sources.filter(({ path, isNamed }) => !isNamed && world.ledger.resultAt(path)))
  const photos = sources.filter((source) => !results.has(source))
  const candidates = photos.map((source, index) => {
    const state = world.statOf(source.path) ?? { bytes: 0, modified: 0 }
    const extension = outputExtension(source.path, exportSettings.format)
    const name = nameFrom(placing.name, namePartsOf(source, index), extension)
    const output = join(destinationOf(source, placing.destination), name)
    const ingredients = {
      source: source.path,
      state,
      modelHash: model.sha256,
      settings,
      export: exportSettings,
      output,
    }
    const fingerprint = fingerprintOf(ingredients)
    return { source: source.path, output, fingerprint, done: world.ledger.finished(fingerprint)?.output }
  })

  const taken = new Set(sources.map(({ path }) => caseFoldedPath(path)))
  for (const { done } of candidates) if (done !== undefined) taken.add(caseFoldedPath(done))
  const plan: Plan = {
    jobs: [],
    skipped: [...results].map(({ path }) => ({ source: path, reason: 'result', output: path })),
  }
  for (const { source, output: wanted, fingerprint, done } of candidates) {
    if (done !== undefined) {
      plan.skipped.push({ source, reason: 'done', output: done })
      continue
    }
    const place = placeFor(source, wanted)
    if ('skip' in place) {
      plan.skipped.push({ source, reason: 'taken', output: place.skip })
      continue
    }
    taken.add(caseFoldedPath(place.output))
    plan.jobs.push({ source, purpose: 'batch', settings, export: exportSettings, fingerprint, ...place })
  }
  return plan

  function namePartsOf({ path }: Source, index: number): NameParts {
    const tasks = Object.keys(settings.tasks)
    return {
      name: basename(path, extname(path)),
      date: dayOf(world.statOf(path)?.modified ?? 0),
      task: tasks.length > 0 ? tasks.join('+') : 'auto',
      model: model.id,
      n: String(index + 1).padStart(String(photos.length).length, '0'),
    }
  }

  function placeFor(
    source: string,
    wanted: string,
  ): { output: string; replaces?: FileState } | { skip: string } {
    for (let number = 1; ; number++) {
      const output = withNumber(wanted, number)
      if (taken.has(caseFoldedPath(output))) continue
      if (world.lstatOf(output) === undefined) return { output }
      if (placing.collision === 'skip') return { skip: output }
      const earlier = placing.collision === 'overwrite' ? world.ledger.resultAt(output) : undefined
      if (earlier?.source === source) return { output, replaces: earlier.state }
    }
  }
}

function destinationOf({ path, folder }: Source, destination: PlacingSettings['destination']): string {
  switch (destination.kind) {
    case 'beside':
      return dirname(path)
    case 'folder':
      return resolve(destination.folder)
    case 'tree':
      return mirroredFolder(resolve(destination.folder), folder)
  }
}

/** The day of a time in ms, in the zone that the machine is in, as 2026-11-23. */
function dayOf(time: number): string {
  const date = new Date(time)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The folder that files have in common, for display; there must be at least one. */
export function commonFolder(paths: string[]): string {
  const folders = paths.map((path) => dirname(resolve(path)))
  return folders.reduce((common, folder) => {
    while (relative(common, folder).startsWith('..') && common !== dirname(common)) common = dirname(common)
    return common
  })
}
