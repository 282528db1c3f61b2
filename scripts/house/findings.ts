import ts from 'typescript'
import { type Import, placeOf, type Source, visitAll } from './sources'
import walls from './walls.json'

type Side = keyof typeof walls.mayImport

const mayImport: Record<Side, string[]> = walls.mayImport

/** Imports that break a wall: between the sides of the app, between the rooms of core, or of Electron and Node. */
export function upwardImports(imports: Import[]): string[] {
  return imports.filter(breaksWall).map(({ from, to }) => `${from} -> ${to}`)
}

function breaksWall({ from, to, isOurs }: Import): boolean {
  const side = sideOf(from)
  if (!isOurs) {
    if (/^electron($|\/)/.test(to)) return !walls.electronIn.includes(side)
    return to.startsWith('node:') && !walls.nodeIn.includes(side)
  }
  if (sideOf(to) !== side) return !mayImport[side].includes(sideOf(to))
  return side === 'core' && floorOf(to) > floorOf(from)
}

/** How high a file of core lies; a room that the list does not name is found at once, for nothing may import it. */
function floorOf(path: string): number {
  const floor = walls.coreFromTheGround.indexOf(path.split('/')[1]!)
  return floor < 0 ? Infinity : floor
}

/** Groups of files that import each other in a circle, by any kind of import; the largest such groups. */
export function circles(imports: Import[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { from, to, isOurs } of imports) if (isOurs) next.set(from, [...(next.get(from) ?? []), to])

  // Tarjan's strongly connected components.
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const found: string[][] = []
  const visit = (file: string): void => {
    order.set(file, order.size)
    lowest.set(file, order.get(file)!)
    open.push(file)
    for (const other of next.get(file) ?? []) {
      if (!order.has(other)) visit(other)
      if (open.includes(other)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(other)!))
    }
    if (lowest.get(file) !== order.get(file)) return
    const group = open.splice(open.indexOf(file))
    if (group.length > 1 || next.get(file)?.includes(file)) found.push(group.sort())
  }
  for (const file of next.keys()) if (!order.has(file)) visit(file)
  return found
}

/** The most parameters that are told apart by their order alone; more get names, as one object. */
const mostPositional = 4

export function longSignatures(sources: Source[]): string[] {
  const found: string[] = []
  for (const source of sources) {
    visitAll(source.tree, (node) => {
      if (!ts.isFunctionLike(node) || ts.isTypeNode(node) || isOverride(node)) return
      const { length } = node.parameters.filter(({ name }) => name.getText() !== 'this')
      if (length > mostPositional) found.push(`${placeOf(source, node)} ${nameOf(node)} (${length})`)
    })
  }
  return found
}

/** An override has the signature that the class it extends wants, which may be a library's. */
function isOverride(node: ts.SignatureDeclaration): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Override) !== 0
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return `constructor of ${node.parent.name?.text ?? 'a class'}`
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined)
  return named?.getText() ?? 'a function without a name'
}

/**
 * What is written down on several sides: types, schemas and constants of one name, where shared declares it or two sides
 * export it; and lists or unions of texts that are the same set of at least three.
 */
export function declaredTwice(sources: Source[]): string[] {
  const names = new Map<string, Declaration[]>()
  const texts = new Map<string, Declaration[]>()
  for (const source of sources) {
    for (const { name, isExported } of source.tree.statements.flatMap(dataIn))
      add(names, name.text, { source, node: name, isExported })
    visitAll(source.tree, (node) => {
      const found = textsIn(node)
      if (found.length >= 3) add(texts, `[${found.sort().join(', ')}]`, { source, node, isExported: true })
    })
  }
  return [...names, ...texts]
    .map(([what, all]) => ({ what, all, sides: new Set(all.map(sideOfDeclaration)) }))
    .filter(({ all, sides }) => {
      const exporting = new Set(all.filter(({ isExported }) => isExported).map(sideOfDeclaration))
      return sides.size > 1 && (sides.has('shared') || exporting.size > 1)
    })
    .map(({ what, all }) => `${what}: ${all.map(({ source, node }) => placeOf(source, node)).join(', ')}`)
}

interface Declaration {
  source: Source
  node: ts.Node
  isExported: boolean
}

const sideOfDeclaration = ({ source }: Declaration) => sideOf(source.path)

/** A schema and its type share their name: one declaration. */
function add(all: Map<string, Declaration[]>, what: string, declaration: Declaration): void {
  const before = all.get(what) ?? []
  if (before.at(-1)?.source !== declaration.source) all.set(what, [...before, declaration])
}

/** Types, and constants that are data: neither functions nor what a function made. */
function dataIn(statement: ts.Statement): { name: ts.Identifier; isExported: boolean }[] {
  const isExported =
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    return [{ name: statement.name, isExported }]
  if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const)) return []
  return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
    ts.isIdentifier(name) && initializer && isData(initializer) ? [{ name, isExported }] : [],
  )
}

/** Schemas are made by methods (`z.object(…)`, `Photo.extend(…)`), what is computed by plain functions. */
function isData(node: ts.Expression): boolean {
  if (ts.isCallExpression(node)) return ts.isPropertyAccessExpression(node.expression)
  return !ts.isArrowFunction(node) && !ts.isFunctionExpression(node)
}

function textsIn(node: ts.Node): string[] {
  if (ts.isArrayLiteralExpression(node)) return textsOf(node.elements)
  if (!ts.isUnionTypeNode(node)) return []
  return textsOf(node.types.map((type) => (ts.isLiteralTypeNode(type) ? type.literal : type)))
}

/** The texts of a list that is made of texts alone. */
function textsOf(nodes: readonly ts.Node[]): string[] {
  const texts = nodes.filter(ts.isStringLiteralLike)
  return texts.length === nodes.length ? texts.map(({ text }) => text) : []
}

function sideOf(path: string): Side {
  return path.split('/')[0] as Side
}
