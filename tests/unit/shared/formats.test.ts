import { expect, it } from 'vitest'
import { listFormats, outputFormatIds, writtenFormat } from '../../../src/shared/formats'

it('formats are listed as a sentence lists them', () => {
  expect(listFormats(['tiff'], 'or')).toBe('TIFF')
  expect(listFormats(['png', 'tiff'], 'and')).toBe('PNG and TIFF')
  expect(listFormats(outputFormatIds, 'or')).toBe('JPEG, PNG, TIFF, WebP or AVIF')
})

it('a photo keeps its format unless that cannot be written', () => {
  expect(outputFormatIds.map(writtenFormat)).toEqual(outputFormatIds)
  expect(writtenFormat('heic')).toBe('jpeg')
})
