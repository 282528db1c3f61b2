import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { temporaryName } from '../../../src/core/files/temporary'
import { temporaryFolder } from '../../support/folder'
import { modelFixtures } from '../../support/models'
import { picture, samples, writePhoto } from '../../support/photos'
import { havePermissions, someoneElse } from '../../support/unprivileged'
import { unchanged, writeModelFolder } from '../../support/writeModelFolder'

const folder = temporaryFolder()
const root = fileURLToPath(new URL('../../..', import.meta.url))
const command = [process.execPath, '--import', 'tsx', join(root, 'src/cli/main.ts')] as const
const brighten = join(modelFixtures, 'brighten')

/** Scratch files and settings of its own, so that a test sees only what it did itself. */
const environment = () => ({
  ...process.env,
  TMPDIR: folder('tmp'),
  XDG_CONFIG_HOME: folder('settings'),
  APPDATA: folder('settings'),
})

interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  out: string
  err: string
}

function start(...args: string[]): ChildProcess {
  const [node, ...rest] = command
  mkdirSync(folder('tmp'), { recursive: true })
  return spawn(node, [...rest, ...args], { cwd: root, env: environment() })
}

function endOf(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', '']
  child.stdout!.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr!.on('data', (text: Buffer) => (err += text.toString()))
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, out, err })))
}

const run = (...args: string[]) => endOf(start(...args))
const restore = (...args: string[]) => run('restore', '--model', brighten, '--out', folder('out'), ...args)
const objects = (text: string) => text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>) // prettier-ignore
const firstPixel = async (path: string) => [...(await sharp(path).raw().toBuffer()).subarray(0, 3)]

/** A photo of one colour in so many tiles that restoring it takes a while. */
async function writeLarge(path: string): Promise<void> {
  await sharp({ create: { width: 6000, height: 4000, channels: 3, background: '#400' } })
    .png()
    .toFile(path)
}

describe('petrichor restore', { timeout: 30_000 }, () => {
  it('takes no more of the machine than is allowed', async () => {
    await sharp({ create: { width: 6000, height: 4000, channels: 3, background: '#400' } })
      .jpeg({ progressive: true })
      .toFile(folder('large.jpg'))
    const refused = await restore(folder('large.jpg'), '--memory', '0.1', '--json')
    expect(objects(refused.out)).toMatchObject([{ error: { code: 'image-too-large' } }])

    await writePhoto(folder('small.jpg'))
    expect(await restore(folder('small.jpg'), '--memory', '0.1', '--tile', '64')).toMatchObject({ code: 0 })
    expect(await restore(folder('small.jpg'), '--tile', '7')).toMatchObject({ code: 2 })
  })

  it('opens no larger photos than is allowed', async () => {
    await writePhoto(folder('photo.png'), 1500, 1400)
    const { code, out } = await restore(folder('photo.png'), '--megapixels', '2', '--json')
    expect(code).toBe(1)
    expect(objects(out)).toMatchObject([
      {
        error: {
          code: 'image-too-large',
          detail: 'Crop or scale it below 2 megapixels, or raise the limit.',
        },
      },
    ])
    expect(await restore(folder('photo.png'), '--megapixels', 'many')).toMatchObject({ code: 2 })
  })

  it('restores photos and the trees of folders, says so, and exits with 0', async () => {
    mkdirSync(folder('in', 'deep', 'er'), { recursive: true })
    await writePhoto(folder('in', 'a.jpg'))
    await writePhoto(folder('in', 'deep', 'er', 'b.tif'))
    writeFileSync(folder('in', 'Thumbs.db'), '')
    await writePhoto(folder('c.webp'))
    const { code, out, err } = await restore(folder('in'), folder('c.webp'))
    expect(code).toBe(0)
    expect(out.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^a\.jpg → .*out\/a\.jpg {2}\(\d+\.\d s, .*\)$/),
      expect.stringMatching(/^b\.tif → .*out\/deep\/er\/b\.tif /),
      expect.stringMatching(/^c\.webp → .*out\/c\.webp /),
    ])
    expect(err).toBe('3 restored.\n')
    expect(readdirSync(folder('out'), { recursive: true }).sort()).toEqual(
      ['a.jpg', 'c.webp', 'deep', 'deep/er', 'deep/er/b.tif'].sort(),
    )
    expect(readdirSync(folder('tmp')).filter((name) => name.startsWith('petrichor-'))).toEqual([])
  })

  it('prints one JSON object a photo, and one clear line for what is none, and goes on: exit code 1', async () => {
    await writePhoto(folder('good.png'))
    writeFileSync(folder('text.jpg'), 'no photo')
    const sources = [folder('gone.jpg'), folder('text.jpg'), folder('good.png')]
    const { code, out, err } = await restore('--json', ...sources)
    expect(code).toBe(1)
    expect(err).toBe('')
    const [gone, text, good] = objects(out)
    expect(gone).toMatchObject({ source: sources[0], error: { code: 'not-found' } })
    expect(text).toMatchObject({ source: sources[1], error: { code: 'not-an-image' } })
    expect(good).toEqual({
      source: sources[2],
      output: folder('out', 'good.png'),
      width: 40,
      height: 30,
      seconds: expect.any(Number),
      gates: { red: expect.any(Number), green: expect.any(Number), night: 0 },
      provider: 'cpu',
      notes: [],
    })

    await writePhoto(folder('good.png'), 50, 40)
    const plain = await restore(...sources)
    expect(plain.code).toBe(1)
    expect(plain.err.split('\n')).toEqual([
      expect.stringMatching(/^gone\.jpg: .*not there.*\.$/),
      expect.stringMatching(/^text\.jpg: .*not an image.*\.$/),
      '1 restored, 2 not.',
      '',
    ])
  })

  it('keeps a name with line breaks and terminal codes on one harmless line', async () => {
    writeFileSync(folder('two\nlines \u001b[31m.jpg'), 'no photo')
    const { err } = await restore(folder('two\nlines \u001b[31m.jpg'))
    expect(err.trim().split('\n')).toHaveLength(2)
    expect(err).not.toContain('\u001b')
  })

  it('mixes by --strength and restores by --task', async () => {
    await sharp({ create: { width: 20, height: 20, channels: 3, background: '#640000' } }).png().toFile(folder('red.png')) // prettier-ignore
    const cases = [
      [
        ['--strength', '50'],
        [107, 32, 32],
      ],
      [
        ['--strength', '0'],
        [100, 0, 0],
      ],
      [
        ['--task', 'night'],
        [50, 0, 0],
      ],
    ] as const
    await Promise.all(
      cases.map(async ([args, pixel]) => {
        const { out } = await restore('--json', ...args, folder('red.png'))
        expect(await firstPixel(objects(out)[0]!['output'] as string)).toEqual(pixel)
      }),
    )
  })

  it('leaves originals and earlier results alone, also where the destination is the source’s own folder', async () => {
    await writePhoto(folder('photo.jpg'))
    const before = readFileSync(folder('photo.jpg'))
    const { out } = await run('restore', '--json', '-m', brighten, '-o', folder(), folder('photo.jpg'))
    expect(objects(out)[0]).toMatchObject({ output: folder('photo-2.jpg') })
    expect(readFileSync(folder('photo.jpg')).equals(before)).toBe(true)
  })

  it('does not restore the results of last time when they lie among the photos', async () => {
    mkdirSync(folder('in'))
    await writePhoto(folder('in', 'photo.jpg'))
    const again = () => run('restore', '--json', '-m', brighten, '-o', folder('in', 'out'), folder('in'))
    await again()
    expect(objects((await again()).out)).toEqual([
      { source: folder('in', 'photo.jpg'), skipped: 'done', output: folder('in', 'out', 'photo.jpg') },
    ])
  })

  it('restores no result of an earlier run that it finds, wherever that lies, but one that is named', async () => {
    mkdirSync(folder('in'))
    await writePhoto(folder('in', 'a.png'))
    const again = (...where: string[]) => run('restore', '-m', brighten, ...where)
    await again('--beside', folder('in'))
    const second = await again('--beside', folder('in'))
    expect([second.code, second.err]).toEqual([0, '0 restored, 2 skipped.\n'])
    expect(second.out).toContain(`a-restored.png is an earlier result, and skipped: ${folder('in')}`)
    await again('--out', folder('in', 'one'), folder('in'))
    await again('--out', folder('in', 'two'), folder('in'))
    const files = readdirSync(folder('in'), { recursive: true, withFileTypes: true })
    expect(files.flatMap((file) => (file.isFile() ? join(file.parentPath, file.name) : [])).sort()).toEqual(
      ['a-restored.png', 'a.png', 'one/a.png', 'two/a.png'].map((name) => folder('in', name)),
    )

    await again('--out', folder('out'), folder('in', 'a-restored.png'))
    expect(readdirSync(folder('out'))).toEqual(['a-restored.png'])
  })

  it('restores again what a link leads to when that has changed', async () => {
    await writePhoto(folder('photo.png'))
    symlinkSync(folder('photo.png'), folder('link.png'))
    const outputs = async () => objects((await restore('--json', folder('link.png'))).out)
    expect(await outputs()).toMatchObject([{ output: folder('out', 'link.png') }])
    expect(await outputs()).toMatchObject([{ skipped: 'done' }])
    await writePhoto(folder('photo.png'), 50, 40)
    expect(await outputs()).toMatchObject([{ output: folder('out', 'link-2.png'), width: 50 }])
  })

  it('exits with 2 for wrong usage, and says what is wrong', async () => {
    const cases: [string[], RegExp][] = [
      [['photo.jpg'], /--out <folder> or --beside/],
      [['--out', 'x', '--beside', 'photo.jpg'], /--out <folder> or --beside/],
      [['--beside', '--flat', 'photo.jpg'], /--flat goes with --out/],
      [['--out', 'x', '--quality', '0', 'photo.jpg'], /1 to 100/],
      [['--out', 'x', '--format', 'gif', 'photo.jpg'], /jpeg, png, tiff, webp, avif/],
      [['--out', 'x', '--task', '=5', 'photo.jpg'], /rain=60/],
      [['--out', 'x', '--strength', '101', 'photo.jpg'], /0 to 100/],
      [['--out', 'x', '--fast', 'photo.jpg'], /--fast/],
    ]
    await Promise.all(
      cases.map(async ([args, reason]) => {
        const { code, out, err } = await run('restore', ...args)
        expect([code, out]).toEqual([2, ''])
        expect(err).toMatch(reason)
      }),
    )
    expect(existsSync(join(root, 'x'))).toBe(false)
  })

  it('exits with 2 for a model, a task, a destination or a folder that is of no use', async () => {
    await writePhoto(folder('photo.jpg'))
    mkdirSync(folder('empty'))
    const cases: [string[], string][] = [
      [['-m', 'nothing', '-o', folder('out'), folder('photo.jpg')], 'model-not-found'],
      [['-m', brighten, '-t', 'snow', '-o', folder('out'), folder('photo.jpg')], 'unknown-task'],
      [['-m', brighten, '-o', folder('photo.jpg'), folder('photo.jpg')], 'destination-unwritable'],
      [['-m', brighten, '-o', folder('out'), folder('empty')], 'no-photos'],
    ]
    await Promise.all(
      cases.map(async ([args, expected]) => {
        const { code, out } = await run('restore', '--json', ...args)
        expect([code, objects(out)]).toEqual([2, [{ error: expect.objectContaining({ code: expected }) }]])
      }),
    )
  })

  it('does not mind that nobody reads to the end', async () => {
    const sources = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        await writePhoto(folder(`${index}.png`))
        return folder(`${index}.png`)
      }),
    )
    const child = start('restore', '--json', '-m', brighten, '-o', folder('out'), ...sources)
    child.stdout!.once('data', () => child.stdout!.destroy())
    const { code, err } = await endOf(child)
    expect([code, err]).toEqual([0, ''])
    expect(readdirSync(folder('out'))).toHaveLength(12)
  })
})

describe('what the results become and where they go', { timeout: 60_000 }, () => {
  it('is said by flags, and what was given up on the way is told', async () => {
    await sharp(Buffer.alloc(20 * 20 * 4, 128), { raw: { width: 20, height: 20, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toFile(folder('deep.png'))
    const flags = ['--format', 'jpeg', '--quality', '80', '--name', '{n}-{name}-{task}', '--task', 'night=50']
    const { code, out } = await restore('--json', ...flags, folder('deep.png'))
    expect(code).toBe(0)
    const [result] = objects(out)
    expect(result).toMatchObject({ output: folder('out', '1-deep-night.jpg') })
    expect((result!['notes'] as { code: string }[]).map(({ code }) => code)).toEqual(['depth-reduced', 'alpha-flattened']) // prettier-ignore
    expect(await sharp(folder('out', '1-deep-night.jpg')).metadata()).toMatchObject({
      format: 'jpeg',
      channels: 3,
    })

    const plain = await restore(...flags, '--quality', '90', folder('deep.png'))
    expect(plain.out).toContain('\n  16 bits a channel became 8, because JPEG has no more.\n')
  })

  it('is beside the photos under another name, or all in one folder', async () => {
    mkdirSync(folder('in', 'deep'), { recursive: true })
    await writePhoto(folder('in', 'a.jpg'))
    await writePhoto(folder('in', 'deep', 'a.jpg'))
    await run('restore', '-m', brighten, '--beside', folder('in'))
    expect(readdirSync(folder('in'), { recursive: true }).sort()).toEqual(
      ['a-restored.jpg', 'a.jpg', 'deep', 'deep/a-restored.jpg', 'deep/a.jpg'].sort(),
    )
    await restore('--flat', folder('in', 'a.jpg'), folder('in', 'deep', 'a.jpg'))
    expect(readdirSync(folder('out')).sort()).toEqual(['a-2.jpg', 'a.jpg'])
  })

  it('leaves out what was done before, replaces earlier results where asked, and never a file of others', async () => {
    await writePhoto(folder('photo.png'))
    await restore(folder('photo.png'))
    // Had the first run been killed right after it wrote the photo, this would be left.
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const left = temporaryName().replace(`-${process.pid}-`, `-${dead}-`)
    writeFileSync(folder('out', `.${left}.part`), '')
    const again = await restore(folder('photo.png'))
    expect(readdirSync(folder('out'))).toEqual(['photo.png'])
    expect([again.code, again.err]).toEqual([0, '0 restored, 1 skipped.\n'])
    expect(again.out).toMatch(/^photo\.png was restored before: .*out\/photo\.png\n$/)

    const skipped = await restore('--json', '--strength', '50', '--on-collision', 'skip', folder('photo.png'))
    expect(objects(skipped.out)).toMatchObject([{ skipped: 'taken', output: folder('out', 'photo.png') }])

    const overwrite = ['--json', '--on-collision', 'overwrite', folder('photo.png')]
    const before = readFileSync(folder('out', 'photo.png'))
    const replaced = await restore('--strength', '50', ...overwrite)
    expect(objects(replaced.out)).toMatchObject([{ output: folder('out', 'photo.png') }])
    expect(readFileSync(folder('out', 'photo.png')).equals(before)).toBe(false)
    expect(readdirSync(folder('out'))).toEqual(['photo.png'])

    writeFileSync(folder('out', 'photo.png'), 'a letter to my aunt')
    const withNumber = await restore('--strength', '60', ...overwrite)
    expect(objects(withNumber.out)).toMatchObject([{ output: folder('out', 'photo-2.png') }])
    expect(readFileSync(folder('out', 'photo.png'), 'utf8')).toBe('a letter to my aunt')
  })
})

describe.skipIf(!havePermissions)('what permissions forbid', { timeout: 30_000 }, () => {
  /** The command as a user to whom permissions apply. */
  function runAsSomeoneElse(...args: string[]): Promise<Ended> {
    const [node, ...rest] = command
    for (const name of ['tmp', 'settings']) mkdirSync(folder(name), { recursive: true })
    // tsx, which runs the command here, would want to write there too.
    const env = { ...environment(), TSX_DISABLE_CACHE: '1' }
    const all = [...rest, 'restore', '--json', '-m', brighten, ...args]
    return endOf(spawn(node, all, { cwd: root, env, ...someoneElse }))
  }
  const open = (...names: string[]) => names.forEach((name) => chmodSync(folder(name), 0o777))

  it('is told of each photo, and the others are restored', async () => {
    for (const name of ['in', 'in/closed', 'out', 'tmp', 'settings']) mkdirSync(folder(name))
    for (const name of ['in/a.png', 'in/secret.png', 'in/closed/b.png']) await writePhoto(folder(name))
    open('in', 'out', 'tmp')
    for (const name of ['in/secret.png', 'in/closed', 'settings']) chmodSync(folder(name), 0)
    const { code, out, err } = await runAsSomeoneElse(
      '-o',
      folder('out'),
      folder('in'),
      folder('in/closed/b.png'),
    )
    open('in/closed', 'settings')
    expect(code).toBe(1)
    expect(
      new Map(objects(out).map((object) => [object['source'], object['output'] ?? object['error']])),
    ).toEqual(
      new Map<unknown, unknown>([
        [folder('in/closed'), expect.objectContaining({ code: 'unreadable' })],
        [folder('in/closed/b.png'), expect.objectContaining({ code: 'unreadable' })],
        [folder('in/a.png'), folder('out/a.png')],
        [folder('in/secret.png'), expect.objectContaining({ code: 'unreadable' })],
      ]),
    )
    // That the settings may not be written to is worth a line, and stops nothing.
    expect(err.trim().split('\n')).toEqual([expect.stringContaining(folder('settings'))])
    expect(readdirSync(folder('out'))).toEqual(['a.png'])
    expect(readdirSync(folder('tmp'))).toEqual([])
  })

  it.each([
    ['the destination', 'out', ['-o', 'out'], 1],
    ['a folder in the destination', 'out', ['-o', 'out/deeper'], 2],
    ['the folder beside the photos', 'in', ['--beside'], 1],
    ['the place for temporary files', 'tmp', ['-o', 'out'], 1],
  ] as const)('is told of %s, and nothing is left behind', async (_, closed, where, expected) => {
    for (const name of ['in', 'out', 'tmp']) mkdirSync(folder(name))
    await writePhoto(folder('in/a.png'))
    open('in', 'out', 'tmp')
    chmodSync(folder(closed), 0o555)
    const [flag, to] = where
    const { code, out } = await runAsSomeoneElse(flag, ...(to ? [folder(to)] : []), folder('in'))
    expect([code, objects(out)]).toEqual([
      expected,
      [expect.objectContaining({ error: expect.objectContaining({ code: 'destination-unwritable' }) })],
    ])
    expect(readdirSync(folder('in'))).toEqual(['a.png'])
    for (const name of ['out', 'tmp']) expect(readdirSync(folder(name))).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32')('a disk that takes no large files', { timeout: 30_000 }, () => {
  it('is named, the photo is not called damaged, and nothing is left behind', async () => {
    const [width, height] = [1200, 1000]
    await picture(samples(width * height * 3), width, height, 3)
      .png()
      .toFile(folder('large.png'))
    await writePhoto(folder('small.png'))
    mkdirSync(folder('tmp'))
    // In blocks of 512 bytes; the pixels of the large photo take 3.6 MB, and no program here writes more than the limit.
    const limited = ['-c', 'ulimit -f 4000 && exec "$@"', 'sh', ...command]
    const sources = [folder('large.png'), folder('small.png')]
    const args = ['restore', '--json', '-m', brighten, '-o', folder('out'), ...sources]
    const { code, out } = await endOf(spawn('sh', [...limited, ...args], { cwd: root, env: environment() }))
    expect(code).toBe(1)
    expect(objects(out)).toMatchObject([
      { source: sources[0], error: { code: 'disk-full', message: expect.stringContaining(folder('tmp')) } },
      { source: sources[1], output: folder('out', 'small.png') },
    ])
    expect(readdirSync(folder('out'))).toEqual(['small.png'])
    expect(readdirSync(folder('tmp')).filter((name) => name.startsWith('petrichor-'))).toEqual([])
  })
})

describe('an interrupted petrichor restore', { timeout: 30_000 }, () => {
  /** Starts a long restoration, and signals once its first tiles are done, so often. */
  async function interrupt(signal: NodeJS.Signals, times: number): Promise<Ended> {
    await writeLarge(folder('large.png'))
    await writePhoto(folder('next.png'))
    const child = start(
      'restore',
      '-m',
      brighten,
      '-o',
      folder('out'),
      folder('large.png'),
      folder('next.png'),
    )
    const ended = endOf(child)
    while (!existsSync(join(scratchOf(), 'pixels.tif')))
      await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 500))
    for (let time = 0; time < times; time++) child.kill(signal)
    return ended
  }

  const scratchOf = () => {
    const [name] = readdirSync(folder('tmp')).filter((name) => name.startsWith('petrichor-'))
    return folder('tmp', name ?? 'none')
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'lets the photo in hand go and leaves nothing behind: %s',
    async (signal) => {
      const { code, err } = await interrupt(signal, 1)
      expect(code).toBe(signal === 'SIGINT' ? 130 : 143)
      expect(err).toBe('0 restored, 2 not.\n')
      expect(readdirSync(folder('out'))).toEqual([])
      expect(existsSync(scratchOf())).toBe(false)
    },
  )

  it('ends at once when asked twice, and leaves nothing behind either', async () => {
    const { code } = await interrupt('SIGINT', 2)
    expect(code).toBe(130)
    expect(readdirSync(folder('out'))).toEqual([])
    expect(existsSync(scratchOf())).toBe(false)
  })
})

const script = '/usr/bin/script'
if (!existsSync(script)) console.warn('SKIPPED: the tests of the progress bar need script (bsdutils).')

describe.skipIf(!existsSync(script))('progress', { timeout: 30_000 }, () => {
  /** The command in a terminal of its own: what that shows, and what went to the file that stdout was sent to. */
  async function inTerminal(redirect = ''): Promise<string> {
    await writePhoto(folder('photo.png'), 300, 200)
    writeFileSync(folder('text.jpg'), 'no photo')
    const args = ['restore', '-m', brighten, '-o', folder('out'), folder('photo.png'), folder('text.jpg')]
    const line = [...command, ...args].map((word) => `'${word}'`).join(' ')
    const child = spawn(script, ['-qec', `stty cols 200; ${line} ${redirect}`, '/dev/null'], {
      cwd: root,
      env: environment(),
    })
    const { code, out } = await endOf(child)
    expect(code).toBe(1)
    return out
  }

  it('is a bar on a terminal, with the lines above it and the cursor given back', async () => {
    const shown = await inTerminal()
    expect(shown).toMatch(/[█░]+ \d+\/\d+ tiles of photo\.png/)
    expect(shown).toMatch(/[█░]+ \d\/2 photos/)
    expect(shown).toContain('photo.png → ')
    expect(shown).toMatch(/text\.jpg: .*not an image/)
    expect(shown.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.lastIndexOf('\u001b[?25l'))
  })

  it('does not keep results from the file that they are sent to', async () => {
    const shown = await inTerminal(`> '${folder('log')}'`)
    expect(readFileSync(folder('log'), 'utf8')).toMatch(/^photo\.png → .*\n$/)
    expect(shown).not.toContain('→')
  })

  it('is nothing where stderr is no terminal', async () => {
    await writePhoto(folder('photo.png'), 300, 200)
    const { err } = await restore(folder('photo.png'))
    expect(err).toBe('1 restored.\n')
  })
})

describe('what the photos are for', { timeout: 30_000 }, () => {
  async function warnings(commercial: boolean | undefined, ...flags: string[]) {
    writeModelFolder(folder('own'), unchanged, { name: 'Own', commercial })
    await writePhoto(folder('a.png'))
    await writePhoto(folder('b.png'))
    const { code, err } = await run('restore', folder('a.png'), folder('b.png'), '--out', folder('out'), '--model', folder('own'), ...flags) // prettier-ignore
    expect(code).toBe(0)
    return err.split('\n').filter((line) => line.includes('paid work'))
  }
  const forbidden =
    'The photos are for paid work, which “Own” does not allow: ask its authors for permission, or choose another model with --model.'

  it.each([[[]], [['--json']]])('brings one warning where the model forbids it: %j', async (flags) => {
    expect(await warnings(false, '--for', 'commercial', ...flags)).toEqual([forbidden])
  })

  it.each([
    [false, ['--for', 'personal']],
    [false, []],
    [true, ['--for', 'commercial']],
    [undefined, ['--for', 'commercial']],
  ])('brings none where nothing is forbidden: %j %j', async (commercial, flags) => {
    expect(await warnings(commercial, ...flags)).toEqual([])
  })

  it('is one of two', async () => {
    expect(await restore(folder('a.png'), '--for', 'fun')).toMatchObject({ code: 2 })
  })
})

describe('the models that are shipped', { timeout: 30_000 }, () => {
  const shipped = existsSync(join(root, 'resources', 'models', 'petrichor-compact'))
  if (!shipped) console.warn('SKIPPED: resources/models/petrichor-compact is not there.')

  it.skipIf(!shipped)('are found without being named', async () => {
    const { code, err } = await run('restore', '--out', folder('out'), folder('gone.jpg'))
    expect([code, err]).toEqual([1, expect.stringContaining('gone.jpg')])
  })
})
