import { protocol } from 'electron'
import log from 'electron-log/main'
import type { OpenedPhotos } from './openedPhotos'
import type { Pictures } from './pictures'

export const photoScheme = 'photo'

/** Serve `photo://thumbnail/<id>` and `photo://view/<id>`: only ids that were given out, and only to look at. */
export function servePhotoProtocol(photos: OpenedPhotos, pictures: Pictures): void {
  protocol.handle(photoScheme, async (request) => {
    const { host: kind, pathname } = new URL(request.url)
    if (request.method !== 'GET' || (kind !== 'thumbnail' && kind !== 'view')) return notFound()
    try {
      const path = photos.pathToShow(decodeURIComponent(pathname.slice(1)))
      const { bytes, mimeType } = await pictures[kind](path)
      return new Response(bytes, {
        headers: {
          'Content-Type': mimeType,
          'X-Content-Type-Options': 'nosniff',
          'Cache-Control': 'no-cache',
        },
      })
    } catch (error) {
      log.warn('No picture for', request.url, error)
      return notFound()
    }
  })
}

function notFound(): Response {
  return new Response('Not found', { status: 404 })
}
