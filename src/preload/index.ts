import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Bridge, DropCallName } from '../shared/contract'

const bridge: Bridge = {
  // A name that is no string would be compared as one thing and sent as another.
  call: async (name, input) => {
    if (typeof name !== 'string' || isDropCall(name)) throw new Error('Not for pages')
    return ipcRenderer.invoke(name, input)
  },
  callWithFiles: async (name, files) => {
    if (typeof name !== 'string' || !isDropCall(name)) throw new Error('Not for files')
    // Electron knows the paths of files from real drops only, and gives '' for any other.
    const paths = files.map((file) => webUtils.getPathForFile(file))
    return ipcRenderer.invoke(name, paths)
  },
  on: (name, listener) => {
    const relay = (_event: unknown, payload: Parameters<typeof listener>[0]) => listener(payload)
    ipcRenderer.on(name, relay)
    // Braces, so that the page is not handed what removeListener returns: ipcRenderer itself.
    return () => {
      ipcRenderer.removeListener(name, relay)
    }
  },
  platform: process.platform as Bridge['platform'],
}

/** By the ending of the name, as the type of those names has it. */
function isDropCall(name: string): name is DropCallName {
  return name.endsWith('Dropped')
}

contextBridge.exposeInMainWorld('petrichor', bridge)
