import { stat } from 'node:fs/promises'

/** Whether two paths lead to one file, also through links or another spelling of its name. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([statExactly(a), statExactly(b)])
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino
}

/** In big integers, because Windows' file numbers are too large for exact floating-point numbers. */
function statExactly(path: string) {
  return stat(path, { bigint: true }).catch(() => undefined)
}
