import { channels, type Histogram } from '../../shared/photo'

/** The height that a histogram is drawn to: its highest bin, without the two ends, where clipped values pile up. */
export function ceilingOf(histograms: readonly Histogram[]): number {
  const inner = histograms.flatMap((histogram) =>
    channels.flatMap((channel) => histogram[channel].slice(1, -1)),
  )
  return Math.max(...inner, Number.MIN_VALUE)
}

/** The outline of 256 bins in a box of 256 by `height`, from its lower left to its lower right corner. */
export function outlineOf(bins: readonly number[], ceiling: number, height: number): string {
  const points = bins.map((bin, x) => `${x} ${(height - Math.min(bin / ceiling, 1) * height).toFixed(1)}`)
  return `M0 ${height}L${points.join('L')}L255 ${height}`
}
