import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../support/folder'
import { killRepeatedly } from '../../../support/kills'

const folder = temporaryFolder()

// tests/bench/kills.ts does the same two hundred times.
it('a batch that is killed at any moment loses no photo, does none twice and leaves nothing half-written', async () => {
  expect((await killRepeatedly(folder(), 20)).kills).toBe(20)
}, 240_000)
