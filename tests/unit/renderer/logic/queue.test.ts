import { describe, expect, test } from 'vitest'
import {
  dropTarget,
  followLatest,
  fractionOf,
  lastPart,
  stepTarget,
  totalsOf,
} from '../../../../src/renderer/logic/queue'
import type { QueueItem } from '../../../../src/shared/queue'
import { item } from '../samples'

describe('totals', () => {
  test('an empty queue has nothing behind it', () => {
    expect(totalsOf([], new Map())).toMatchObject({ total: 0, fraction: 0 })
  })

  test('count every state and how far the running photo is', () => {
    const items = [item('1', 'done'), item('2', 'failed'), item('3', 'running'), item('4', 'waiting')]
    const totals = totalsOf(items, new Map([['3', { done: 5, total: 10 }]]))
    expect(totals).toMatchObject({ total: 4, done: 1, failed: 1, running: 1, waiting: 1, fraction: 2.5 / 4 })
  })

  test('leave cancelled jobs out of the whole', () => {
    const totals = totalsOf([item('1', 'done'), item('2', 'cancelled')], new Map())
    expect(totals).toMatchObject({ total: 1, cancelled: 1, fraction: 1 })
  })

  test('know nothing while the photo is read', () => {
    expect(fractionOf({ done: 0, total: 0 })).toBe(0)
    expect(fractionOf(undefined)).toBe(0)
  })
})

describe('the job that speaks for a photo', () => {
  const follow = (latest: Map<string, string>, before: QueueItem[], after: QueueItem[]) => {
    const byId = new Map(before.map((item) => [item.job.id, item]))
    const there = new Set(after.map(({ job }) => job.id))
    const changed = after.filter((item) => byId.get(item.job.id) !== item)
    return followLatest(latest, byId, after, {
      changed,
      removed: before.map(({ job }) => job.id).filter((id) => !there.has(id)),
    })
  }

  test('is the last one when the queue is first seen', () => {
    expect(follow(new Map(), [], [item('1', 'done', 'p'), item('2', 'waiting', 'p')]).get('p')).toBe('2')
  })

  test('is the one in which something happened last', () => {
    const before = [item('1', 'waiting', 'p'), item('2', 'done', 'p')]
    const after = [item('1', 'running', 'p'), item('2', 'done', 'p')]
    expect(follow(new Map([['p', '2']]), before, after).get('p')).toBe('1')
  })

  test('stays while nothing happens', () => {
    const items = [item('1', 'done', 'p'), item('2', 'done', 'p')]
    expect(follow(new Map([['p', '1']]), items, items).get('p')).toBe('1')
  })

  test('is followed by another once it is taken off the list', () => {
    const before = [item('1', 'done', 'p'), item('2', 'failed', 'p')]
    expect(follow(new Map([['p', '2']]), before, [before[0]!]).get('p')).toBe('1')
    expect(follow(new Map([['p', '1']]), [before[0]!], []).has('p')).toBe(false)
  })

  test('is the last one once the photo that they wait for is opened', () => {
    const before = [item('1', 'waiting'), item('2', 'waiting')]
    expect(follow(new Map(), before, [item('1', 'waiting', 'p'), item('2', 'waiting', 'p')]).get('p')).toBe(
      '2',
    )
  })

  test('ignores jobs of photos that are not open', () => {
    expect(follow(new Map(), [], [item('1', 'waiting')]).size).toBe(0)
  })
})

test('the last part of a path, on any platform', () => {
  expect(lastPart('/home/anna/IMG 1.jpg')).toBe('IMG 1.jpg')
  expect(lastPart('C:\\Users\\anna\\IMG 1.jpg')).toBe('IMG 1.jpg')
})

describe('another order', () => {
  const items = [
    item('done', 'done'),
    item('run', 'running'),
    ...['a', 'b', 'c'].map((id) => item(id, 'waiting')),
  ]

  test('a step up goes ahead of the one above, a step down behind the one below', () => {
    expect(stepTarget(items, 'b', -1)).toBe('a')
    expect(stepTarget(items, 'a', 1)).toBe('c')
    expect(stepTarget(items, 'b', 1)).toBeNull()
  })

  test('there is no step beyond the ends, nor for one that does not wait', () => {
    expect(stepTarget(items, 'a', -1)).toBeUndefined()
    expect(stepTarget(items, 'c', 1)).toBeUndefined()
    expect(stepTarget(items, 'run', 1)).toBeUndefined()
  })

  test('a job that is dropped goes before or behind the row, never ahead of one that runs', () => {
    expect(dropTarget(items, 3, false)).toBe('b')
    expect(dropTarget(items, 3, true)).toBe('c')
    expect(dropTarget(items, 4, true)).toBeNull()
    expect(dropTarget(items, 0, false)).toBe('a')
  })
})
