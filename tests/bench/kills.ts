/**
 * Kill a batch of real restorations at random moments and look each time at what is there:
 *
 *     npx tsx tests/bench/kills.ts [times]
 *
 * Prints what was found; ends with an error where a promise was broken. 200 times take about five minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killRepeatedly } from '../support/kills'

const times = Number(process.argv[2] ?? 200)
const folder = mkdtempSync(join(tmpdir(), 'petrichor-kills-'))
try {
  const { kills, rounds, recognised } = await killRepeatedly(folder, times)
  console.log(
    `${kills} kills over ${rounds} batches of 30 photos: none lost, done twice or half-written; the queue as it was; ` +
      `nothing left over. ${recognised} times a photo was finished and its queue did not know it yet.`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
