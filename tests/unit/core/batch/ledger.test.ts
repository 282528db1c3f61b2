import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { openLedger, type ResultRecord } from '../../../../src/core/batch/ledger'
import { lstatOf } from '../../../../src/core/files/state'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()

/** A result that lies on the disk, written down. */
function written(name: string, fingerprint = `of ${name}`): ResultRecord & { fingerprint: string } {
  writeFileSync(folder(name), name)
  const result = {
    output: folder(name),
    width: 1,
    height: 1,
    seconds: 1,
    gates: {},
    provider: 'cpu',
    notes: [],
  }
  return { fingerprint, source: `/in/${name}`, state: lstatOf(folder(name))!, result }
}

describe('what was written down', () => {
  it('is known after it is opened again', () => {
    const record = written('雨\n.jpg')
    openLedger(folder('deep', 'results')).record(record)
    const results = openLedger(folder('deep', 'results'))
    expect(results.finished(record.fingerprint)).toEqual(record.result)
    expect(results.resultAt(folder('雨\n.jpg'))).toEqual({ source: '/in/雨\n.jpg', state: record.state })
    expect(results.finished('other')).toBeUndefined()
    expect(results.resultAt(folder('other'))).toBeUndefined()
  })

  it('holds no longer once the file is gone, edited, touched or another', () => {
    const changes: ((path: string) => void)[] = [
      (path) => rmSync(path),
      (path) => appendFileSync(path, 'x'),
      (path) => utimesSync(path, new Date(), new Date(2000, 1)),
      (path) => renameSync(path, `${path}.old`),
    ]
    for (const [index, change] of changes.entries()) {
      const record = written(`${index}.jpg`)
      openLedger(folder('results')).record(record)
      change(record.result.output)
      const results = openLedger(folder('results'))
      expect(results.finished(record.fingerprint)).toBeUndefined()
      expect(results.resultAt(record.result.output)).toBeUndefined()
    }
  })

  it('tells a result by whatever links its folder is reached, but not by a link to the file', () => {
    mkdirSync(folder('out'))
    symlinkSync(folder('out'), folder('photos'))
    for (const [here, there] of [
      ['out', 'photos'],
      ['photos', 'out'],
    ] as const) {
      const record = written(`${here}/${here}.jpg`)
      openLedger(folder('results')).record(record)
      const { source, state } = record
      expect(openLedger(folder('results')).resultAt(folder(there, `${here}.jpg`))).toEqual({ source, state })
      symlinkSync(folder('out', `${here}.jpg`), folder(`link to ${here}.jpg`))
      expect(openLedger(folder('results')).resultAt(folder(`link to ${here}.jpg`))).toBeUndefined()
    }
  })

  it('is not spoilt by a torn line, nor by what another version wrote', () => {
    const [first, second] = [written('1.jpg'), written('2.jpg')]
    openLedger(folder('results')).record(first)
    const whole = readFileSync(folder('results'), 'utf8')
    writeFileSync(folder('results'), `${whole}{"version":9}\nnull\n${whole.slice(0, 80)}`)
    openLedger(folder('results')).record(second)
    const results = openLedger(folder('results'))
    expect(results.finished('of 1.jpg')).toEqual(first.result)
    expect(results.finished('of 2.jpg')).toEqual(second.result)
  })

  it('is known for the session at least where it cannot be written, which is told once', () => {
    const onWarning = vi.fn<(trouble: Error) => void>()
    mkdirSync(folder('results'))
    const record = written('1.jpg')
    // A folder has the name of the file.
    expect(() => openLedger(folder('results', 'x'))).not.toThrow()
    writeFileSync(folder('taken'), '')
    const results = openLedger(folder('taken', 'results'), onWarning)
    results.record(record)
    results.record(record)
    expect(results.finished('of 1.jpg')).toEqual(record.result)
    expect(onWarning).toHaveBeenCalledTimes(1)
    expect(onWarning.mock.lastCall![0].message).toContain(folder('taken', 'results'))
  })
})
