import { spawnSync } from 'node:child_process'

/** Runs a command quietly and returns what it printed; where it fails, the error carries the end of that. */
export function run(command, args, { env = {}, ...options } = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...env },
    ...options,
  })
  if (status === 0) return stdout
  const lastWords = error ? error.message : `${stdout}\n${stderr}`.trim().split('\n').slice(-20).join('\n')
  throw new Error(`\`${[command, ...args].join(' ')}\` failed:\n${lastWords}`)
}

export function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** npm itself: the very one that runs this script, or else the one on the path. */
export function npm(args, options) {
  const running = process.env['npm_execpath']
  if (running?.endsWith('.js')) return run(process.execPath, [running, ...args], options)
  return run('npm', args, { shell: process.platform === 'win32', ...options })
}
