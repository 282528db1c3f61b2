import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { sweepLeftovers } from '../files/temporary'

/**
 * Removes what processes left that were killed between a result's name and their own end. Who restores sweeps before;
 * this is for a result that is found finished, after which nothing need ever be written there again.
 */
export async function sweepBehind(result: string): Promise<void> {
  await Promise.all([dirname(result), tmpdir()].map(sweepLeftovers))
}
