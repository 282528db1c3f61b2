import { writeRendition } from '../../core/photo/rendition'
import { serve } from '../workers/serve'

/** What the process for pictures on screen does; it is apart from the engine, so that browsing never waits for restoring. */
export type PictureMethods = {
  render: {
    input: { source: string; target: string; edge: number; quality: number }
    output: void
    progress: never
  }
}

serve<PictureMethods>({
  render: ({ source, target, edge, quality }) => writeRendition(source, target, edge, quality),
})
