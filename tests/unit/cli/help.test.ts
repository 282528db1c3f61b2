import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { benchCommand } from '../../../src/cli/bench'
import { doctorCommand } from '../../../src/cli/doctor'
import { modelsCommand } from '../../../src/cli/models'
import { restoreCommand } from '../../../src/cli/restore'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What `petrichor … --help` prints, its columns joined to running text. Fails on another exit code than 0. */
function helpOf(...names: string[]): Promise<string> {
  const command = ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...names, '--help']
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { cwd: root }, (error, out, err) => {
      if (error || err !== '') reject(error ?? new Error(err))
      else resolve(out.replace(/\s+/g, ' '))
    })
  })
}

const commands = [restoreCommand(), modelsCommand(), doctorCommand(), benchCommand()]
const parts = commands.flatMap((command) => command.commands.map((part) => [command, part] as const))

describe('petrichor --help', { timeout: 30_000 }, () => {
  it('says of each command what it is for', async () => {
    const help = await helpOf()
    for (const command of commands) {
      expect(command.description()).toMatch(/^[A-Z].{30,}\.$/)
      expect(help).toContain(command.name())
      expect(help).toContain(command.description())
    }
  })

  it.each([
    ...commands.map((command) => [[command.name()], command] as const),
    ...parts.map(([command, part]) => [[command.name(), part.name()], part] as const),
  ])('of %j says what it takes and what each of its options does', async (names, command: Command) => {
    const help = await helpOf(...names)
    expect(help).toContain(`Usage: petrichor ${names.join(' ')} `)
    const described = [
      ...command.registeredArguments.map((argument) => [argument.name(), argument.description] as const),
      ...command.options.map(({ flags, description }) => [flags, description] as const),
      ...command.commands.map((part) => [part.name(), part.description()] as const),
    ]
    expect(described.length).toBeGreaterThan(0)
    for (const [name, description] of described) {
      expect(description).not.toBe('')
      expect(help).toMatch(new RegExp(`${escaped(name)}.*?${escaped(description)}`))
    }
  })

  it('names the options that a person would look for', async () => {
    const [restore, models, imports, doctor, bench] = await Promise.all(
      [['restore'], ['models'], ['models', 'import'], ['doctor'], ['bench']].map((names) => helpOf(...names)),
    )
    for (const word of ['--strip-location', '--on-collision', '--json', 'Examples:', 'Exit code: 0'])
      expect(restore).toContain(word)
    for (const word of ['list [options]', 'import [options] <path>', 'remove [options] <id>'])
      expect(models).toContain(word)
    for (const word of ['--name', '--kept', '--licence', '--json']) expect(imports).toContain(word)
    for (const word of ['--json', 'Exit code: 0']) expect(doctor).toContain(word)
    for (const word of ['--model', '--provider', '"cpu"', '--megapixels', '--json', 'Exit code: 0'])
      expect(bench).toContain(word)
  })
})

function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N}\s]/gu, '\\$&')
}
