// `node scripts/with-display.mjs <command…>`: runs a command that opens windows, on a virtual display where
// there is no real one.

import { hasDisplay } from './setup/display.mjs'
import { runInForeground } from './setup/foreground.mjs'

const command = process.argv.slice(2)
const virtual = ['xvfb-run', '--auto-servernum', '--server-args=-screen 0 1600x1000x24']

const [program, ...args] = hasDisplay() ? command : [...virtual, ...command]
runInForeground(program, args, { shell: process.platform === 'win32' })
