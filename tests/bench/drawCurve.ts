/** A size of photo, and the most memory that its restoration took. */
export interface CurvePoint {
  megapixels: number
  megabytes: number
}

const [width, height] = [640, 320]
const margin = { left: 70, right: 30, top: 20, bottom: 40 }

/** The curve as SVG: sizes on a logarithmic axis, memory on one from 0 to the next half gigabyte. */
export function drawCurve(points: CurvePoint[]): string {
  const sizes = points.map(({ megapixels }) => Math.log(megapixels))
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  const top = Math.ceil(Math.max(...points.map(({ megabytes }) => megabytes)) / 500) * 500
  const x = (megapixels: number) =>
    margin.left +
    ((Math.log(megapixels) - least) / (most - least || 1)) * (width - margin.left - margin.right)
  const y = (megabytes: number) =>
    height - margin.bottom - (megabytes / top) * (height - margin.top - margin.bottom)
  const text = (at: [number, number], anchor: string, words: string) =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${words}</text>`

  const steps = Array.from({ length: top / 500 + 1 }, (_, step) => step * 500)
  const parts = [
    ...steps.flatMap((megabytes) => [
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(megabytes)}" y2="${y(megabytes)}" stroke="#ccc"/>`,
      text([margin.left - 8, y(megabytes) + 4], 'end', `${megabytes} MB`),
    ]),
    ...points.flatMap(({ megapixels, megabytes }) => [
      `<circle cx="${x(megapixels).toFixed(1)}" cy="${y(megabytes).toFixed(1)}" r="4" fill="#2a7"/>`,
      text([x(megapixels), y(megabytes) - 10], 'middle', megabytes.toFixed(0)),
      text([x(megapixels), height - 14], 'middle', `${megapixels.toFixed(0)} MP`),
    ]),
    `<polyline fill="none" stroke="#2a7" stroke-width="2" points="${points.map(({ megapixels, megabytes }) => `${x(megapixels).toFixed(1)},${y(megabytes).toFixed(1)}`).join(' ')}"/>`,
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#777">
${parts.join('\n')}
</svg>
`
}
