import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import ts from 'typescript'
import { parse as parseVue } from 'vue/compiler-sfc'

/** A source file of the app, parsed. */
export interface Source {
  /** From `src`, with slashes: `core/photo/decode.ts`. */
  path: string
  tree: ts.SourceFile
}

/** All sources below a folder: TypeScript, and the scripts of Vue components. */
export function readSources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.d)\.(ts|vue)$/.test(path))
    .sort()
    .map((path) => parseSource(path.split(sep).join('/'), readFileSync(join(folder, path), 'utf8')))
}

export function parseSource(path: string, text: string): Source {
  const script = path.endsWith('.vue') ? scriptsOf(text) : text
  return { path, tree: ts.createSourceFile(path, script, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS) }
}

/** What a component has in scripts, in the lines where it stands. */
function scriptsOf(component: string): string {
  const { script, scriptSetup } = parseVue(component).descriptor
  let text = ''
  for (const block of [script, scriptSetup].filter((block) => block !== null)) {
    text += '\n'.repeat(block.loc.start.line - text.split('\n').length) + block.content
  }
  return text
}

/** What a file imports: another source of ours by its path, or a package or a module of Node by its name. */
export interface Import {
  from: string
  to: string
  isOurs: boolean
}

/** Every import of every file, those of types and `import()` too, but not of JSON, styles and the like. */
export function importsOf(sources: Source[]): Import[] {
  const paths = new Set(sources.map(({ path }) => path))
  return sources.flatMap(({ path, tree }) =>
    specifiersIn(tree).flatMap((specifier): Import[] => {
      if (!specifier.startsWith('.')) return [{ from: path, to: specifier, isOurs: false }]
      const target = join(dirname(path), specifier).split(sep).join('/')
      const file = [target, `${target}.ts`, `${target}/index.ts`].find((candidate) => paths.has(candidate))
      return file === undefined ? [] : [{ from: path, to: file, isOurs: true }]
    }),
  )
}

function specifiersIn(tree: ts.SourceFile): string[] {
  const found: string[] = []
  visitAll(tree, (node) => {
    const specifier = specifierOf(node)
    if (specifier && ts.isStringLiteralLike(specifier)) found.push(specifier.text)
  })
  return found
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0]
  return undefined
}

/** The place of a node for a person: `core/photo/decode.ts:12`. */
export function placeOf({ path, tree }: Source, node: ts.Node): string {
  return `${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
}

/** Visits every node below one. */
export function visitAll(node: ts.Node, visit: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    visit(child)
    visitAll(child, visit)
  })
}
