import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'

/** A fresh folder for each test of a file; returns a function that joins a path below it. All go in the end. */
export function temporaryFolder(): (...names: string[]) => string {
  let root = ''
  let count = 0
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'petrichor-test-'))
    // Some tests go on as another user.
    chmodSync(root, 0o755)
  })
  beforeEach(() => {
    mkdirSync(join(root, String(++count)))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  return (...names) => join(root, String(count), ...names)
}
