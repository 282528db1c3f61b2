// `npm run house`: what the walls of the house keep out, counted. tests/unit/house.test.ts holds all at none.

import { resolve } from 'node:path'
import { circles, declaredTwice, longSignatures, upwardImports } from './house/findings'
import { importsOf, readSources } from './house/sources'

const sources = readSources(resolve(import.meta.dirname, '../src'))
const imports = importsOf(sources)

const figures = {
  'upward imports': upwardImports(imports),
  'circles between files': circles(imports).map((files) => files.join(' <-> ')),
  'functions with more than four positional parameters': longSignatures(sources),
  'declared on more than one side': declaredTwice(sources),
}

console.log(`${sources.length} files, ${imports.filter(({ isOurs }) => isOurs).length} imports of ours`)
for (const [what, found] of Object.entries(figures)) {
  console.log(`${found.length} ${what}`)
  for (const one of found) console.log(`    ${one}`)
}
