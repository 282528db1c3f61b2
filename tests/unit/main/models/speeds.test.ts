import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Speeds } from '../../../../src/main/models/speeds'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()

test('speeds are kept by model, the latest for each', async () => {
  const speeds = new Speeds(folder('speeds.json'))
  expect(await speeds.all()).toEqual({})
  await speeds.keep('a', { megapixelsPerSecond: 0.2, provider: 'cpu' })
  await speeds.keep('b', { megapixelsPerSecond: 3, provider: 'cuda' })
  await speeds.keep('a', { megapixelsPerSecond: 0.3, provider: 'cpu' })
  expect(await new Speeds(folder('speeds.json')).all()).toEqual({
    a: { megapixelsPerSecond: 0.3, provider: 'cpu' },
    b: { megapixelsPerSecond: 3, provider: 'cuda' },
  })
})

test('a damaged file is as good as none', async () => {
  writeFileSync(folder('speeds.json'), '{ "a": 7')
  const speeds = new Speeds(folder('speeds.json'))
  expect(await speeds.all()).toEqual({})
  await speeds.keep('a', { megapixelsPerSecond: 0.2, provider: 'cpu' })
  expect(Object.keys(await speeds.all())).toEqual(['a'])
})
