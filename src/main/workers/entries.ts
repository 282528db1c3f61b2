/**
 * The programs that run in processes of their own: for each name its source, below `src`. The build reads this list and
 * makes `out/main/workers/<name>.js` of each.
 */
export const workerEntries = {
  engine: 'main/engine/worker.ts',
  models: 'main/models/worker.ts',
  thumbnails: 'main/thumbnails/worker.ts',
  viewing: 'main/viewing/worker.ts',
  probe: 'core/providers/probeProcess.ts',
} as const

export type WorkerName = keyof typeof workerEntries
