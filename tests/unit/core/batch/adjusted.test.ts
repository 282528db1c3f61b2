import { describe, expect, it } from 'vitest'
import { adjusted } from '../../../../src/core/batch/adjusted'
import { planJobs } from '../../../../src/core/batch/plan'
import type { Job } from '../../../../src/shared/job'
import { defaultExport, defaultSettings } from '../../../../src/shared/settings'

const state = { bytes: 10, modified: 20 }
const source = '/photos/day.1/rain.jpg'
const model = { id: 'n', sha256: 'abc' }
const placing = {
  destination: { kind: 'folder' as const, folder: '/results.2026' },
  name: '{name}',
  collision: 'overwrite' as const,
}

function planned(
  exportSettings: { settings?: typeof defaultSettings; export?: typeof defaultExport } = {},
): Job {
  const { jobs } = planJobs(
    [{ path: source, folder: '', isNamed: true }],
    { settings: defaultSettings, export: defaultExport, placing, model, ...exportSettings },
    {
      lstatOf: () => state,
      statOf: () => state,
      ledger: { finished: () => undefined, resultAt: () => ({ source, state }) },
    },
  )
  return { ...jobs[0]!, id: '1', state: 'waiting', order: 1 }
}

const weaker = { ...defaultSettings, tasks: { rain: 70 }, strength: 30 }
const png = { ...defaultExport, format: 'png' as const }

describe('a job with other settings', () => {
  it('is the one that would have been planned with them', () => {
    const exportSettings = { settings: weaker, export: { ...defaultExport, quality: 50 } }
    expect(adjusted(planned(), { ...exportSettings, modelHash: model.sha256 }, state)).toEqual(
      planned(exportSettings),
    )
  })

  it('keeps its place and name, but for the extension of another format', () => {
    const job = adjusted(planned(), { settings: weaker, export: png, modelHash: model.sha256 }, state)
    expect(job.output).toMatch(/results\.2026[\\/]rain\.png$/)
    expect(
      adjusted(job, { settings: weaker, export: defaultExport, modelHash: model.sha256 }, state).output,
    ).toBe(planned().output)
  })

  it('replaces no earlier result whose name it no longer has', () => {
    expect(planned().replaces).toEqual(state)
    const job = adjusted(planned(), { settings: weaker, export: png, modelHash: model.sha256 }, state)
    expect(job.replaces).toBeUndefined()
  })

  it('is not taken for finished work where its photo is gone', () => {
    const job = adjusted(planned(), { settings: weaker, export: png, modelHash: model.sha256 }, undefined)
    expect(job.fingerprint).toBeUndefined()
  })
})
