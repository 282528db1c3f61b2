import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlacingSettings } from '../../../../src/core/batch/job'
import { commonFolder, expandSources, planOutputs, type Source } from '../../../../src/core/batch/plan'
import { expectFailure } from '../support/failures'
import { temporaryFolder } from '../support/folder'

const folder = temporaryFolder()

const intoTree: PlacingSettings = {
  destination: { kind: 'tree', folder: '/out' },
  name: '{name}',
  collision: 'number',
}

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
    expect(await expandSources([folder('notes.txt')])).toEqual([{ path: folder('notes.txt'), folder: '' }])
  })

  it('takes each photo once, however often it is named', async () => {
    files('a/photo.jpg')
    const paths = [folder('a'), folder('a/photo.jpg'), folder('a'), `${folder('a')}/../a/photo.jpg`]
    expect(await expandSources(paths)).toHaveLength(1)
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

  it.skipIf(process.getuid?.() === 0)(
    'goes on past a folder that may not be read (skipped for root)',
    async () => {
      files('a/photo.jpg', 'b/photo.jpg')
      chmodSync(folder('a'), 0)
      const failures: string[] = []
      const options = { onFailure: (path: string) => failures.push(basename(path)) }
      expect(brief(await expandSources([folder()], options))).toEqual(['b: photo.jpg'])
      expect(failures).toEqual(['a'])
      chmodSync(folder('a'), 0o700)
    },
  )
})

describe('a plan of outputs', () => {
  it('keeps the tree', () => {
    const sources = [
      { path: '/in/a.jpg', folder: '' },
      { path: '/in/x/y/a.jpg', folder: join('x', 'y') },
    ]
    expect(planOutputs(sources, intoTree)).toEqual([join('/out/a.jpg'), join('/out/x/y/a.jpg')])
  })

  it('numbers what would fall together, also where only case or accents tell names apart', () => {
    const sources = ['/a/É.jpg', '/b/é.JPG', '/c/e\u0301.jpg'].map((path) => ({ path, folder: '' }))
    expect(planOutputs(sources, intoTree).map((path) => basename(path))).toEqual([
      'É.jpg',
      'é-2.JPG',
      'e\u0301-3.jpg',
    ])
  })

  it('never names one file twice, nor a source, nor anything outside the destination', () => {
    const name = fc.constantFrom('a.jpg', 'A.jpg', 'a-2.jpg', 'a-3.JPG', 'b.png', 'é.tif', 'e\u0301.tif')
    const place = fc.constantFrom('', 'x', 'X', join('x', 'y'))
    const source = fc.record({ root: fc.constantFrom('/in', '/out', '/In'), place, name })
    fc.assert(
      fc.property(fc.array(source, { maxLength: 40 }), (found) => {
        const sources = found.map(({ root, place, name }) => ({
          path: join(root, place, name),
          folder: place,
        }))
        const outputs = planOutputs(sources, intoTree)
        const same = (path: string) => path.normalize('NFC').toLowerCase()
        expect(new Set(outputs.map(same)).size).toBe(outputs.length)
        const originals = new Set(sources.map(({ path }) => same(path)))
        expect(outputs.filter((path) => originals.has(same(path)))).toEqual([])
        for (const [index, output] of outputs.entries()) {
          expect(relative('/out', dirname(output))).toBe(sources[index]!.folder)
        }
      }),
    )
  })
})

describe('the folder that files have in common', () => {
  it('is the deepest that holds them all', () => {
    expect(commonFolder(['/a/b/1.jpg'])).toBe('/a/b')
    expect(commonFolder(['/a/b/1.jpg', '/a/c/2.jpg'])).toBe('/a')
    expect(commonFolder(['/a/b/1.jpg', '/x/2.jpg'])).toBe('/')
  })
})
