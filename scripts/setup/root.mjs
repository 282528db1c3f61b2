import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** A path inside this checkout. */
export const inRoot = (...parts) => join(root, ...parts)
