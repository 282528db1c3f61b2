import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { drawSvg } from '../../scripts/drawings/drawSvg'

const drawing = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../../docs/drawings', name), 'utf8')

test.each(['photo', 'processes'])(
  'the drawing of %s is that of its source (npm run drawings)',
  async (name) => {
    expect(await drawSvg(drawing(`${name}.dot`))).toBe(drawing(`${name}.svg`))
  },
)
