import { describe, expect, it } from 'vitest'
import { readPickle, readPickles } from '../../../../src/core/checkpoint/read/pickle'
import { PickleDict, PickleList } from '../../../../src/core/checkpoint/read/pickleValues'
import { pickled } from '../../../support/torchWriter'

const refusing = {
  call: (name: string) => {
    throw new Error(`asked for ${name}`)
  },
  persistent: () => {
    throw new Error('asked for a storage')
  },
}

/** A pickle of protocol 2 from pieces. */
function read(...pieces: (Buffer | string)[]) {
  const body = pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece))
  return readPickle(Buffer.concat([Buffer.from([0x80, 2]), ...body, Buffer.from('.')]), refusing)
}

describe('the pickle machine', () => {
  it('reads what plain data is made of', () => {
    expect(read('N')).toBe(null)
    expect(read('\x88')).toBe(true)
    expect(read('K\x07')).toBe(7)
    expect(read('M\x01\x02')).toBe(513)
    expect(read(pickled.int(-5))).toBe(-5)
    expect(read('\x8a\x02\xff\xff')).toBe(-1)
    expect(read('\x8a\x00')).toBe(0)
    expect(read('\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00')).toBe(2n ** 63n)
    expect(read('G\x3f\xf8\0\0\0\0\0\0')).toBe(1.5)
    expect(read(pickled.text('grün'))).toBe('grün')
    expect(read('K\x01K\x02K\x03\x87')).toEqual(new PickleList([1, 2, 3]))
    expect(read(']q\x00K\x01a')).toEqual(new PickleList([1]))
  })

  it('reads dicts, and keeps what was memoised one thing', () => {
    const root = read('}q\x01(', pickled.text('a'), ']q\x02K\x05a', pickled.text('b'), 'h\x02u')
    expect(root).toBeInstanceOf(PickleDict)
    const { items } = root as PickleDict
    expect(items.get('a')).toEqual(new PickleList([5]))
    expect(items.get('b')).toBe(items.get('a'))
  })

  it('reads a dict that holds itself', () => {
    const root = read('}q\x01', pickled.text('self'), 'h\x01s') as PickleDict
    expect(root.items.get('self')).toBe(root)
  })

  it('names what it is asked to run', () => {
    expect(() => read('cos\nsystem\n(', pickled.text('echo'), 'tR')).toThrow('asked for os.system')
    expect(() => read(pickled.text('os'), pickled.text('system'), '\x93)R')).toThrow('asked for os.system')
  })

  it.each([
    ['an unknown instruction', 'i'],
    ['a stack that is empty', '0R'],
    ['items without a beginning', 'u'],
    ['an odd number of items', '}(K\x01u'],
    ['a memory that was never kept', 'h\x09'],
    ['a text that goes on behind the end', 'X\xff\xff\xff\xff'],
    ['a text that is no text', 'X\x01\0\0\0\xff'],
    ['a call of a number', 'K\x01)R'],
    ['attributes of a number', 'K\x01}b'],
    ['a number of 200 digits', `\x8a\xff${'\x01'.repeat(255)}`],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'checkpoint-unreadable' }))
  })

  it.each([
    ['lists', ']'],
    ['dicts', '}'],
    ['bytes', 'C\0'],
    ['names of classes', 'ca\nb\n'],
  ])('refuses more %s than any weights need', (_, one) => {
    expect(() => read(one.repeat(125_001))).toThrow('too many objects')
  })

  it('refuses more steps than any weights need', () => {
    expect(() => read('N'.repeat(500_001))).toThrow('too long')
  })

  it('counts what all pickles of a file hold together', () => {
    const many = Buffer.from(`\x80\x02(${'}'.repeat(30_000)}l.`, 'latin1')
    const five = Buffer.concat(Array<Buffer>(5).fill(many))
    expect(readPickles(five, 4, refusing)).toMatchObject({ end: 4 * many.length })
    expect(() => readPickles(five, 5, refusing)).toThrow('too many objects')
  })
})
