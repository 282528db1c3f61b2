import { fileURLToPath } from 'node:url'
import type { Gates, Manifest, Pools } from '../../src/core/model/manifest'
import type { Session } from '../../src/core/model/session'
import type { Planes } from '../../src/core/photo/raster'

/** Folder with the tiny models of tests/fixtures/models/make.py. */
export const modelFixtures = fileURLToPath(new URL('../fixtures/models', import.meta.url))

export function manifest(changes: Partial<Manifest> = {}): Manifest {
  return {
    schemaVersion: 1,
    id: 'in-memory',
    name: 'In memory',
    version: '1.0.0',
    architecture: 'test',
    sha256: '0'.repeat(64),
    multiple: 8,
    tile: 64,
    overlap: 16,
    levels: 0,
    kept: 0,
    pooled: 0,
    experts: [],
    tasks: [],
    quality: [],
    training: '',
    licence: 'MIT',
    ...changes,
  }
}

/** What a model was run on. */
export interface Run {
  planes: Planes
  height: number
  width: number
  gates: Gates | undefined
  pools: Pools | undefined
}

/** A model that is a function of its input, and remembers what it was run on. */
export function fakeSession(
  changes: Partial<Manifest> = {},
  restore: (planes: Planes, run: number) => Planes = (planes) => planes.slice(),
  route: (planes: Planes, run: number) => Gates = () => [],
  pool: (planes: Planes, run: number) => Pools = () => new Float32Array(),
): Session & { runs: Run[] } {
  const runs: Run[] = []
  const made: Session & { runs: Run[] } = {
    manifest: manifest(changes),
    provider: 'test',
    runs,
    async run({ planes, height, width }, { gates, pools } = {}) {
      runs.push({ planes, height, width, gates, pools })
      return {
        restored: restore(planes, runs.length),
        gates: route(planes, runs.length),
        pools: pool(planes, runs.length),
      }
    },
    route: (...input) => made.run(...input),
    close: async () => undefined,
  }
  return made
}
