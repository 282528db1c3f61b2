import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
]

test.each(documents)('what %s refers to is there', (document) => {
  const text = readFileSync(join(root, document), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) =>
    join(dirname(document), path!),
  )
  const files = [...text.matchAll(/`((?:build|docs|scripts|src|tests|training)\/[\w./-]+\.\w+)`/g)]
  const missing = [...links, ...files.map(([, path]) => path!)].filter(
    (path) => !existsSync(join(root, path)),
  )
  expect(missing.filter((path) => !path.includes('.venv'))).toEqual([])
})
