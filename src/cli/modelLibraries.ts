import { join } from 'node:path'

/** Where the terminal looks for networks: those shipped beside the code. */
export function modelLibraries(): string[] {
  // src/cli in a checkout, out/main once built: both lie two folders below the root.
  return [join(import.meta.dirname, '..', '..', 'resources', 'models')]
}
