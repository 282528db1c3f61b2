import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Answer, Bridge, CallName } from '../shared/contract'
import type { Importable } from '../shared/models'
import type { Opened } from '../shared/photo'

/** Their paths come from real drops only. */
const dropCalls = new Set<CallName>(['photos.openDropped', 'models.findDropped', 'models.inspectDropped'])

const bridge: Bridge = {
  call: (name, input) => {
    if (dropCalls.has(name)) return Promise.reject(new Error('Not for pages'))
    return ipcRenderer.invoke(name, input)
  },
  on: (name, listener) => {
    const relay = (_event: unknown, payload: Parameters<typeof listener>[0]) => listener(payload)
    ipcRenderer.on(name, relay)
    // Braces, so that the page is not handed what removeListener returns: ipcRenderer itself.
    return () => {
      ipcRenderer.removeListener(name, relay)
    }
  },
  openDropped: (files) =>
    ipcRenderer.invoke(
      'photos.openDropped',
      // What was dragged out of another program's page has no path.
      files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== ''),
    ) as Promise<Answer<Opened>>,
  findDropped: (files) =>
    ipcRenderer.invoke(
      'models.findDropped',
      files.map((file) => webUtils.getPathForFile(file)),
    ) as Promise<Answer<number | null>>,
  inspectDropped: (file) =>
    ipcRenderer.invoke('models.inspectDropped', webUtils.getPathForFile(file)) as Promise<Answer<Importable>>,
  platform: process.platform as Bridge['platform'],
}

contextBridge.exposeInMainWorld('petrichor', bridge)
