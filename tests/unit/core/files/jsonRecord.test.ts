import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { JsonRecord } from '../../../../src/core/files/jsonRecord'
import { Speed } from '../../../../src/shared/models'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()
const record = () => new JsonRecord(folder('speeds.json'), Speed)

test('entries are kept by key, the latest for each', async () => {
  const speeds = record()
  expect(await speeds.read()).toEqual({})
  await speeds.set('a', { megapixelsPerSecond: 0.2, provider: 'cpu' })
  await speeds.set('b', { megapixelsPerSecond: 3, provider: 'cuda' })
  await speeds.set('a', { megapixelsPerSecond: 0.3, provider: 'cpu' })
  expect(await record().read()).toEqual({
    a: { megapixelsPerSecond: 0.3, provider: 'cpu' },
    b: { megapixelsPerSecond: 3, provider: 'cuda' },
  })
})

test('a damaged file is as good as none', async () => {
  writeFileSync(folder('speeds.json'), '{ "a": 7')
  const speeds = record()
  expect(await speeds.read()).toEqual({})
  await speeds.set('a', { megapixelsPerSecond: 0.2, provider: 'cpu' })
  expect(Object.keys(await speeds.read())).toEqual(['a'])
})
