import { protocol } from 'electron'
import { appScheme } from './appProtocol'
import { photoScheme } from '../photos/photoProtocol'

/** Electron takes one declaration for all schemes, and only before it is ready. */
export function declareProtocols(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
    { scheme: photoScheme, privileges: { standard: true, secure: true } },
  ])
}
