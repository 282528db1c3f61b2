import { stat } from 'node:fs/promises'

/** Whether two paths lead to one file, also through links or another spelling of its name. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([look(a), look(b)])
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino
}

/** In big integers, because Windows numbers files beyond what others hold exactly. */
function look(path: string) {
  return stat(path, { bigint: true }).catch(() => undefined)
}
