import { readFileSync } from 'node:fs'

/**
 * Whether Chromium's process sandbox cannot work here, so that Electron would refuse to start without
 * `--no-sandbox`: as root, or where the kernel keeps ordinary users from making user namespaces and no setuid
 * helper is installed. Development only; an installed Petrichor brings the helper and always runs sandboxed.
 */
export function sandboxCannotWork() {
  if (process.platform !== 'linux') return false
  return (
    process.getuid() === 0 ||
    kernelSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    kernelSetting('/proc/sys/kernel/unprivileged_userns_clone') === '0'
  )
}

function kernelSetting(file) {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
