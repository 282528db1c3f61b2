import { describe, expect, it } from 'vitest'
import { errorOf, ErrorReport, PetrichorError, reportOf } from '../../../src/shared/errors'

describe('an error as it crosses a border', () => {
  it('is its code and its two sentences, and comes out the same on the other side', () => {
    const error = new PetrichorError(
      'disk-full',
      'The disk is full.',
      'Free some space.',
      new Error('ENOSPC'),
    )
    const report = reportOf(error)
    expect(report).toEqual({ code: 'disk-full', message: 'The disk is full.', detail: 'Free some space.' })
    expect(reportOf(errorOf(ErrorReport.parse(JSON.parse(JSON.stringify(report)))))).toEqual(report)
  })

  it.each([new TypeError('x is undefined'), 'x is undefined'])(
    'is internal for any other thrown value',
    (thrown) => {
      expect(reportOf(thrown)).toMatchObject({
        code: 'internal',
        detail: expect.stringContaining('x is undefined'),
      })
    },
  )
})
