import { app, session } from 'electron'

/** Denies all windows what none of Petrichor's needs: other pages, new windows, web views. */
export function lockDownWindows(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-navigate', (event) => {
      const reloadsItself = event.url === contents.getURL()
      if (!reloadsItself) event.preventDefault()
    })
  })
}

/** Denies permissions and downloads. Must run once Electron is ready. */
export function lockDownSession(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  defaultSession.setPermissionCheckHandler(() => false)
  defaultSession.setDevicePermissionHandler(() => false)
  defaultSession.on('will-download', (event) => event.preventDefault())
}
