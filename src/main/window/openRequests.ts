import { existsSync, statSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { app } from 'electron'
import { hasPhotoExtension } from '../../core/photo/extensions'

/**
 * What the system asks Petrichor to open: photos and folders on the command line, that of a second start too, and files
 * opened with it on a Mac. Requests may come before the app is ready, so they wait until there is a handler.
 */
export class OpenRequests {
  private waiting: string[] = pathsIn(process.argv, process.cwd())
  private handler: ((paths: string[]) => void) | undefined

  constructor() {
    app.on('open-file', (event, path) => {
      event.preventDefault()
      this.request([path])
    })
    app.on('second-instance', (_event, argv, folder) => this.request(pathsIn(argv, folder)))
  }

  handle(handler: (paths: string[]) => void): void {
    this.handler = handler
    this.request([])
  }

  private request(paths: string[]): void {
    this.waiting.push(...paths)
    if (!this.handler || this.waiting.length === 0) return
    this.handler(this.waiting.splice(0))
  }
}

/** Photos and folders on a command line, without switches and, in development, without the path of the app itself. */
function pathsIn(argv: string[], folder: string): string[] {
  return argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-'))
    .map((argument) => resolve(folder, argument))
    .filter((path) => path !== app.getAppPath() && existsSync(path))
    .filter((path) => statSync(path).isDirectory() || hasPhotoExtension(extname(path)))
}
