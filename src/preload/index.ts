import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Answer, Bridge, Importable, Opened } from '../shared/contract'

const bridge: Bridge = {
  call: (name, input) => {
    // Paths come from real drops only; see openDropped.
    if (name === 'photos.openDropped' || name === 'models.inspectDropped')
      return Promise.reject(new Error('Not for pages'))
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
  inspectDropped: (file) =>
    ipcRenderer.invoke('models.inspectDropped', webUtils.getPathForFile(file)) as Promise<Answer<Importable>>,
  platform: process.platform as Bridge['platform'],
}

contextBridge.exposeInMainWorld('petrichor', bridge)
