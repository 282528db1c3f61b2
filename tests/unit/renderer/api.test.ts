// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { call, CallError, callWithFiles, on } from '../../../src/renderer/api'
import { damaged, installFakeBridge, Refusal } from './fakeBridge'
import { opened, sourceExport } from './samples'

test('a call gives the value that main answered', async () => {
  installFakeBridge({ 'queue.restorePhoto': ({ photo }) => `job of ${photo}` })
  const settings = { model: 'm', tasks: {}, strength: 100 }
  expect(await call('queue.restorePhoto', { photo: 'p', settings, export: sourceExport })).toBe('job of p')
})

test('an error that main answered is thrown with its code, message and detail', async () => {
  installFakeBridge({
    'results.reveal': () => {
      throw new Refusal(damaged)
    },
  })
  const error = await call('results.reveal', 'job').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(CallError)
  expect(error).toMatchObject(damaged)
})

test('drops are answered like calls', async () => {
  installFakeBridge({ 'photos.openDropped': () => opened('a') })
  expect(await callWithFiles('photos.openDropped', [])).toEqual(opened('a'))
  installFakeBridge({
    'photos.openDropped': () => {
      throw new Refusal(damaged)
    },
  })
  await expect(callWithFiles('photos.openDropped', [])).rejects.toMatchObject(damaged)
})

test('listening can be stopped', () => {
  const bridge = installFakeBridge()
  const heard: string[] = []
  const stop = on('menu.command', (command) => heard.push(command))
  bridge.send('menu.command', 'restore')
  stop()
  bridge.send('menu.command', 'restore')
  expect(heard).toEqual(['restore'])
})
