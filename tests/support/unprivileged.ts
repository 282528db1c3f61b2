import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const nobody = 65534

/** Root, as whom tests may run, is asked for no permissions; a process that is to be needs to be someone else's. */
export const someoneElse = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}

/** Do work as a user to whom permissions apply. It should not look for temporary files: Node then passes TMPDIR over. */
export async function unprivileged<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  process.setegid!(nobody)
  process.seteuid!(nobody)
  try {
    return await work()
  } finally {
    process.seteuid!(0)
    process.setegid!(0)
  }
}

/** Whether files can be kept from that user by their permissions, and these sources are not. */
export const havePermissions =
  process.platform !== 'win32' && (await unprivileged(async () => existsSync(fileURLToPath(import.meta.url))))
if (!havePermissions) {
  console.warn(
    'SKIPPED: the tests of permissions need a system that has them, and sources that all may read.',
  )
}
