import { protocol } from 'electron'
import log from 'electron-log/main'
import type { ScreenTile } from '../../shared/screen'
import type { OpenedPhotos } from './openedPhotos'

export const photoScheme = { scheme: 'photo', privileges: { standard: true, secure: true } }

/** What the photo protocol serves. */
export interface Picture {
  bytes: Uint8Array<ArrayBuffer>
  mimeType: string
}

/** Makes small pictures of photos, by their paths. */
interface ThumbnailSource {
  of(path: string): Promise<Picture>
}

/** Makes pictures of whole photos and of parts of them, by their paths. */
interface ViewSource {
  screen(path: string): Promise<Picture>
  tile(path: string, tile: ScreenTile): Promise<Picture>
}

/**
 * Serves `photo://thumbnail/<id>`, `photo://view/<id>` and `photo://tile/<id>/<pyramid level>/<column>/<row>`, for
 * photos and results that were opened or admitted, and for reading alone.
 */
export function servePhotoProtocol(
  photos: OpenedPhotos,
  thumbnails: ThumbnailSource,
  viewing: ViewSource,
): void {
  const kinds: Record<string, (path: string, rest: string[]) => Promise<Picture> | undefined> = {
    thumbnail: (path, rest) => (rest.length === 0 ? thumbnails.of(path) : undefined),
    view: (path, rest) => (rest.length === 0 ? viewing.screen(path) : undefined),
    tile: (path, rest) => {
      const [pyramidLevel, column, row] = rest.map(placeNumber)
      if (rest.length !== 3 || pyramidLevel === undefined || column === undefined || row === undefined)
        return undefined
      return viewing.tile(path, { pyramidLevel, column, row })
    },
  }

  protocol.handle(photoScheme.scheme, async (request) => {
    const { host: kind, pathname } = new URL(request.url)
    const [id = '', ...rest] = pathname.slice(1).split('/')
    const serve = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
    if (request.method !== 'GET' || !serve) return notFound()
    try {
      const picture = await serve(photos.pathToShow(decodeURIComponent(id)), rest)
      if (!picture) return notFound()
      return new Response(picture.bytes, {
        headers: {
          'Content-Type': picture.mimeType,
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

/** A pyramid level, column or row: digits, and not too many. */
function placeNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined
}

function notFound(): Response {
  return new Response('Not found', { status: 404 })
}
