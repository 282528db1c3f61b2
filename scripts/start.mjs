// `npm start`: opens the app. The set-up has run before (prestart).

import electron from 'electron'
import { sandboxCannotWork } from './setup/chromiumSandbox.mjs'
import { hasDisplay } from './setup/display.mjs'
import { runInForeground } from './setup/foreground.mjs'
import { inRoot } from './setup/root.mjs'
import { say } from './setup/say.mjs'

if (hasDisplay()) {
  const sandbox = sandboxCannotWork() ? ['--no-sandbox'] : []
  // Photos named after `npm start --` are meant as seen from where the user stands.
  const cwd = process.env['INIT_CWD'] ?? process.cwd()
  runInForeground(electron, [...sandbox, inRoot(), ...process.argv.slice(2)], { cwd })
} else {
  say(`There is no display to open the window on. At the terminal, photos are restored with:

    npx petrichor restore <photos or folders…> --out <folder>
`)
}
