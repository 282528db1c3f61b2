// `npm run drawings`: draws docs/drawings/*.dot as SVG beside them, by Graphviz compiled to WebAssembly.

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { drawSvg } from './drawings/drawSvg'

const folder = resolve(import.meta.dirname, '../docs/drawings')
for (const name of (await readdir(folder)).filter((name) => name.endsWith('.dot'))) {
  const source = await readFile(join(folder, name), 'utf8')
  await writeFile(join(folder, name.replace(/\.dot$/, '.svg')), await drawSvg(source))
}
