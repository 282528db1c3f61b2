import { instance } from '@viz-js/viz'

// Filled boxes with dark text and lines of a middle grey are read on a light page and on a dark one.
const ink = '#1c2128'
const line = '#7d8590'
const font = { fontname: 'Helvetica,Arial,sans-serif', fontsize: 12 }

/** Draws a graph in Graphviz's language as SVG, on a transparent ground. */
export async function drawSvg(dot: string): Promise<string> {
  const viz = await instance()
  return viz.renderString(dot, {
    format: 'svg',
    graphAttributes: { bgcolor: 'transparent', nodesep: 0.35, ranksep: 0.5, pad: 0.1 },
    nodeAttributes: { ...font, fontcolor: ink, color: line, style: 'filled', margin: '0.4,0.1' },
    edgeAttributes: { ...font, fontsize: 11, fontcolor: line, color: line, arrowsize: 0.7 },
  })
}
