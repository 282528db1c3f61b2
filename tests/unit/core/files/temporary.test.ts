import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { sweepLeftovers, temporaryName, withTemporary } from '../../../../src/core/files/temporary'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()

it('what killed processes of this machine left is swept, and nothing else', async () => {
  const dead = String(spawnSync(process.execPath, ['-e', '']).pid)
  const own = temporaryName()
  const by = (pid: string) => own.replace(`-${process.pid}-`, `-${pid}-`)
  const kept = [
    by(String(process.ppid)),
    own.replace(/^petrichor-.{8}/, 'petrichor-00000000').replace(`-${process.pid}-`, `-${dead}-`),
    'petrichor-photos',
    'photo.jpg',
  ]
  for (const name of kept) writeFileSync(folder(name), '')
  writeFileSync(folder(`.${by(dead)}.part`), '')
  mkdirSync(folder(by(dead)))
  writeFileSync(folder(by(dead), 'pixels.tif'), '')
  // Left by a process that had our number before us.
  writeFileSync(folder(own), '')
  const live = folder(temporaryName())
  await withTemporary(live, async () => {
    writeFileSync(live, '')
    await sweepLeftovers(folder())
    expect(readdirSync(folder()).sort()).toEqual([...kept, basename(live)].sort())
  })
  expect(readdirSync(folder()).sort()).toEqual(kept.toSorted())
})
