import { protocol } from 'electron'
import { photoScheme } from '../photos/photoProtocol'
import { appScheme } from './appProtocol'

/** Electron takes one declaration for all schemes, and only before it is ready. */
export function declareProtocols(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
    { scheme: photoScheme, privileges: { standard: true, secure: true } },
  ])
}
