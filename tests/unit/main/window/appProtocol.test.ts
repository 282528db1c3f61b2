import { join, sep } from 'node:path'
import { describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ protocol: {} }))

const { fileInside } = await import('../../../../src/main/window/appProtocol')

const folder = join(sep, 'app', 'out', 'renderer')

describe('a file of the built renderer', () => {
  it('is found by its address', () => {
    expect(fileInside(folder, 'app://petrichor/assets/index.js')).toBe(join(folder, 'assets', 'index.js'))
  })

  it.each([
    'app://petrichor/../main/index.js',
    'app://petrichor/..%2fmain/index.js',
    'app://petrichor/%2e%2e%2f%2e%2e%2fpackage.json',
    'app://petrichor/..%5c..%5cpackage.json',
    'app://petrichor/%E0%A4%A',
    'app://petrichor/',
    'nonsense',
  ])('is never outside its folder: %s', (url) => {
    const file = fileInside(folder, url)
    expect(file === undefined || file.startsWith(folder + sep)).toBe(true)
  })
})
