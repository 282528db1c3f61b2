import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ResultRecord } from '../../../../src/core/batch/ledger'
import { caseFoldedPath, nameFrom } from '../../../../src/core/batch/naming'
import {
  commonFolder,
  expandSources,
  type Plan,
  planJobs,
  type PlanSettings,
  type Source,
  type Surroundings,
} from '../../../../src/core/batch/plan'
import { lstatOf, statOf } from '../../../../src/core/files/state'
import { type FileState, isSameState } from '../../../../src/shared/photo'
import {
  defaultExport,
  defaultSettings,
  type ExportSettings,
  type PlacingSettings,
} from '../../../../src/shared/settings'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { havePermissions, unprivileged } from '../../../support/unprivileged'

const folder = temporaryFolder()

function files(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(folder(name)), { recursive: true })
    writeFileSync(folder(name), '')
  }
}

/** Sources as "folder: name". */
const brief = (sources: Source[]) => sources.map(({ path, folder }) => `${folder}: ${basename(path)}`)

describe('searching a folder', () => {
  it('finds the photos in it and below, in the order of their names, files first', async () => {
    files('10.jpg', '2.JPG', 'Äther.png', 'b/c/z.tiff', 'a/1.webp', 'zebra.jpeg')
    expect(brief(await expandSources([folder()]))).toEqual([
      ': 2.JPG',
      ': 10.jpg',
      ': Äther.png',
      ': zebra.jpeg',
      'a: 1.webp',
      `b${sep}c: z.tiff`,
    ])
  })

  it('passes over what is no photo, what is hidden, and what systems leave about', async () => {
    files('photo.jpg', 'Thumbs.db', 'desktop.ini', '.DS_Store', '._photo.jpg', '.trash/old.jpg', 'notes.txt')
    files('jpg', 'photo.jpg.part', 'constructor', 'film.mp4')
    mkdirSync(folder('folder.jpg'))
    expect(brief(await expandSources([folder()]))).toEqual([': photo.jpg'])
  })

  it('follows no links, and so ends where they make a loop', async () => {
    files('a/photo.jpg')
    symlinkSync(folder(), folder('a/loop'))
    symlinkSync(folder('a/photo.jpg'), folder('link.jpg'))
    expect(brief(await expandSources([folder()]))).toEqual(['a: photo.jpg'])
  })

  it('passes over the destination of last time, unless it is what was named', async () => {
    files('photo.jpg', 'restored/photo.jpg')
    expect(brief(await expandSources([folder()], { except: folder('restored') }))).toEqual([': photo.jpg'])
    expect(await expandSources([folder('restored')], { except: folder('restored') })).toHaveLength(1)
    expect(await expandSources([folder()], { except: folder() })).toHaveLength(2)
  })
})

describe('naming files', () => {
  it('takes a named file whatever it is, so that its failure can be told', async () => {
    files('notes.txt')
    expect(await expandSources([folder('notes.txt')])).toEqual([
      { path: folder('notes.txt'), folder: '', isNamed: true },
    ])
  })

  it('takes each photo once, however often it is named', async () => {
    files('a/photo.jpg')
    const paths = [folder('a'), folder('a/photo.jpg'), folder('a'), `${folder('a')}/../a/photo.jpg`]
    expect(await expandSources(paths)).toEqual([{ path: folder('a/photo.jpg'), folder: '', isNamed: true }])
    expect(await expandSources([folder('a')])).toEqual([{ path: folder('a/photo.jpg'), folder: '' }])
  })

  it('tells what is not there', async () => {
    await expectFailure(expandSources([folder('nothing')]), 'not-found')
  })

  it('goes on after a failure where somebody listens', async () => {
    files('photo.jpg')
    const failures: string[] = []
    const sources = await expandSources([folder('nothing'), folder('photo.jpg')], {
      onFailure: (path, { code }) => failures.push(`${basename(path)}: ${code}`),
    })
    expect(brief(sources)).toEqual([': photo.jpg'])
    expect(failures).toEqual(['nothing: not-found'])
  })

  it.skipIf(!havePermissions)('goes on past a folder that may not be read', async () => {
    files('a/photo.jpg', 'b/photo.jpg')
    chmodSync(folder('a'), 0)
    const failures: string[] = []
    const options = { onFailure: (path: string) => failures.push(basename(path)) }
    const sources = await unprivileged(() => expandSources([folder()], options))
    expect(brief(sources)).toEqual(['b: photo.jpg'])
    expect(failures).toEqual(['a'])
    chmodSync(folder('a'), 0o700)
  })
})

/** A disk with files on it, by path, and results that Petrichor wrote to it. */
function world(files: Record<string, FileState> = {}, written: ResultRecord[] = []): Surroundings {
  const holds = ({ result, state }: ResultRecord) => isSameState(files[result.output], state)
  return {
    lstatOf: (path) => files[path],
    statOf: (path) => files[path],
    ledger: {
      finished: (fingerprint) => written.find((one) => one.fingerprint === fingerprint && holds(one))?.result,
      resultAt: (path) => written.find((one) => one.result.output === path && holds(one)),
    },
  }
}

const day = new Date(2026, 10, 23, 12).getTime()
const photo: FileState = { bytes: 10, modified: day }
const settings: PlanSettings = {
  settings: defaultSettings,
  export: defaultExport,
  placing: { destination: { kind: 'tree', folder: '/out' }, name: '{name}', collision: 'number' },
  model: { id: 'compact', sha256: 'abc' },
}
const placing = (changes: Partial<PlacingSettings>): PlanSettings => ({
  ...settings,
  placing: { ...settings.placing, ...changes },
})
const at = (...paths: string[]): Source[] => paths.map((path) => ({ path, folder: '' }))
const outputsOf = (sources: Source[], planned = settings, around = world()) =>
  planJobs(sources, planned, around).jobs.map(({ output }) => output)

/** The plan's jobs as they stand written down once they are done, each result as its own file. */
function afterwards(
  plan: Plan,
  files: Record<string, FileState>,
): [Record<string, FileState>, ResultRecord[]] {
  const state = { bytes: 20, modified: day + 1 }
  const written = plan.jobs.map(({ fingerprint, source, output }) => ({
    fingerprint: fingerprint!,
    source,
    state,
    result: { output, width: 1, height: 1, seconds: 1, gates: {}, provider: 'cpu', notes: [] },
  }))
  return [{ ...files, ...Object.fromEntries(plan.jobs.map(({ output }) => [output, state])) }, written]
}

describe('a plan', () => {
  const tree = [
    { path: '/in/a.jpg', folder: '' },
    { path: '/in/x/y/a.heic', folder: 'x/y' },
  ]

  it('keeps the tree, or puts all in one folder, or each beside its photo', () => {
    expect(outputsOf(tree)).toEqual(['/out/a.jpg', '/out/x/y/a.jpg'])
    const flat = placing({ destination: { kind: 'folder', folder: '/out' } })
    expect(outputsOf(tree, flat)).toEqual(['/out/a.jpg', '/out/a-2.jpg'])
    const beside = placing({ destination: { kind: 'beside' }, name: '{name}-restored' })
    expect(outputsOf(tree, beside)).toEqual(['/in/a-restored.jpg', '/in/x/y/a-restored.jpg'])
  })

  it('fills in the template', () => {
    const name = '{n} {date} {name}-{task}-{model} {else}'
    const named = { ...placing({ name }), settings: { ...defaultSettings, tasks: { rain: 100, haze: 40 } } }
    const twelve = Array.from({ length: 12 }, (_, index) => `/in/${index}.png`)
    const outputs = outputsOf(at(...twelve), named, world({ '/in/0.png': photo }))
    expect(outputs[0]).toBe('/out/01 2026-11-23 0-rain+haze-compact {else}.png')
    expect(outputs[11]).toContain('/out/12 ')
    expect(outputsOf(at('/in/a.png'), placing({ name: '{task}' }))).toEqual(['/out/auto.png'])
  })

  it('gives results the extension of their format, and keeps one that fits', () => {
    const names = at('/a.JPEG', '/b.tiff', '/c.heif', '/d')
    const as = (format: ExportSettings['format']) =>
      outputsOf(names, { ...settings, export: { ...defaultExport, format } }).map((path) => basename(path))
    expect(as('source')).toEqual(['a.JPEG', 'b.tiff', 'c.jpg', 'd'])
    expect(as('jpeg')).toEqual(['a.JPEG', 'b.jpg', 'c.jpg', 'd.jpg'])
    expect(as('tiff')).toEqual(['a.tif', 'b.tiff', 'c.tif', 'd.tif'])
    expect(as('avif')).toEqual(['a.avif', 'b.avif', 'c.avif', 'd.avif'])
  })

  it('numbers what would fall together, also where only case or accents tell names apart', () => {
    const names = outputsOf(at('/a/É.jpg', '/b/é.JPG', '/c/e\u0301.jpg')).map((path) => basename(path))
    expect(names).toEqual(['É.jpg', 'é-2.JPG', 'e\u0301-3.jpg'])
  })

  it('numbers, skips or overwrites where a name is taken, but overwrites only what it wrote itself', () => {
    const source = at('/in/a.jpg')
    const before = { '/in/a.jpg': photo }
    const [files, written] = afterwards(planJobs(source, settings, world(before)), before)
    const other = { ...settings, settings: { ...defaultSettings, strength: 50 } }
    const on = (collision: PlacingSettings['collision'], around: Surroundings) =>
      planJobs(source, { ...other, placing: { ...settings.placing, collision } }, around)

    expect(on('number', world(files, written)).jobs).toMatchObject([{ output: '/out/a-2.jpg' }])
    expect(on('skip', world(files, written))).toEqual({
      jobs: [],
      skipped: [{ source: '/in/a.jpg', reason: 'taken', output: '/out/a.jpg' }],
    })
    expect(on('overwrite', world(files, written)).jobs).toMatchObject([
      { output: '/out/a.jpg', replaces: files['/out/a.jpg'] },
    ])
    // Not ours; edited since; made of another photo.
    const edited = { ...files, '/out/a.jpg': { bytes: 21, modified: day + 2 } }
    const foreign = written.map((record) => ({ ...record, source: '/elsewhere/a.jpg' }))
    for (const around of [world(files), world(edited, written), world(files, foreign)]) {
      const [job] = on('overwrite', around).jobs
      expect(job).toMatchObject({ output: '/out/a-2.jpg' })
      expect(job).not.toHaveProperty('replaces')
    }
  })

  it('skips what was done with the same settings and is still there, and nothing else', () => {
    const source = at('/in/a.jpg')
    const before = { '/in/a.jpg': photo }
    const [files, written] = afterwards(planJobs(source, settings, world(before)), before)
    expect(planJobs(source, settings, world(files, written))).toEqual({
      jobs: [],
      skipped: [{ source: '/in/a.jpg', reason: 'done', output: '/out/a.jpg' }],
    })
    const deleted = { ...before }
    const touched = { ...files, '/in/a.jpg': { ...photo, modified: day + 9 } }
    const changes: PlanSettings[] = [
      { ...settings, model: { ...settings.model, sha256: 'def' } },
      { ...settings, settings: { ...defaultSettings, tasks: { rain: 1 } } },
      { ...settings, export: { ...defaultExport, quality: 94 } },
      { ...settings, export: { ...defaultExport, stripLocation: true } },
      placing({ destination: { kind: 'tree', folder: '/other' } }),
    ]
    for (const [planned, around] of [
      [settings, world(deleted, written)],
      [settings, world(touched, written)],
      ...changes.map((planned) => [planned, world(files, written)] as const),
    ] as const) {
      expect(planJobs(source, planned, around).jobs).toHaveLength(1)
    }
  })

  it('leaves out earlier results that are found among the photos, and takes one that is named', () => {
    const [source, result] = at('/in/a.jpg', '/in/a-restored.jpg') as [Source, Source]
    const beside = placing({ destination: { kind: 'beside' }, name: '{name}-{n}' })
    const before = { '/in/a.jpg': photo }
    const [files, written] = afterwards(planJobs([source], beside, world(before)), before)
    const [output] = Object.keys(files).filter((path) => path !== source.path)
    const results = [{ ...result, path: output! }]

    const around = world(files, written)
    const other = { ...beside, settings: { ...defaultSettings, strength: 50 } }
    const again = planJobs([...results, source], other, around)
    expect(again.jobs).toMatchObject([{ source: '/in/a.jpg', output: '/in/a-1-2.jpg' }])
    expect(again.skipped).toEqual([{ source: output, reason: 'result', output }])

    const named = planJobs([{ ...results[0]!, isNamed: true }], other, around)
    expect(named.jobs).toMatchObject([{ source: output, output: '/in/a-1-1.jpg' }])
    // Edited since, it is a photo of its own.
    const edited = world({ ...files, [output!]: { bytes: 21, modified: day + 2 } }, written)
    expect(planJobs(results, other, edited).jobs).toHaveLength(1)
  })

  it('follows links to what is read, and none where it writes', () => {
    writeFileSync(folder('photo.jpg'), 'one photo')
    symlinkSync(folder('photo.jpg'), folder('link.jpg'))
    mkdirSync(folder('out'))
    symlinkSync(folder('nowhere.jpg'), folder('out', 'link.jpg'))
    const into = placing({ destination: { kind: 'folder', folder: folder('out') } })
    const around = { lstatOf, statOf, ledger: world().ledger }
    const planned = () => planJobs(at(folder('link.jpg')), into, around).jobs[0]!

    const first = planned()
    expect(first.output).toBe(folder('out', 'link-2.jpg'))
    writeFileSync(folder('photo.jpg'), 'quite another photo')
    expect(planned().fingerprint).not.toBe(first.fingerprint)
    writeFileSync(folder('photo.jpg'), 'one photo')
    utimesSync(folder('photo.jpg'), new Date(), new Date(2000, 1))
    expect(planned().fingerprint).not.toBe(first.fingerprint)
  })

  it('tells apart settings whose parts are the same in another order only', () => {
    const fingerprint = (tasks: Record<string, number>) =>
      planJobs(at('/a.jpg'), { ...settings, settings: { ...defaultSettings, tasks } }, world()).jobs[0]!
        .fingerprint
    expect(fingerprint({ rain: 10, haze: 20 })).toBe(fingerprint({ haze: 20, rain: 10 }))
    expect(fingerprint({ rain: 10, haze: 20 })).not.toBe(fingerprint({ rain: 20, haze: 10 }))
  })
})

describe('whatever the photos are called and the disk holds', () => {
  const odd = fc.constantFrom(
    ...['a.jpg', 'A.jpg', 'a-2.jpg', 'a-3.JPG', 'b.png', 'é.tif', 'e\u0301.tif', 'c.heic', 'c.jpg'],
    ...[
      '..jpg',
      '...',
      '. .png',
      'CON.jpg',
      'nul.tar.png',
      'x\\y.jpg',
      'a:b?.png',
      'two\nlines.jpg',
      '.hidden.jpg',
    ],
    `${'x'.repeat(251)}.jpg`,
    `${'雨'.repeat(83)}.tiff`,
    `${'🌧'.repeat(60)}.avif`,
  )
  const words = fc.constantFrom(
    '{name}',
    '{n}',
    '{date}',
    '{task}',
    '{model}',
    '/',
    '..',
    '\\',
    'x',
    ' ',
    '.',
    '{',
  )
  const template = fc.array(words, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
  const place = fc.constantFrom('', 'x', 'X', 'x/y', '..', '../../etc', '/etc')
  const source = fc
    .record({ root: fc.constantFrom('/in', '/out', '/In', '/out/x'), place, name: odd })
    .map(({ root, place, name }) => ({ path: join(root, place.replaceAll('..', 'up'), name), folder: place }))
  const cases = fc.record({
    sources: fc.array(source, { maxLength: 25 }),
    onDisk: fc.array(fc.record({ place, name: odd }), { maxLength: 10 }),
    name: template,
    collision: fc.constantFrom('number' as const, 'skip' as const, 'overwrite' as const),
    kind: fc.constantFrom('folder' as const, 'tree' as const, 'beside' as const),
    format: fc.constantFrom('source' as const, 'jpeg' as const, 'tiff' as const),
    again: fc.boolean(),
  })

  it('no two jobs write one file, none writes an original or a foreign file, none leaves the destination, and no result is ever a source', () => {
    let foundAgain = 0
    fc.assert(
      fc.property(cases, ({ sources, onDisk, name, collision, kind, format, again }) => {
        const files: Record<string, FileState> = Object.fromEntries([
          ...onDisk.map(({ place, name }) => [
            join('/out', place.replaceAll('..', ''), name),
            { bytes: 1, modified: 1 },
          ]),
          ...sources.map(({ path }) => [path, photo]),
        ])
        const planned: PlanSettings = {
          ...placing({
            name,
            collision,
            destination: kind === 'beside' ? { kind } : { kind, folder: '/out' },
          }),
          export: { ...defaultExport, format },
        }
        const first = planJobs(sources, planned, world(files))
        const [after, written] = afterwards(first, files)
        const changed = { ...planned, settings: { ...defaultSettings, strength: 40 } }
        const plan = again ? planJobs(sources, changed, world(after, written)) : first
        const disk = again ? after : files

        expect(plan.jobs.length + plan.skipped.length).toBe(sources.length)
        const outputs = plan.jobs.map(({ output }) => output)
        expect(new Set(outputs.map(caseFoldedPath)).size).toBe(outputs.length)
        const originals = new Set(sources.map(({ path }) => caseFoldedPath(path)))
        for (const { output, replaces, source } of plan.jobs) {
          expect(originals.has(caseFoldedPath(output))).toBe(false)
          expect(resolve(output)).toBe(output)
          if (kind === 'beside') expect(dirname(output)).toBe(dirname(source))
          else expect(output.startsWith('/out/')).toBe(true)
          if (kind === 'folder') expect(dirname(output)).toBe('/out')
          const base = basename(output)
          expect(Buffer.byteLength(base)).toBeLessThanOrEqual(255)
          expect(base).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
          if (disk[output] === undefined) expect(replaces).toBeUndefined()
          else {
            expect(collision).toBe('overwrite')
            const earlier = written.find(({ result }) => result.output === output)
            expect(earlier).toMatchObject({ source, state: replaces })
          }
        }
        // The very same plan again does nothing.
        const [done, records] = afterwards(first, files)
        expect(planJobs(sources, planned, world(done, records)).jobs).toEqual([])
        // Nor does it where the results are found beside the photos; and none of them goes anywhere else either.
        const results = at(...first.jobs.map(({ output }) => output))
        const elsewhere = { ...planned, ...placing({ destination: { kind: 'tree', folder: '/out/x' } }) }
        for (const next of [planned, changed, elsewhere]) {
          const { jobs, skipped } = planJobs([...results, ...sources], next, world(done, records))
          if (next === planned) expect(jobs).toEqual([])
          expect(jobs.filter(({ source }) => !originals.has(caseFoldedPath(source)))).toEqual([])
          const passedOver = skipped.filter(({ reason }) => reason === 'result')
          expect(passedOver.map(({ source }) => source)).toEqual(results.map(({ path }) => path))
        }
        foundAgain += results.length
      }),
      { numRuns: 400 },
    )
    expect(foundAgain).toBeGreaterThan(0)
  })

  it('names are fit for Windows there', () => {
    const parts = { name: 'a<b>:"c|d?*', date: '', task: '', model: '', n: '' }
    const on = (name: string, platform: NodeJS.Platform) =>
      nameFrom('{name}', { ...parts, name }, '.jpg', platform)
    expect(on('a<b>:"c|d?*\n', 'win32')).toBe('a_b___c_d___.jpg')
    expect(on('a<b>:"c|d?*', 'linux')).toBe('a<b>:"c|d?*.jpg')
    expect(on('aux', 'linux')).toBe('_aux.jpg')
    expect(nameFrom('{name}. ', { ...parts, name: 'a' }, '', 'win32')).toBe('a')
  })
})

describe('the folder that files have in common', () => {
  it('is the deepest that holds them all', () => {
    expect(commonFolder(['/a/b/1.jpg'])).toBe('/a/b')
    expect(commonFolder(['/a/b/1.jpg', '/a/c/2.jpg'])).toBe('/a')
    expect(commonFolder(['/a/b/1.jpg', '/x/2.jpg'])).toBe('/')
  })
})
